"""A shopper as the critic sees it: where its taste lies, how well its products go together, how many and how popular they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.synthesis.scorecard.user_vectors import directions

POPULARITY = (0.2, 0.4, 0.6, 0.8)  # shares of all events at which best sellers end and the next fifth begins
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Space:
    """Learned from some real shoppers; anybody else is described in it. Whoever it was learned from lies in it a little too well, so the
    critic never compares those with others.

    axes: float32 [items, d], leading directions. unit: the same of length 1 (0 for products without one). log_popularity: float32 [items].
    fifth: float32 [items, 5], one 1 each: how popular, the fifths having about as many events each.
    """

    axes: Floats
    unit: Floats
    log_popularity: Floats
    fifth: Floats

    @classmethod
    def of(cls, real: sparse.csr_matrix) -> Space:
        """Of csr of ones [users, items]."""
        axes = directions(real)
        popularity = np.asarray(real.sum(axis=0)).ravel()
        falling = np.sort(popularity)[::-1]
        ends = falling[np.searchsorted(np.cumsum(falling) / max(falling.sum(), 1), POPULARITY).clip(max=len(falling) - 1)]
        fifth = np.eye(len(POPULARITY) + 1, dtype=np.float32)[np.digitize(popularity, np.unique(ends))]
        length = np.linalg.norm(axes, axis=1, keepdims=True)
        return cls(axes, axes / np.maximum(length, 1e-9), np.log1p(popularity).astype(np.float32), fifth)

    def features(self, sets: sparse.csr_matrix) -> Floats:
        """Float32 [users, d + 9] of csr of ones [users, items], no empty rows: the direction of its taste; how far it goes in that
        direction; the mean likeness of two of its products; log of their number; how many of each popularity; their mean log popularity.
        """
        number = np.diff(sets.indptr).astype(np.float32)
        taste = np.asarray(sets @ self.axes)
        reach = np.linalg.norm(taste, axis=1)
        agreed = (np.asarray(sets @ self.unit) ** 2).sum(axis=1)
        together = (agreed - number) / np.maximum(number * (number - 1), 1)
        columns = (
            taste / np.maximum(reach, 1e-9)[:, None],
            (reach / np.sqrt(number))[:, None],
            together[:, None],
            np.log(number)[:, None],
            np.asarray(sets @ self.fifth) / number[:, None],
            (np.asarray(sets @ self.log_popularity) / number)[:, None],
        )
        return np.concatenate(columns, axis=1).astype(np.float32)
