"""One file for every way of inferring; the only place that loads a heavy library."""
