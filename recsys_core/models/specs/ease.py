"""EASE, as a spec."""

from __future__ import annotations

from recsys_core.models.spec import ModelSpec
from recsys_core.models.specs.linear import DIMENSIONS, FORM, L2, NEIGHBOURS, points

EASE = ModelSpec(
    id="ease",
    title="EASE (linear)",
    words="Learns for every pair of products how much having one speaks for the other, in one step.",
    good_for="The honest yardstick: seconds to fit, and on shop logs hard to beat in accuracy.",
    family="closed form",
    factory="ease:Ease",
    group="linear",
    settings=(L2, FORM, NEIGHBOURS, DIMENSIONS),
    grid=(
        *points(50, 100, 200, 400, 800, 1600),
        *points(5, 10, 20, 50, form="sparse", neighbours=50),
        *points(20, 100, form="sparse", neighbours=100),
    ),
    has_item_vectors=True,
)
