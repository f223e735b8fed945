"""RP3beta, as a spec."""

from __future__ import annotations

from recsys_core.models.spec import ModelSpec, Setting

RP3BETA = ModelSpec(
    id="rp3beta",
    title="RP3beta (random walk)",
    words="Walks from the products in a history to their shoppers and on to what else those bought, holding best sellers back.",
    good_for="About as accurate as item-kNN, and more so on large sparse logs; as fast and as small.",
    family="closed form",
    factory="rp3beta:RP3beta",
    group="baseline",
    settings=(
        Setting(
            "alpha",
            "Evenness of the walk",
            "How much less busy shoppers and best sellers pass on (α).",
            "float",
            0.7,
            0.0,
            3.0,
            search=(0.2, 1.2),
        ),
        Setting(
            "beta", "Best sellers held back", "How strongly popular products are held back (β).", "float", 0.4, 0.0, 3.0, search=(0, 0.9)
        ),
        Setting(
            "k", "Neighbours", "How many nearest products speak for a product.", "int", 50, 1, 5000, expert=False, search=(5, 500), log=True
        ),
        Setting("dimensions", "Map dimensions", "Length of the product vectors used for variety and the map.", "int", 64, 2, 512),
    ),
    grid=tuple({"alpha": alpha, "beta": beta, "k": k} for alpha in (0.5, 0.7, 0.85) for beta in (0.2, 0.4) for k in (20, 100)),
    has_item_vectors=True,
)
