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


def measure_trust(vectors: NDArray[np.floating], coordinates: NDArray[np.floating], *, k: int = 10, seed: int = 0) -> Trust:
    """Of the k nearest by cosine in `vectors` [n, d] and on the map [n, 2 or 3], over 500 sampled points."""
    n = len(vectors)
    k = max(min(k, (n - 1) // 2), 0)
    if k < 1:
        return Trust(1.0, 1.0, 1.0, 1.0, k, n)
    sample = np.random.default_rng(seed).choice(n, min(SAMPLE, n), replace=False)
    intruders = absentees = 0.0
    kept = 0
    for rows in np.array_split(sample, -(-len(sample) // AT_A_TIME)):
        near, close = _places(_similar(vectors, rows), rows), _places(_close(coordinates, rows), rows)
        intruders += float(np.maximum(near - k, 0)[close <= k].sum())
        absentees += float(np.maximum(close - k, 0)[near <= k].sum())
        kept += int(((near <= k) & (close <= k)).sum())
    scale = 2.0 / (len(sample) * k * (2 * n - 3 * k - 1))
    return Trust(1 - scale * intruders, 1 - scale * absentees, kept / (len(sample) * k), k / (n - 1), k, len(sample))


def neighbours_kept(vectors: NDArray[np.floating], coordinates: NDArray[np.floating], *, k: int = 10, seed: int = 0) -> float:
    """`measure_trust`'s share of neighbours kept alone."""
    return measure_trust(vectors, coordinates, k=k, seed=seed).neighbours_kept


def _similar(vectors: NDArray[np.floating], rows: NDArray[np.integer]) -> NDArray[np.float64]:
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return np.asarray(unit[rows] @ unit.T, dtype=np.float64)


def _close(coordinates: NDArray[np.floating], rows: NDArray[np.integer]) -> NDArray[np.float64]:
    table = coordinates.astype(np.float64)
    return np.asarray(2 * table[rows] @ table.T - np.square(table).sum(axis=1)[None])


def _places(nearness: NDArray[np.float64], rows: NDArray[np.integer]) -> NDArray[np.int64]:
    """1 for the nearest other point of each row, 2 for the next ...; beyond all of them for the point itself."""
    n = nearness.shape[1]
    nearness[np.arange(len(rows)), rows] = -np.inf
    order = np.argsort(-nearness, axis=1, kind="stable")
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(1, n + 1)[None].repeat(len(rows), axis=0), axis=1)
    places[np.arange(len(rows)), rows] = 4 * n
    return places
