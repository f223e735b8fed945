"""What one list is like beside its hits: novelty, distance within the list, calibration; one value a user and length.

Every run on a split is measured by the same `Yardsticks`, never by its own vectors, so that models can be compared.
Lists are int arrays [users, n] of item indices, best first, -1 where a list is short; lengths `at` are rising.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

Lists = NDArray[np.integer]
PerUser = NDArray[np.float64]  # [users, lengths], NaN where a list or its user has no such value

SMOOTHING = 0.01  # Steck 2018, section 3.1


@dataclass(frozen=True)
class Yardsticks:
    """What lists are measured by; a measure whose part is None is not there.

    holders: int [items], how many of the `users` who train had each item. vectors: float32 [items, d], rows of length 1 or 0.
    groups: int [items], the group (category, cluster) of each item, -1 for none. histories: csr [users, items], what each user had
    before the list, aligned with the rows of the lists.
    """

    holders: NDArray[np.integer] | None = None
    users: int = 0
    vectors: NDArray[np.float32] | None = None
    groups: NDArray[np.integer] | None = None
    histories: sparse.csr_matrix | None = None

    def of_rows(self, rows: NDArray[np.integer]) -> Yardsticks:
        """The same for some of the users."""
        return self if self.histories is None else replace(self, histories=self.histories[rows])


def novelty_at(lists: Lists, holders: NDArray[np.integer], users: int, at: Sequence[int]) -> PerUser:
    """Mean self-information of the list, -log2(share of the users who have the item), in bits (Zhou et al. 2010; Castells et al. 2011).

    An item that nobody had counts as one that a single user had.
    """
    bits = np.log2(max(users, 1)) - np.log2(np.maximum(holders, 1))
    present = lists >= 0
    total = np.cumsum(np.where(present, bits[np.maximum(lists, 0)], 0.0), axis=1)
    count = np.cumsum(present, axis=1)
    last = np.minimum(np.asarray(at), lists.shape[1]) - 1
    return np.where(count[:, last] > 0, total[:, last] / np.maximum(count[:, last], 1), np.nan)


def distance_at(lists: Lists, vectors: NDArray[np.float32], at: Sequence[int]) -> PerUser:
    """Mean of 1 - cosine over all pairs of the first k; as `beyond_accuracy.intra_list_distance`, all lengths in one pass.

    NaN for lists with fewer than two items that have a vector.
    """
    found = np.full((len(lists), len(at)), np.nan)
    has = np.any(vectors != 0, axis=1)
    _distances(np.ascontiguousarray(lists), np.ascontiguousarray(vectors, dtype=np.float32), has, np.asarray(at), found)
    return found


def calibration_at(lists: Lists, histories: sparse.csr_matrix, groups: NDArray[np.integer], at: Sequence[int]) -> PerUser:
    """KL(p || q) in nats between the shares of the item groups in the history, p, and in the list, q (Steck 2018, eq. 4 to 6).

    0 is a list with the mix of the history. q is smoothed to 0.99 q + 0.01 p, so that a missing group costs no infinity. Every
    place counts alike, an item is of one group. NaN where the history or the list has no item with a group.
    """
    found = np.full((len(lists), len(at)), np.nan)
    codes = np.asarray(groups, dtype=np.int64)
    width = int(codes.max(initial=-1)) + 1
    _divergences(np.ascontiguousarray(lists), histories.indptr, histories.indices, codes, width, np.asarray(at), found)
    return found


def list_measures(yardsticks: Yardsticks) -> dict[str, Callable[[Lists, Sequence[int]], PerUser]]:
    """The measures that these yardsticks give, by name: functions of lists (aligned with the histories) and lengths."""
    made: dict[str, Callable[[Lists, Sequence[int]], PerUser]] = {}
    holders, vectors, groups, histories = yardsticks.holders, yardsticks.vectors, yardsticks.groups, yardsticks.histories
    if holders is not None:
        made["novelty"] = lambda lists, at: novelty_at(lists, holders, yardsticks.users, at)
    if vectors is not None:
        made["ild"] = lambda lists, at: distance_at(lists, vectors, at)
    if groups is not None and histories is not None:
        made["calibration"] = lambda lists, at: calibration_at(lists, histories, groups, at)
    return made


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _distances(lists, vectors, has, at, found):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """1 - (|sum e|^2 - n) / (n (n - 1)): the sum grows with the list."""
    for row in range(lists.shape[0]):
        total = np.zeros(vectors.shape[1])
        n = place = 0
        for j in range(len(at)):
            while place < min(at[j], lists.shape[1]):
                item = lists[row, place]
                place += 1
                if item >= 0 and has[item]:
                    total += vectors[item]
                    n += 1
            if n > 1:
                found[row, j] = 1 - ((total * total).sum() - n) / (n * (n - 1))


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _divergences(lists, indptr, indices, groups, width, at, found):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    for row in range(lists.shape[0]):
        had, listed = np.zeros(width), np.zeros(width)
        for entry in range(indptr[row], indptr[row + 1]):
            if groups[indices[entry]] >= 0:
                had[groups[indices[entry]]] += 1
        if had.sum() == 0:
            continue
        had /= had.sum()
        n = place = 0
        for j in range(len(at)):
            while place < min(at[j], lists.shape[1]):
                item = lists[row, place]
                place += 1
                if item >= 0 and groups[item] >= 0:
                    listed[groups[item]] += 1
                    n += 1
            if n == 0:
                continue
            found[row, j] = 0.0
            for group in range(width):
                if had[group] > 0:
                    smoothed = (1 - SMOOTHING) * listed[group] / n + SMOOTHING * had[group]
                    found[row, j] += had[group] * np.log(had[group] / smoothed)
