"""Mult-VAE, as a spec."""

from __future__ import annotations

from recsys_core.models.spec import ModelSpec, Setting

MULT_VAE = ModelSpec(
    id="mult-vae",
    title="Mult-VAE",
    words="Squeezes every history into a few numbers, a place on the taste map, and unfolds it into what may follow.",
    good_for="Reaches deep into the catalogue, places shoppers and products on one map, and can make up new shoppers.",
    family="neural",
    factory="mult_vae_torch:MultVAE",
    group="autoencoder",
    settings=(
        Setting(
            "epochs",
            "Longest training",
            "Passes over all shoppers at most; it stops earlier when nothing improves.",
            "int",
            100,
            1,
            2000,
            expert=False,
        ),
        Setting("patience", "Patience", "Passes without a better validation figure before it stops.", "int", 10, 1, 500),
        Setting("hidden", "Hidden units", "Width of the layer between products and the taste map.", "int", 600, 4, 8192),
        Setting("latent", "Taste dimensions", "How many numbers describe a shopper's taste.", "int", 200, 2, 2048),
        Setting("learning_rate", "Learning rate", "Step size of Adam.", "float", 1e-3, 1e-6, 1.0),
        Setting("batch_size", "Batch", "Shoppers a step.", "int", 200, 1, 100_000),
        Setting(
            "dropout",
            "Input dropout",
            "Share of a history hidden in each pass, so that the model learns to complete it.",
            "float",
            0.5,
            0.0,
            0.95,
        ),
        Setting("kl_cap", "KL weight, cap", "How strongly places on the map are pulled together in the end (β).", "float", 0.2, 0.0, 10.0),
        Setting("anneal_epochs", "KL weight, warm-up", "Passes until the KL weight reaches its cap.", "int", 50, 1, 2000),
        Setting("weight_decay", "Weight decay", "L2 penalty on all weights.", "float", 0.0, 0.0, 1.0),
    ),
    has_item_vectors=True,
    has_user_vectors=True,
    generates=True,
    default=True,
)
