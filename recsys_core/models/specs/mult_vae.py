"""Mult-VAE, as a spec."""

from __future__ import annotations

from recsys_core.models.spec import ModelSpec, Setting
from recsys_core.models.specs.network import (
    BATCH_SIZE,
    DROPOUT,
    EPOCHS,
    HIDDEN,
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
    good_for="Reaches deep into the catalogue, places shoppers and products on one map, and can make up new shoppers.",
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
        Setting(
            "kl_cap",
            "KL weight, cap",
            "How strongly places on the map are pulled together in the end (β).",
            "float",
            0.2,
            0.0,
            10.0,
            search=(0.05, 1.0),
            log=True,
        ),
        Setting(
            "anneal_epochs",
            "KL weight, warm-up",
            "Passes until the KL weight reaches its cap.",
            "int",
            50,
            1,
            2000,
            search=(10, 150),
            log=True,
        ),
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
