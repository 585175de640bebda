"""Data held against what a model declares, and bound to it: tables in, arrays out."""
