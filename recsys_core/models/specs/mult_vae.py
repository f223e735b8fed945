"""Mult-VAE, as a spec."""

from __future__ import annotations

from recsys_core.models.spec import ModelSpec
from recsys_core.models.specs.network import (
    ANNEAL_EPOCHS,
    BATCH_SIZE,
    DROPOUT,
    EPOCHS,
    HIDDEN,
    KL_CAP,
    LATENT,
    LIKELIHOOD,
    PATIENCE,
    PRECISION,
    SAMPLE,
    learning_rate,
    weight_decay,
)

MULT_VAE = ModelSpec(
    id="mult-vae",
    title="Mult-VAE",
    words="Squeezes every history into a few numbers, a place on the taste map, and unfolds it into what may follow.",
    good_for="Places shoppers and products on one map, and can make up new shoppers; in accuracy the linear models are usually ahead.",
    family="neural",
    factory="mult_vae_torch:MultVAE",
    group="autoencoder",
    settings=(
        EPOCHS,
        PATIENCE,
        HIDDEN,
        LATENT,
        learning_rate(1e-3),
        BATCH_SIZE,
        DROPOUT,
        KL_CAP,
        ANNEAL_EPOCHS,
        weight_decay(0.0),
        PRECISION,
        LIKELIHOOD,
        SAMPLE,
    ),
    has_item_vectors=True,
    has_user_vectors=True,
    generates=True,
    default=True,
)
