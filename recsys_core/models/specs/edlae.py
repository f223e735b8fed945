"""EDLAE, as a spec."""

from __future__ import annotations

from recsys_core.models.spec import ModelSpec, Setting

EDLAE = ModelSpec(
    id="edlae",
    title="EDLAE (linear, denoising)",
    words="Like EASE, but learns to complete histories of which a part is hidden, so that best sellers speak less loudly.",
    good_for="Usually the most accurate model here, in seconds; start with it where you need a list that works.",
    family="closed form",
    factory="edlae:Edlae",
    group="linear",
    settings=(
        Setting(
            "l2",
            "Smoothing",
            "How strongly rare coincidences are ignored (λ of the paper).",
            "float",
            100.0,
            1e-3,
            1e6,
            search=(5, 2000),
            log=True,
        ),
        Setting(
            "dropout",
            "Hidden share",
            "Share of every history that is hidden while it learns (p of the paper).",
            "float",
            0.33,
            0.0,
            0.95,
            search=(0.05, 0.8),
        ),
        Setting("dimensions", "Map dimensions", "Length of the product vectors used for variety and the map.", "int", 64, 2, 512),
    ),
    grid=tuple({"l2": float(l2), "dropout": p} for p in (0.2, 0.5) for l2 in (20, 50, 100, 200, 400, 800)),
    has_item_vectors=True,
)
