"""Cold start: where a product that nobody has bought yet belongs, who would be shown it, and what a new shopper would see."""
