"""No synthetic shopper has exactly a real one's products: such sets are drawn anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.synthesis.contract import Ints

FEWEST = 5  # as the scorecard's copied baskets: smaller sets coincide by chance
ROUNDS = 20  # in a catalogue so small that nearly every set is somebody's, the last draw stays
KEYS = 20_261_122


@dataclass(frozen=True)
class RealSets:
    """The real sets of at least five products, as sums of random numbers, one a product (Zobrist 1970). sums: uint64, sorted."""

    sums: NDArray[np.uint64]

    @classmethod
    def of(cls, sets: sparse.csr_matrix) -> RealSets:
        """Of csr [U, I]."""
        long = np.diff(sets.indptr) >= FEWEST
        return cls(np.unique(_sums(sets.indices, sets.indptr, sets.shape[1])[long]))

    def copies(self, items: Ints, indptr: NDArray[np.int64], n_items: int) -> NDArray[np.int64]:
        """The shoppers, rising, whose set is a real one."""
        found: NDArray[np.int64] = np.flatnonzero((np.diff(indptr) >= FEWEST) & np.isin(_sums(items, indptr, n_items), self.sums))
        return found

    def avoided(self, items: Ints, indptr: NDArray[np.int64], n_items: int, again: Callable[[NDArray[np.int64]], Ints]) -> Ints:
        """The items with each copy replaced; `again` draws the sets of some shoppers anew, of the same lengths, one after the other."""
        lengths = np.diff(indptr)
        for _ in range(ROUNDS):
            rows = self.copies(items, indptr, n_items)
            if len(rows) == 0:
                break
            chosen = np.zeros(len(lengths), np.bool_)
            chosen[rows] = True
            items = items.copy()
            items[np.repeat(chosen, lengths)] = again(rows)
        return items


def _sums(items: Ints, indptr: NDArray[np.integer], n_items: int) -> NDArray[np.uint64]:
    keys = np.random.default_rng(KEYS).integers(0, 2**64, n_items, dtype=np.uint64)
    running = np.concatenate([np.zeros(1, np.uint64), np.cumsum(keys[items], dtype=np.uint64)])  # wraps around, and so do differences
    return np.asarray(running[indptr[1:]] - running[indptr[:-1]])
