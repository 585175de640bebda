"""How results look in a notebook: HTML that stands alone, on light and on dark pages."""
