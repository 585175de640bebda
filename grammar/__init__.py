"""Text to tree: the language, its two surfaces and its diagnostics."""
