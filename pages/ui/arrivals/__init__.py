"""Parts of the page New arrivals."""
