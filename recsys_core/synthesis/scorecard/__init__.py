"""The scorecard: fidelity, structure, utility and privacy of a synthetic log against the real one it learned from."""
