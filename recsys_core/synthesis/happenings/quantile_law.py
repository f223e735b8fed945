"""The law of one number given one or two others: quantile levels in cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
LEVELS = 64  # a cell's law is told by this many levels of equal chance, whatever the log's size
GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0
LEAST = 40  # values that a cell needs for a law of its own


@dataclass(frozen=True)
class QuantileLaw:
    """edges: the inner edges of each feature's bins. levels: float64 [cells, LEVELS], rising, cells in C order of the bins."""

    edges: tuple[Floats, ...]
    levels: Floats

    def draw(self, u: Floats, *features: ArrayLike, smooth: bool = False) -> Floats:
        """The value at each chance u in [0, 1), in the cell of its features. smooth: between levels by straight lines, else a level."""
        row = _cells(self.edges, features, len(u))
        if not smooth:
            return np.asarray(self.levels[row, (u * LEVELS).astype(np.int64)])
        place = np.clip(u * LEVELS - 0.5, 0, LEVELS - 1)
        low = np.minimum(place.astype(np.int64), LEVELS - 2)
        below, above = self.levels[row, low], self.levels[row, low + 1]
        return np.asarray(below + (above - below) * (place - low))

    def mean(self, *features: ArrayLike) -> Floats:
        """The expected value in the cell of these features."""
        return np.asarray(self.levels.mean(axis=1)[_cells(self.edges, features, len(np.asarray(features[0])))])


def learn_law(values: ArrayLike, *features: ArrayLike, edges: tuple[ArrayLike, ...] = (), means: bool = False) -> QuantileLaw:
    """The law of `values` given features. A cell with fewer than LEAST values takes the law of its first feature's bin, widened to as many.

    means: a level is the mean of its slice of the values, so that the mean survives a heavy tail; else its median value.
    """
    value, bins = np.asarray(values, dtype=np.float64), tuple(np.asarray(edge, dtype=np.float64) for edge in edges)
    shape = tuple(len(edge) + 1 for edge in bins)
    cell = _cells(bins, features, len(value))
    levels = np.tile(_levels(value, means), (int(np.prod(shape, dtype=np.int64)), 1))
    inner = int(np.prod(shape[1:], dtype=np.int64))
    bins_of = cell // inner
    for first in range(shape[0] if shape else 0):
        away = np.abs(bins_of - first)
        reach = np.sort(away)[LEAST - 1] if len(value) >= LEAST else shape[0]
        levels[first * inner : (first + 1) * inner] = _levels(value[away <= reach], means)
    for own in range(len(levels)):
        here = value[cell == own]
        if len(here) >= LEAST:
            levels[own] = _levels(here, means)
    return QuantileLaw(bins, levels)


def even_chances(by: ArrayLike, rng: np.random.Generator) -> Floats:
    """Chances in [0, 1) that are spread evenly among neighbours in `by` (the golden ratio's sequence from a random start).

    A heavy tail drawn so has its mean in few draws, where independent chances would miss it.
    """
    key = np.asarray(by, dtype=np.float64)
    order, found = np.lexsort([rng.random(len(key)), key]), np.empty(len(key))
    found[order] = (rng.random() + GOLDEN * np.arange(len(key))) % 1.0
    return found


def _cells(edges: tuple[Floats, ...], features: tuple[ArrayLike, ...], n: int) -> NDArray[np.int64]:
    cell = np.zeros(n, dtype=np.int64)
    for edge, feature in zip(edges, features, strict=True):
        cell = cell * (len(edge) + 1) + np.searchsorted(edge, np.asarray(feature, dtype=np.float64), "right")
    return cell


def _levels(values: Floats, means: bool) -> Floats:
    if not len(values):
        return np.zeros(LEVELS)
    ordered = np.sort(values)
    if not means:
        return np.asarray(ordered[((np.arange(LEVELS) + 0.5) / LEVELS * len(ordered)).astype(np.int64)])
    total = np.concatenate([[0.0], np.cumsum(ordered)])
    at = np.linspace(0, len(ordered), LEVELS + 1)
    return np.asarray(np.diff(np.interp(at, np.arange(len(total)), total)) / np.diff(at))
