"""The VAE with a linear path, as a spec."""

from __future__ import annotations

from recsys_core.models.spec import ModelSpec, Setting
from recsys_core.models.specs.network import BATCH_SIZE, DROPOUT, EPOCHS, HIDDEN, LATENT, PATIENCE, learning_rate, weight_decay

VAE_LINEAR = ModelSpec(
    id="vae-linear",
    title="VAE with a linear path",
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
        Setting("anneal_epochs", "KL weight, warm-up", "Passes until the KL weight reaches its cap.", "int", 50, 1, 2000),
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
