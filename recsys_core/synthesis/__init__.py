"""Synthetic shoppers: generating logs, and saying honestly what they are worth."""
