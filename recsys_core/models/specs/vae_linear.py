"""The VAE with a linear path, as a spec."""

from __future__ import annotations

from recsys_core.models.spec import ModelSpec, Setting
from recsys_core.models.specs.network import (
    ANNEAL_EPOCHS,
    BATCH_SIZE,
    DROPOUT,
    EPOCHS,
    HIDDEN,
    KL_CAP,
    LATENT,
    PATIENCE,
    learning_rate,
    weight_decay,
)

VAE_LINEAR = ModelSpec(
    id="vae-linear",
    title="VAE-linear (VAE with a linear path)",
    words="An autoencoder for broad taste, and a linear path that learns what the autoencoder leaves: which near-identical product it is.",
    good_for="Shops with many near-identical products, which an autoencoder alone cannot tell apart; EDLAE alone is nearly as accurate.",
    family="neural",
    factory="vae_linear:VaeLinear",
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
        Setting(
            "l2",
            "Smoothing, linear path",
            "How strongly rare coincidences are ignored (λ); 0 chooses it and the hidden share on held-out purchases.",
            "float",
            0.0,
            0.0,
            1e6,
        ),
        Setting(
            "part",
            "Parts used",
            "Lists by both parts, or by one alone to see what it is worth.",
            "choice",
            "both",
            choices=("both", "linear", "vae"),
        ),
    ),
    has_item_vectors=True,
    has_user_vectors=True,
)
