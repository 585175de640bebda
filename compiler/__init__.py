"""Tree to program: the typed model, its passes and its back-ends."""
