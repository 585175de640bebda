"""The face of Bayescript: load, compile and fit declarative Bayesian models."""
