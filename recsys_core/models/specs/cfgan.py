"""CFGAN, as a spec."""

from __future__ import annotations

from recsys_core.models.spec import ModelSpec, Setting
from recsys_core.models.specs.players import player_settings

CFGAN_SPEC = ModelSpec(
    id="cfgan",
    title="CFGAN",
    words="One network makes up who buys what, another tries to tell it from real purchases, and both get better at it.",
    good_for="A GAN to compare with, on logs of up to some ten thousand shoppers; a linear model is more accurate and far quicker.",
    family="neural",
    factory="cfgan_torch:CFGAN",
    group="gan",
    settings=(
        Setting(
            "epochs",
            "Longest training",
            "Passes over all products at most; it stops earlier when nothing improves.",
            "int",
            100,
            1,
            5000,
            expert=False,
        ),
        Setting("patience", "Patience", "Passes without a better validation figure before it stops.", "int", 10, 1, 500),
        Setting(
            "based_on",
            "Learns about",
            "items: who buys each product (more accurate, but scores only shoppers it was trained on). users: what each shopper buys.",
            "choice",
            "items",
            choices=("items", "users"),
        ),
        Setting(
            "masking",
            "What was not bought",
            "How the generator learns from it: ZR pulls some of it to zero, PM shows some of it to the critic, ZP does both.",
            "choice",
            "ZP",
            choices=("ZR", "PM", "ZP"),
            search=("ZR", "PM", "ZP"),
        ),
        Setting("hidden", "Hidden units", "Width of the generator's hidden layer.", "int", 400, 2, 8192, search=(100, 800), log=True),
        Setting(
            "d_hidden",
            "Critic's hidden units",
            "Width of each of the critic's hidden layers.",
            "int",
            125,
            2,
            4096,
            search=(50, 400),
            log=True,
        ),
        Setting("d_layers", "Critic's layers", "Hidden layers of the critic.", "int", 1, 1, 4, search=(1, 4)),
        Setting("batch_size", "Batch", "Vectors a step.", "int", 32, 1, 100_000, search=(16, 128), log=True),
        Setting(
            "zr_weight",
            "Pull to zero",
            "Weight of zero reconstruction (α of the paper).",
            "float",
            0.03,
            0.0,
            100.0,
            search=(0.003, 0.3),
            log=True,
        ),
        Setting(
            "zr_ratio",
            "Share pulled to zero",
            "Share of what was not bought that each step pulls to zero.",
            "float",
            0.7,
            0.01,
            1.0,
            search=(0.1, 1.0),
        ),
        Setting(
            "pm_ratio", "Share shown", "Share of what was not bought that the critic sees.", "float", 0.7, 0.01, 1.0, search=(0.1, 1.0)
        ),
        *player_settings(g_learning_rate=2e-4, d_learning_rate=2e-4, g_steps=4, d_steps=2, rate_bound=1.0),
    ),
    no_fold_in={"based_on": "items"},
    has_item_vectors=True,
)
