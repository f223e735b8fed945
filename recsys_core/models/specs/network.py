"""Settings that every autoencoder has."""

from __future__ import annotations

from recsys_core.models.spec import Setting

EPOCHS = Setting(
    "epochs",
    "Longest training",
    "Passes over all shoppers at most; it stops earlier when nothing improves.",
    "int",
    100,
    1,
    2000,
    expert=False,
)
PATIENCE = Setting("patience", "Patience", "Passes without a better validation figure before it stops.", "int", 10, 1, 500)
HIDDEN = Setting(
    "hidden",
    "Hidden units",
    "Width of the layer between products and the taste map; 0 takes 600, 300 with fewer than 2,000 shoppers, and fewer the more "
    "products there are above 26,000.",
    "int",
    0,
    0,
    8192,
    search=(100, 1000),
    log=True,
)
KL_CAP = Setting(
    "kl_cap",
    "KL weight, cap",
    "How strongly places on the map are pulled together in the end (β).",
    "float",
    0.2,
    0.0,
    10.0,
    search=(0.05, 1.0),
    log=True,
)
ANNEAL_EPOCHS = Setting(
    "anneal_epochs",
    "KL weight, warm-up",
    "Passes until the KL weight reaches its cap.",
    "int",
    50,
    1,
    2000,
    search=(10, 150),
    log=True,
)
LATENT = Setting(
    "latent",
    "Taste dimensions",
    "How many numbers describe a shopper's taste; 0 takes a third of the hidden units.",
    "int",
    0,
    0,
    2048,
    search=(32, 400),
    log=True,
)
BATCH_SIZE = Setting(
    "batch_size",
    "Batch",
    "Shoppers a step; 0 takes a twentieth of all, from 100 to 500, and fewer the more products there are above 100,000.",
    "int",
    0,
    0,
    100_000,
    search=(50, 500),
    log=True,
)
DROPOUT = Setting(
    "dropout",
    "Input dropout",
    "Share of a history hidden in each pass, so that the model learns to complete it.",
    "float",
    0.5,
    0.0,
    0.95,
    search=(0.2, 0.8),
)
PRECISION = Setting(
    "precision",
    "Arithmetic",
    "Of the large products while training: bfloat16 is faster on processors and GPUs made for it, which is where auto uses it.",
    "choice",
    "auto",
    choices=("auto", "float32", "bfloat16"),
)
LIKELIHOOD = Setting(
    "likelihood",
    "Likelihood",
    "Compare with the whole catalogue in each step (full) or with a corrected sample of it (sampled); auto samples above 50,000 products.",
    "choice",
    "auto",
    choices=("auto", "full", "sampled"),
)
SAMPLE = Setting("sample", "Sample", "How many products are compared with where the likelihood is sampled.", "int", 4096, 1, 10_000_000)


def learning_rate(default: float) -> Setting:
    """The optimiser's rate."""
    return Setting("learning_rate", "Learning rate", "Step size of Adam.", "float", default, 1e-6, 1.0, search=(2e-4, 5e-3), log=True)


def weight_decay(default: float) -> Setting:
    """The L2 penalty."""
    return Setting("weight_decay", "Weight decay", "L2 penalty on all weights.", "float", default, 0.0, 1.0, search=(1e-7, 1e-3), log=True)
