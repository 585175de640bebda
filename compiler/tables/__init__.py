"""What exists, as data: one row for every family, function and constraint."""
