"""Kinds of shopper within a kind: one that falls apart in two is two, though the clearest number of kinds took them for one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recsys_core.profiles.number_sklearn import by_size, k_means

_FEWEST = 15  # rows of each half, and
_SHARE = 0.02  # of all rows
_EXPLAINED = 0.76  # of the variance along the line between the halves: a bell curve has .64, an even spread .75
_MIDWAY = 0.10  # share of the rows that may lie about midway: of a bell curve it is .19, of an even spread .15
_DIFFERENT = 0.2  # share of what is bought that must be another group of products in one half than in the other
_MOST = 40


def split_kinds(
    points: NDArray[np.float64], codes: NDArray[np.int32], n_kinds: int, seed: int, bought: NDArray[np.float64]
) -> tuple[NDArray[np.int32], int]:
    """Each kind taken in two, and the halves again, as long as there is a gap between the halves.

    points: (rows, d), the shares of groups of products in what a shopper buys: as they are, for roots make a gap between none and one.
    codes: int32 (rows,), -1 for rows that are in none. bought: how many products each share is of; the better half of a kind is judged,
    for chance hides the gap in few products. Returns codes by size and how many kinds they are.
    """
    codes = codes.copy()
    waiting, count = list(range(n_kinds)), n_kinds
    while waiting and count < _MOST:
        kind = waiting.pop(0)
        rows = np.flatnonzero(codes == kind)
        better = bought[rows] >= np.median(bought[rows]) if len(rows) >= 4 * _FEWEST else np.ones(len(rows), dtype=bool)
        apart = _halves(points[rows], better, max(_FEWEST, int(_SHARE * len(codes) * better.mean())), seed)
        if apart is not None:
            codes[rows[apart]] = count
            waiting += [kind, count]
            count += 1
    return by_size(codes, count), count


def _halves(points: NDArray[np.float64], better: NDArray[np.bool_], fewest: int, seed: int) -> NDArray[np.bool_] | None:
    """Which points are in the second half, None where there is no gap between the two. better: the points that are judged."""
    judged = points[better]
    if len(judged) < 2 * fewest or len(np.unique(judged.round(9), axis=0)) < 2:
        return None
    second = k_means(judged, 2, seed) == 1
    if min(second.sum(), (~second).sum()) < fewest:
        return None
    start, end = judged[~second].mean(axis=0), judged[second].mean(axis=0)
    if float(np.abs(end - start).sum()) / 2 < _DIFFERENT:
        return None
    along = (end - start) / max(float(((end - start) ** 2).sum()), 1e-12)
    place = (judged - start) @ along
    within = sum(float(((place[half] - place[half].mean()) ** 2).sum()) for half in (second, ~second))
    explained = 1 - within / max(float(((place - place.mean()) ** 2).sum()), 1e-12)
    midway = float(((place > 0.35) & (place < 0.65)).mean())
    apart: NDArray[np.bool_] = (points - start) @ along > 0.5
    return apart if explained >= _EXPLAINED and midway <= _MIDWAY else None
