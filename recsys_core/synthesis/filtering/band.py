"""How like the nearest real shopper each synthetic one is, and how like that may be: neither a near copy nor like nobody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.synthesis.filtering.marks import Flags, Floats
from recsys_core.synthesis.scorecard.nearness import CLOSE, FEWEST, MOST_USERS, nearest_jaccard, sampled_rows

FAR = 0.01  # of real shoppers, the share that is as far from the next one
BY_CHANCE = 0.05  # share of real shoppers with as few products who are as close: then it is no sign of a copy
BLOCK = 512


@dataclass(frozen=True)
class Band:
    """close, far: Jaccard, the 99th and the 1st percentile of how like the next real shopper each real one is. P3 judges by `close` too.

    real: float64, those likenesses. excused: numbers of products, all below five, at which real shoppers are often as close by chance.
    """

    close: float
    far: float
    real: Floats
    excused: frozenset[int]

    def too_close(self, nearest: Floats, products: NDArray[np.int64]) -> Flags:
        """Who is nearly a copy. nearest: float64 [n]; products: int64 [n], how many each has."""
        near = (nearest >= self.close) & (nearest > 0)
        return near & ~np.isin(products, sorted(self.excused))


def real_band(real: sparse.csr_matrix, rng: np.random.Generator) -> Band:
    """The band that real shoppers keep among themselves; of more than MOST_USERS, a sample's. real: csr of ones, no empty rows."""
    rows = sampled_rows(real.shape[0], MOST_USERS, rng)
    likeness = nearest_jaccard(real[rows], real, rows)
    close, far = (float(np.quantile(likeness, share)) for share in (CLOSE, FAR))
    products = np.diff(real.indptr)[rows]
    small = (size for size in range(1, FEWEST) if (products == size).any())
    excused = frozenset(size for size in small if (likeness[products == size] >= close).mean() >= BY_CHANCE)
    return Band(close, far, likeness, excused)


def nearest_real(made: sparse.csr_matrix, real: sparse.csr_matrix) -> tuple[Floats, NDArray[np.int32]]:
    """(Jaccard to the nearest row of `real`, that row, -1 where none has a product in common): float64 [n], int32 [n]. Csr of ones."""
    best, who = np.zeros(made.shape[0]), np.full(made.shape[0], -1, np.int32)
    n_made, n_real = np.diff(made.indptr).astype(np.float32), np.diff(real.indptr).astype(np.float32)
    turned = real.T.tocsr()
    for start in range(0, made.shape[0], BLOCK):
        both = (made[start : start + BLOCK] @ turned).tocsr()
        row = np.repeat(np.arange(start, start + both.shape[0]), np.diff(both.indptr))
        likeness = both.data / (n_made[row] + n_real[both.indices] - both.data)  # float32, as the scorecard's P3
        for place in np.flatnonzero(np.diff(both.indptr)):
            cells = slice(both.indptr[place], both.indptr[place + 1])
            top = likeness[cells].max()
            best[start + place] = top
            who[start + place] = both.indices[cells][likeness[cells] == top].min()  # ties by number
    return best, who
