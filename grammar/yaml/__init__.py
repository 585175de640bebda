"""YAML → the same tree as the text, with places in the YAML."""
