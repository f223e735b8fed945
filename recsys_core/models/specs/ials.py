"""iALS, as a spec."""

from __future__ import annotations

from recsys_core.models.spec import ModelSpec, Setting

IALS = ModelSpec(
    id="ials",
    title="iALS (matrix factorisation)",
    words="Gives every shopper and product a few numbers whose product says how well they fit; what was never bought is a weak no.",
    good_for="Large catalogues and quick lists: small to store, fast to fit, and shoppers and products on one map.",
    family="closed form",
    factory="ials:Ials",
    group="linear",
    settings=(
        Setting(
            "factors",
            "Taste dimensions",
            "How many numbers describe a shopper and a product (d).",
            "int",
            128,
            1,
            1024,
            search=(32, 256),
            log=True,
        ),
        Setting(
            "unobserved",
            "Weight of a no",
            "How much a purchase that did not happen counts against one that did (α₀).",
            "float",
            0.1,
            1e-4,
            10.0,
            search=(0.01, 1.0),
            log=True,
        ),
        Setting(
            "reg",
            "Smoothing",
            "How strongly the numbers are kept small, for each purchase (λ).",
            "float",
            0.01,
            1e-6,
            10.0,
            search=(1e-3, 0.1),
            log=True,
        ),
        Setting("epochs", "Rounds", "How often the shoppers and the products are solved in turn.", "int", 16, 1, 200, search=(8, 32)),
        Setting(
            "confidence",
            "Weight of a purchase",
            "Every product a shopper had counts the same (equal), or more the more often or strongly (strength).",
            "choice",
            "equal",
            choices=("equal", "strength"),
        ),
    ),
    grid=(
        *({"factors": 64, "unobserved": unobserved, "reg": reg} for unobserved in (0.1, 0.3) for reg in (0.003, 0.01, 0.03)),
        *({"factors": 128, "unobserved": unobserved, "reg": reg} for unobserved, reg in ((0.1, 0.003), (0.1, 0.01), (0.3, 0.003))),
    ),
    has_item_vectors=True,
    has_user_vectors=True,
)
