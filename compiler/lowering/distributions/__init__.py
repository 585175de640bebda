"""Calls of distributions → distributions of the IR, their arguments checked."""
