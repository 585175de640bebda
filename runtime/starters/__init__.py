"""Specs to start from: one for each kind of data, and one written for a table."""
