"""Charts of the Taste map page."""
