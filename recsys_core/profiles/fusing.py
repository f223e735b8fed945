"""Parts of an item profile put together with visible weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_core.errors import InputError

# part -> (words, weight unless asked otherwise). What is bought together is no content: it stays out of the fused vectors unless asked for.
PARTS: dict[str, tuple[str, float]] = {
    "text": ("Words of titles and descriptions", 1.0),
    "category": ("Categories", 1.0),
    "brand": ("Brand or author", 0.5),
    "price": ("Price band", 0.25),
    "picture": ("Picture", 0.5),
    "vectors": ("Vectors given", 1.0),
    "together": ("What is bought together", 0.0),
}
HEAVIEST = 100.0


@dataclass(frozen=True)
class Part:
    """One part of each item's profile. points: float32 (n_items, d), rows of length 1, or of zeros where an item lacks the part."""

    name: str
    points: NDArray[np.float32]

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which items have it."""
        has: NDArray[np.bool_] = np.abs(self.points).sum(axis=1) > 0
        return has


def unit(points: NDArray[np.floating]) -> NDArray[np.float32]:
    """Rows of length 1; rows of zeros stay."""
    length = np.linalg.norm(points, axis=1, keepdims=True)
    return np.where(length > 1e-9, points / np.maximum(length, 1e-9), 0).astype(np.float32)


def check_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights as given, each a known part and a number from 0 to 100. Raises InputError."""
    for name, weight in weights.items():
        if name not in PARTS:
            raise InputError(f"An item profile has no part '{name}'.", f"Its parts are {', '.join(PARTS)}.")
        if not 0 <= weight <= HEAVIEST:
            raise InputError(f"The weight of '{name}' is {weight:g}.", f"Give a number from 0 (left out) to {HEAVIEST:g}.")
    return {name: float(weight) for name, weight in weights.items()}


def fuse(parts: Mapping[str, Part], weights: Mapping[str, float]) -> NDArray[np.float32]:
    """Each part times the root of its weight, side by side, each item's row of length 1: float32 (n_items, all dimensions).

    The cosine of two items is so the weighted mean of the parts' cosines. An item that lacks a part is compared by those it has: scaling
    its row to length 1 again keeps it from being drawn to zero.
    """
    n = len(next(iter(parts.values())).points) if parts else 0
    used = [part.points * np.float32(np.sqrt(weights[name])) for name, part in parts.items() if weights.get(name, 0) > 0]
    return unit(np.hstack(used)) if used else np.zeros((n, 0), dtype=np.float32)
