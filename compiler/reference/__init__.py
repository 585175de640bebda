"""The reference evaluator: densities in plain NumPy, which shares no code with the back-ends."""
