"""What a generator learns from and what it gives back: shoppers as ordered sets of products.

Times, kinds and prices come after (`happenings`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Ints = NDArray[np.int32]


@dataclass(frozen=True)
class RealShoppers:
    """The real side.

    sets: csr float32 of ones [U, I]. first: int32 [nnz of sets], aligned with its indices: the place of each product in the order in which
    its shopper first took it, from 0 (ties, and logs without times, by index). segment: int32 [U], -1 none, of `segments`.
    """

    sets: sparse.csr_matrix
    first: Ints
    segment: Ints
    segments: tuple[str, ...] = ()

    @property
    def n_items(self) -> int:
        """Products."""
        return int(self.sets.shape[1])

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many different products each shopper has, [U]."""
        return np.asarray(np.diff(self.sets.indptr), dtype=np.int64)


@dataclass(frozen=True)
class DrawnShoppers:
    """n synthetic shoppers. indptr: int64 [n + 1]; items: int32 [nnz], no product twice within a shopper, in the order in which they take
    them. segment: int32 [n], -1 none.
    """

    indptr: NDArray[np.int64]
    items: Ints
    segment: Ints

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def matrix(self, n_items: int) -> sparse.csr_matrix:
        """Csr float32 of ones [n, n_items], indices sorted."""
        found = sparse.csr_matrix((np.ones(len(self.items), np.float32), self.items.copy(), self.indptr), shape=(len(self), n_items))
        found.sort_indices()
        return found


@dataclass(frozen=True)
class Wish:
    """What is asked of a draw. segment: its number, None for the mix of the real log. temperature: above 1 more surprising, below 1 safer.

    tail: 0 as learned; above 0 rare products more often (their log-odds are raised by tail x the share of popularity). activity: (least,
    most) different products a shopper, None as learned. items: bool [I], what may be drawn (a price band, a category), None for all.
    """

    segment: int | None = None
    temperature: float = 1.0
    tail: float = 0.0
    activity: tuple[int, int] | None = None
    items: NDArray[np.bool_] | None = None


class FittedGenerator(Protocol):
    """A generator that has learned: arrays only, drawn from without torch."""

    def draw(self, n: int, wish: Wish, *, seed: int) -> DrawnShoppers:
        """n shoppers; the same for the same seed, bit for bit."""

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        """What an artifact keeps of it."""
