"""Tree and comments → the canonical text and the canonical YAML."""
