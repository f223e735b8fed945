"""EDLAE, as a spec."""

from __future__ import annotations

from recsys_core.models.spec import ModelSpec, Setting
from recsys_core.models.specs.linear import DIMENSIONS, FORM, L2, NEIGHBOURS, points

EDLAE = ModelSpec(
    id="edlae",
    title="EDLAE (linear, denoising)",
    words="Like EASE, but learns to complete histories of which a part is hidden, so that best sellers speak less loudly.",
    good_for="Usually the most accurate model here, in seconds; start with it where you need a list that works.",
    family="closed form",
    factory="edlae:Edlae",
    group="linear",
    settings=(
        L2,
        Setting(
            "dropout",
            "Hidden share",
            "Share of every history that is hidden while it learns (p of the paper).",
            "float",
            0.33,
            0.0,
            0.95,
            search=(0.05, 0.7),
        ),
        FORM,
        NEIGHBOURS,
        DIMENSIONS,
    ),
    grid=(
        *points(50, 100, 200, 400, 800, dropout=0.33),
        *points(200, dropout=0.5),
        *points(5, 10, 20, 50, dropout=0.2, form="sparse", neighbours=50),
        *points(20, 100, dropout=0.33, form="sparse", neighbours=100),
    ),
    has_item_vectors=True,
)
