"""What rows and columns of a table of ones have in common: its leading singular vectors, as many as stand out from chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csr_matrix
from sklearn.utils.extmath import randomized_svd

MOST = 64  # dimensions; real logs have hundreds that stand out, and the first ones say nearly all
_SMOOTH = 0.5  # of the mean degree: rows and columns with very few entries would otherwise get dimensions of their own
_STEP = 0.09  # of the logarithm, by which singular values must fall at a step, and twice as much as anywhere else
_DRAWS = 3  # shuffled tables that say how large a singular value is by chance


@dataclass(frozen=True)
class Spectrum:
    """Rows and columns in the space of the dimensions that stand out.

    rows float64 (rows, d), columns float64 (columns, d): singular vectors times their singular values, the trivial first one left out.
    values: the d singular values. chance: the largest that shuffled tables had. d = 0 where nothing stands out.
    """

    rows: NDArray[np.float64]
    columns: NDArray[np.float64]
    values: NDArray[np.float64]
    chance: float

    def turned(self) -> Spectrum:
        """The same with rows and columns exchanged."""
        return Spectrum(self.columns, self.rows, self.values, self.chance)

    def coarse(self) -> Spectrum | None:
        """The dimensions above the one step in the singular values, at least two; None where they fall evenly.

        Groups show above it, what differs within them below: the kinds of cup that a shop of crockery, books and lamps has.
        """
        falls = -np.diff(np.log(self.values))
        if len(falls) < 3:
            return None
        step = int(falls.argmax())
        if step < 1 or falls[step] < max(_STEP, 2 * np.delete(falls, step).max()):
            return None
        kept = slice(0, step + 1)
        return Spectrum(self.rows[:, kept], self.columns[:, kept], self.values[kept], self.chance)

    @property
    def rank(self) -> int:
        """How many dimensions stand out; planted groups in a table show as one dimension fewer than there are groups."""
        return len(self.values)


def spectrum(table: csr_matrix, seed: int = 0, most: int = MOST, smooth: float = _SMOOTH) -> Spectrum:
    """The singular value decomposition of D_r^-1/2 T D_c^-1/2 (Dhillon 2001), its dimensions counted by parallel analysis (Horn 1965).

    The yardstick is the same table with its entries dealt out anew among rows, which keeps the degrees of both sides.
    """
    wanted = min(most + 1, *(size - 1 for size in table.shape))
    if wanted < 2 or not table.nnz:
        return _nothing(table.shape)
    rng = np.random.Generator(np.random.PCG64(seed))
    left, values, right = randomized_svd(_even(table, smooth), wanted, n_iter=5, random_state=seed)
    few = min(4, wanted)
    chance = max(float(randomized_svd(_even(_dealt(table, rng), smooth), few, n_iter=7, random_state=seed)[1][1]) for _ in range(_DRAWS))
    rank = int(np.argmax(np.append(values[1:] <= chance, True)))
    kept = slice(1, 1 + rank)
    return Spectrum(left[:, kept] * values[kept], right[kept].T * values[kept], values[kept].astype(np.float64), chance)


def _even(table: csr_matrix, smooth: float) -> csr_matrix:
    """Every row and column of like weight, whatever its number of entries."""
    rows = np.asarray(table.sum(axis=1), dtype=np.float64).ravel()
    columns = np.asarray(table.sum(axis=0), dtype=np.float64).ravel()
    scale = [1 / np.sqrt(degree + smooth * degree.mean() + 1e-12) for degree in (rows, columns)]
    return csr_matrix(sparse.diags_array(scale[0]) @ table @ sparse.diags_array(scale[1]))


def _dealt(table: csr_matrix, rng: np.random.Generator) -> csr_matrix:
    """The table with its entries' columns shuffled; two that fall on one place count once."""
    shuffled = csr_matrix((np.ones(table.nnz), rng.permutation(table.indices), table.indptr.copy()), shape=table.shape)
    shuffled.sum_duplicates()
    shuffled.data[:] = 1
    return shuffled


def _nothing(shape: tuple[int, int]) -> Spectrum:
    return Spectrum(np.zeros((shape[0], 0)), np.zeros((shape[1], 0)), np.zeros(0), 0.0)
