"""Recommenders: one file a model over `contract.py`, and a registry of light specs."""
