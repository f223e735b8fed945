"""Numpy and numba scorers over exported arrays: all that the server may run."""
