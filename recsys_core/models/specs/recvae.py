"""RecVAE, as a spec."""

from __future__ import annotations

from recsys_core.models.spec import ModelSpec, Setting
from recsys_core.models.specs.network import BATCH_SIZE, DROPOUT, EPOCHS, HIDDEN, LATENT, PATIENCE, PRECISION, learning_rate

RECVAE = ModelSpec(
    id="recvae",
    title="RecVAE",
    words="A Mult-VAE with a deeper reader of histories, which is held back by what it thought one round before.",
    good_for="More accurate than Mult-VAE on films and in the shop, at several times its training time; EDLAE is level or ahead.",
    family="neural",
    factory="recvae_torch:RecVAE",
    group="autoencoder",
    settings=(
        EPOCHS,
        PATIENCE,
        HIDDEN,
        LATENT,
        learning_rate(5e-4),
        BATCH_SIZE,
        DROPOUT,
        Setting(
            "gamma",
            "KL weight per product",
            "How strongly places on the map are pulled together, for each product in a history (γ).",
            "float",
            0.005,
            0.0,
            1.0,
            search=(0.001, 0.05),
            log=True,
        ),
        PRECISION,
    ),
    has_item_vectors=True,
    has_user_vectors=True,
    generates=True,
)
