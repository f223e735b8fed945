"""Objective, kernels and the calibration of sliders; numpy, scipy and numba only."""
