"""Aisle's library: everything the app and the command line do, without either."""

__version__ = "0.1.0"
