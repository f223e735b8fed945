"""The training loop, its events, checkpoints, and export to arrays; it knows no model."""
