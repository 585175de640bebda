"""Twenty mistakes in three languages, and the page of what is said of them."""
