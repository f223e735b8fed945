"""Projections of the latent space, and what is near what."""
