"""The settings that EASE and EDLAE share."""

from __future__ import annotations

from collections.abc import Mapping

from recsys_core.models.spec import Setting, Value

L2 = Setting(
    "l2",
    "Smoothing",
    "How strongly rare coincidences are ignored (λ of the paper).",
    "float",
    100.0,
    1e-3,
    1e6,
    search=(5.0, 2000.0),
    log=True,
)
FORM = Setting(
    "form",
    "Form",
    "Every product from all others (dense), from its nearest alone (sparse), or by the size of the catalogue (auto).",
    "choice",
    "auto",
    choices=("auto", "dense", "sparse"),
    search=("auto", "sparse"),
)
NEIGHBOURS = Setting(
    "neighbours",
    "Neighbours",
    "How many nearest products may speak for a product in the sparse form; set without a form, it takes the sparse one.",
    "int",
    200,
    1,
    1000,
    search=(10.0, 300.0),
    log=True,
    brings=("form", "sparse"),
)
DIMENSIONS = Setting("dimensions", "Map dimensions", "Length of the product vectors used for variety and the map.", "int", 64, 2, 512)


def points(*l2: float, **fixed: Value) -> tuple[Mapping[str, Value], ...]:
    """Points of a grid: these values of l2, the rest the same."""
    return tuple({"l2": float(value), **fixed} for value in l2)
