"""Parts of the page Synthetic shoppers, one a file."""
