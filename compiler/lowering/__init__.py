"""Tree → typed model: names, axes, types and distributions."""
