"""EASE, as a spec."""

from __future__ import annotations

from recsys_core.models.spec import ModelSpec, Setting

EASE = ModelSpec(
    id="ease",
    title="EASE (linear)",
    words="Learns for every pair of products how much having one speaks for the other, in one step.",
    good_for="The honest yardstick: seconds to fit, and on shop logs hard to beat in accuracy.",
    family="closed form",
    factory="ease:Ease",
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
        Setting("dimensions", "Map dimensions", "Length of the product vectors used for variety and the map.", "int", 64, 2, 512),
    ),
    grid=tuple({"l2": float(l2)} for l2 in (5, 20, 50, 100, 200, 400, 800, 1600)),
    has_item_vectors=True,
)
