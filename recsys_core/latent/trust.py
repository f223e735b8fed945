"""How far a map may be believed: whether true neighbours are neighbours on it, and neighbours on it true ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLE = 500
AT_A_TIME = 64  # sampled points ranked together: 50 MB at 100,000 points


@dataclass(frozen=True)
class Trust:
    """Figures of a map, each 1 where it is perfect.

    trustworthiness: neighbours on the map are near in truth. continuity: true neighbours are near on the map (both Venna & Kaski 2001,
    eq. 3 and 4; how many places a wrong neighbour is off counts). neighbours_kept: share of the k nearest that are the k nearest on the
    map. by_chance: neighbours_kept of points strewn at random. k: neighbours looked at. sampled: points they were looked up for.
    """

    trustworthiness: float
    continuity: float
    neighbours_kept: float
    by_chance: float
    k: int
    sampled: int


def measure_trust(
    vectors: NDArray[np.floating],
    coordinates: NDArray[np.floating],
    *,
    k: int = 10,
    seed: int = 0,
    among: NDArray[np.integer] | None = None,
) -> Trust:
    """Of the k nearest by cosine in `vectors` [n, d] and on the map [n, 2 or 3], over 500 points sampled of all, or of the rows `among`."""
    n = len(vectors)
    k = max(min(k, (n - 1) // 2), 0)
    if k < 1:
        return Trust(1.0, 1.0, 1.0, 1.0, k, n)
    asked = np.arange(n) if among is None else among
    sample = np.random.default_rng(seed).choice(asked, min(SAMPLE, len(asked)), replace=False)
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    intruders = absentees = 0.0
    kept = 0
    for rows in np.array_split(sample, -(-len(sample) // AT_A_TIME)):
        near, close = _without_self(np.asarray(unit[rows] @ unit.T, np.float64), rows), _without_self(_close(coordinates, rows), rows)
        for place in range(len(rows)):
            true, drawn = _nearest(near[place], k), _nearest(close[place], k)
            strangers, missing = np.setdiff1d(drawn, true), np.setdiff1d(true, drawn)
            intruders += sum(_rank(near[place], other) - k for other in strangers)
            absentees += sum(_rank(close[place], other) - k for other in missing)
            kept += k - len(strangers)
    scale = 2.0 / (len(sample) * k * (2 * n - 3 * k - 1))
    return Trust(1 - scale * intruders, 1 - scale * absentees, kept / (len(sample) * k), k / (n - 1), k, len(sample))


def neighbours_kept(vectors: NDArray[np.floating], coordinates: NDArray[np.floating], *, k: int = 10, seed: int = 0) -> float:
    """`measure_trust`'s share of neighbours kept alone."""
    return measure_trust(vectors, coordinates, k=k, seed=seed).neighbours_kept


def _close(coordinates: NDArray[np.floating], rows: NDArray[np.integer]) -> NDArray[np.float64]:
    table = coordinates.astype(np.float64)
    return np.asarray(2 * table[rows] @ table.T - np.square(table).sum(axis=1)[None])


def _without_self(nearness: NDArray[np.float64], rows: NDArray[np.integer]) -> NDArray[np.float64]:
    nearness[np.arange(len(rows)), rows] = -np.inf
    return nearness


def _nearest(nearness: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """The k largest of [n]; of equal ones those that come first."""
    least = np.partition(nearness, len(nearness) - k)[len(nearness) - k]
    found = np.flatnonzero(nearness >= least)
    return found[np.argsort(-nearness[found], kind="stable")[:k]]


def _rank(nearness: NDArray[np.float64], other: int) -> int:
    """1 for the largest of [n], 2 for the next ...; equal ones in their order."""
    value = nearness[other]
    return 1 + int(np.count_nonzero(nearness > value)) + int(np.count_nonzero(nearness[:other] == value))
