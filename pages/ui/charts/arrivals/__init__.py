"""Charts of the page New arrivals."""
