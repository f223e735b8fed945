"""Shoppers as points: who they are like by what they had. PRDC says how well one cloud of points covers another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.models.spectral import leading_directions, scaled_items
from recsys_core.synthesis.scorecard.nearness import sampled_rows

DIMENSIONS = 32
NEAREST = 5
MOST_POINTS = 5000  # of each cloud
BLOCK = 1024
Points = NDArray[np.float32]


def directions(real: sparse.csr_matrix) -> Points:
    """Leading directions of the real shoppers' products, popular ones damped: float32 [items, d]."""
    rank = min(DIMENSIONS, max(1, min(real.shape) - 1))
    popularity = np.maximum(np.asarray(real.sum(axis=0)).ravel(), 1.0)
    _, axes = leading_directions(scaled_items(real, 0.5), rank)
    return np.asarray(axes / np.sqrt(popularity)[:, None], dtype=np.float32)


def user_vectors(matrix: sparse.csr_matrix, axes: Points) -> Points:
    """Unit vectors of shoppers [users, d]; shoppers without any known product are left out."""
    vectors = np.asarray(matrix @ axes, dtype=np.float32)
    length = np.linalg.norm(vectors, axis=1)
    return np.asarray(vectors[length > 0] / length[length > 0, None])


@dataclass(frozen=True)
class Prdc:
    """Kynkäänniemi et al. 2019 (precision, recall), Naeem et al. 2020 (density, coverage)."""

    precision: float
    recall: float
    density: float
    coverage: float


def prdc(real: Points, made: Points, rng: np.random.Generator, nearest: int = NEAREST) -> Prdc:
    """How much of the made points lies among the real ones (precision, density), and of the real among the made (recall, coverage).

    A ball around each point reaches to its `nearest`-th neighbour in its own cloud. NaN where a cloud has no more points than that.
    """
    real, made = real[sampled_rows(len(real), MOST_POINTS, rng)], made[sampled_rows(len(made), MOST_POINTS, rng)]
    if min(len(real), len(made)) <= nearest:
        return Prdc(*4 * [float("nan")])
    radius_real, radius_made = _radii(real, nearest), _radii(made, nearest)
    in_real = np.zeros(len(made))  # balls of real points that a made one is in
    covered = np.zeros(len(real), dtype=bool)
    recalled = np.zeros(len(real), dtype=bool)
    for start in range(0, len(real), BLOCK):
        rows = slice(start, start + BLOCK)
        distance = _squared(real[rows], made)
        inside = distance <= radius_real[rows, None]
        in_real += inside.sum(axis=0)
        covered[rows] = inside.any(axis=1)
        recalled[rows] = (distance <= radius_made[None]).any(axis=1)
    density = float(in_real.sum() / (nearest * len(made)))
    return Prdc(float((in_real > 0).mean()), float(recalled.mean()), density, float(covered.mean()))


def _squared(first: Points, second: Points) -> NDArray[np.float32]:
    """Squared distances of unit vectors, rounded so that equal points are at 0 however they are multiplied."""
    return np.asarray(np.round(np.maximum(2.0 - 2.0 * (first @ second.T), 0.0), 5))


def _radii(points: Points, nearest: int) -> NDArray[np.float32]:
    """Squared distance to the nearest-th other point."""
    found = [np.partition(_squared(points[s : s + BLOCK], points), nearest, axis=1)[:, nearest] for s in range(0, len(points), BLOCK)]
    return np.concatenate(found)
