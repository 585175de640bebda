"""What Stan has and how Bayescript says it, and the page of it."""
