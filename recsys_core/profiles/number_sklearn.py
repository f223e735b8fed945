"""How many groups there are: tried by k-means, judged by how clear and how repeatable they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score

CLEAR, REPEATABLE = 0.45, 0.85  # silhouette and agreement from which on groups are there to be seen; real logs have .05-.35 and .3-.8
_MANY = 30_000  # points from which on k-means takes mini-batches
_FITTED, _JUDGED = 4_000, 2_000  # points on which a number of groups is tried, and of those on which its silhouette is taken


@dataclass(frozen=True)
class Trial:
    """One number of groups. silhouette (Rousseeuw 1987): -1..1. agreement: adjusted Rand index between groups found in two halves of
    the points, each applied to all (prediction strength, Tibshirani & Walther 2005). largest: share of the largest group."""

    groups: int
    silhouette: float
    agreement: float
    largest: float

    @property
    def is_clear(self) -> bool:
        """Whether anybody who looks finds the same groups."""
        return self.silhouette >= CLEAR and self.agreement >= REPEATABLE


def try_numbers(points: NDArray[np.floating], numbers: Sequence[int], seed: int) -> list[Trial]:
    """Judge each number of groups on (a sample of) the points; those that leave fewer than four points a group are passed over."""
    rng = np.random.Generator(np.random.PCG64(seed))
    points = sample(points, _FITTED, rng)
    judged = sample(np.arange(len(points)), _JUDGED, rng)
    order = rng.permutation(len(points))
    halves = points[order[: len(order) // 2]], points[order[len(order) // 2 :]]
    different = min(len(np.unique(part.round(9), axis=0)) for part in (points, *halves))
    trials = []
    for k in numbers:
        if k * 4 > len(points) or k > different:
            break
        codes = k_means(points, k, seed, restarts=3)
        one, other = (nearest(points, centres_of(half, k, seed)) for half in halves)
        several = len(np.unique(codes[judged])) > 1
        silhouette = float(silhouette_score(points[judged], codes[judged])) if several else 0.0
        trials.append(Trial(k, silhouette, float(adjusted_rand_score(one, other)), float(np.bincount(codes).max() / len(codes))))
    return trials


def clearest(trials: Sequence[Trial]) -> Trial | None:
    """The clear trial with the highest silhouette, None where none is clear."""
    clear = [trial for trial in trials if trial.is_clear]
    return max(clear, key=lambda trial: (round(trial.silhouette, 6), -trial.groups)) if clear else None


def k_means(points: NDArray[np.floating], k: int, seed: int, restarts: int = 5) -> NDArray[np.int32]:
    """The group of each point, numbered as they come."""
    model = MiniBatchKMeans if len(points) > _MANY else KMeans
    codes: NDArray[np.int32] = model(n_clusters=k, n_init=restarts, max_iter=100, random_state=seed).fit_predict(points)
    return codes.astype(np.int32)


def centres_of(points: NDArray[np.floating], k: int, seed: int) -> NDArray[np.floating]:
    """Centres of k groups."""
    centres: NDArray[np.float64] = (
        KMeans(n_clusters=min(k, len(points)), n_init=3, max_iter=100, random_state=seed).fit(points).cluster_centers_
    )
    return centres


def nearest(points: NDArray[np.floating], centres: NDArray[np.floating]) -> NDArray[np.int32]:
    """The nearest centre of each point."""
    distances = (centres**2).sum(axis=1) - 2 * points @ centres.T
    places: NDArray[np.int32] = np.argmin(distances, axis=1).astype(np.int32)
    return places


def sample(values: NDArray[Any], most: int, rng: np.random.Generator) -> NDArray[Any]:
    """At most so many of the values, in their order."""
    return values if len(values) <= most else values[np.sort(rng.choice(len(values), most, replace=False))]


def by_size(codes: NDArray[np.int32], k: int) -> NDArray[np.int32]:
    """Groups numbered from the largest down; -1 stays."""
    order = np.argsort(-np.bincount(codes[codes >= 0], minlength=k), kind="stable")
    renamed = np.empty(k, dtype=np.int32)
    renamed[order] = np.arange(k, dtype=np.int32)
    return np.where(codes >= 0, renamed[codes], np.int32(-1)).astype(np.int32)
