"""What a run gives: summaries, diagnostics, warnings, plots, and ArviZ."""
