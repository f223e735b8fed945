"""How columns of a sample hang together: what decides what, and whose rows lie close in time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recsys_core.data.guessing.facts import Facts

_FEWEST_GROUPS = 5  # with fewer groups of several rows nothing is said, unless asked for


def decides(one: Facts, other: Facts, fewest: int = _FEWEST_GROUPS) -> float | None:
    """The share of rows with the most usual value of `other` among those with the same value of `one`; 1: it decides it.

    Over values of `one` that occur more than once; None where they are fewer than `fewest`.
    """
    both = (one.codes >= 0) & (other.codes >= 0)
    group, value = one.codes[both], other.codes[both]
    sizes = np.bincount(group)
    several = sizes[group] > 1
    if int((sizes > 1).sum()) < fewest:
        return None
    pairs, rows = np.unique(group[several] * np.int64(other.distinct + 1) + value[several], return_counts=True)
    of = pairs // (other.distinct + 1)
    most = np.zeros(len(sizes), dtype=np.int64)
    np.maximum.at(most, of, rows)
    return float(most.sum() / several.sum())


def groups_rows(order: Facts, user: Facts, time: Facts) -> bool:
    """Whether rows with one value of `order` share a time and a shopper, of whom each has several: so do an order's."""
    if order.unique > 0.95 or order.distinct < 2 or 1.02 * user.distinct > order.distinct:
        return False
    return (decides(order, user) or 0) > 0.98 and (decides(order, time) or 0) > 0.8 and decides_by_chance(order, time) < 0.8


def filled_once(order: Facts, column: Facts) -> bool:
    """Whether of an order's several rows one alone has the cell filled."""
    group = order.codes[order.codes >= 0]
    filled = (column.codes >= 0)[order.codes >= 0]
    sizes, cells = np.bincount(group), np.bincount(group, weights=filled)
    several = sizes > 1
    return bool(several.sum() >= _FEWEST_GROUPS and (cells[several] > 1).mean() < 0.05 and (cells[several] == 1).mean() > 0.5)


def decides_by_chance(one: Facts, other: Facts) -> float:
    """What `decides` would be about, were the two independent: the share of the most usual value of `other`, or one row of each group."""
    usual = other.counts[0] / max(other.held, 1)
    return float(max(usual, min(1.0, one.distinct / max(one.held, 1))))


def closeness(column: Facts, times: NDArray[np.float64]) -> float:
    """The median time between neighbouring rows with the same value, as a share of what even spacing would give; NaN if unknown.

    times: (rows,) seconds, NaN where unknown. A shopper's events come in visits: small. A product's are spread: about 1.
    """
    good = (column.codes >= 0) & np.isfinite(times)
    codes, seconds = column.codes[good], times[good]
    if len(codes) < 20 or column.distinct < 2:
        return float("nan")
    order = np.lexsort((seconds, codes))
    same = codes[order][1:] == codes[order][:-1]
    gaps = np.diff(seconds[order])[same]
    if len(gaps) < 10:
        return float("nan")
    span = float(np.quantile(seconds, 0.95) - np.quantile(seconds, 0.05))
    mean_rows = len(codes) / column.distinct
    return float(np.median(gaps) / max(span / max(mean_rows, 1.0), 1e-9))


def runs(column: Facts, first: int) -> float:
    """The mean length of a run of equal values in the first rows, over what chance would give: large where the file is sorted by it."""
    codes = column.codes[:first]
    codes = codes[codes >= 0]
    if len(codes) < 2:
        return 1.0
    same = float((codes[1:] == codes[:-1]).mean())
    counts = np.bincount(codes)
    chance = float((counts / len(codes)) @ (counts / len(codes)))
    return (1 - chance) / max(1 - same, 1e-9)
