"""The forms in which people have data, one module each, as tables and columns."""
