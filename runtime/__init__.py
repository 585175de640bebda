"""Program and data to results: binding, inference, reports and the command line."""
