"""PureSVD, as a spec."""

from __future__ import annotations

from recsys_core.models.spec import ModelSpec, Setting

# Films ask for few directions and best sellers as they are, shops of near-twins for many and best sellers scaled down.
_RANKS = {0.0: (10, 20, 50, 150), 0.25: (50, 150, 300, 600), 0.5: (100, 200, 400, 800)}

PURE_SVD = ModelSpec(
    id="pure-svd",
    title="PureSVD (factors)",
    words="Finds the few directions in which tastes differ most, and reads every history along them.",
    good_for="A quick map of shoppers and products, and a fair yardstick for every model that squeezes histories.",
    family="closed form",
    factory="pure_svd:PureSVD",
    group="baseline",
    settings=(
        Setting(
            "rank", "Directions", "How many directions of taste are kept.", "int", 100, 1, 4000, expert=False, search=(5, 1000), log=True
        ),
        Setting(
            "exponent",
            "Best sellers scaled down",
            "0: every purchase counts alike; 0.5: every product does, however many bought it.",
            "float",
            0.25,
            0.0,
            1.0,
            search=(0, 0.6),
        ),
    ),
    grid=tuple({"exponent": exponent, "rank": rank} for exponent, ranks in _RANKS.items() for rank in ranks),
    has_item_vectors=True,
    has_user_vectors=True,
)
