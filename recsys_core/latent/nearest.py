"""The nearest points by cosine: all compared, or for large sets through a coarse inverted file. Light: numpy and numba."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

ALL_COMPARED = 8192  # points up to which comparing all is as quick
AT_A_TIME = 256  # new points compared with all old ones together
CELLS_PER_ROOT = 2.0  # cells: so many times the square root of the points
PROBES = 16  # cells looked into for each new point
ROUNDS, SAMPLED = 6, 24  # of k-means, on so many points a cell
REORDERED = {"reassoc", "contract", "nsz"}  # sums in an order of the compiler's choice: eight at once


def unit_rows(vectors: NDArray[np.floating]) -> Vectors:
    """Each row [n, d] at length 1; a row of zeros stays one."""
    table = np.asarray(vectors, np.float32)
    return np.asarray(table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-12), np.float32)


def exact_nearest(new: Vectors, old: Vectors, k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """(rows of `old` [n, d] nearest to each of `new` [m, d], their similarity), [m, k] each, nearest first; both of length 1."""
    k = min(k, len(old))
    rows, near = np.empty((len(new), k), np.int64), np.empty((len(new), k), np.float32)
    for start in range(0, len(new), AT_A_TIME):
        some = slice(start, start + AT_A_TIME)
        similar = new[some] @ old.T
        best = np.argpartition(-similar, k - 1, axis=1)[:, :k]
        order = np.argsort(-np.take_along_axis(similar, best, axis=1), axis=1, kind="stable")
        rows[some] = np.take_along_axis(best, order, axis=1)
        near[some] = np.take_along_axis(similar, rows[some], axis=1)
    return rows, near


@dataclass(frozen=True)
class InvertedFile:
    """Points put into cells around centroids, so that a new one is compared with those of the nearest cells alone (Sivic & Zisserman 2003).

    centroids: float32 [cells, d]. vectors: float32 [n, d] of length 1, cell after cell; cell c has starts[c]:starts[c + 1] of them.
    members: int64 [n], which point each of `vectors` is.
    """

    centroids: Vectors
    vectors: Vectors
    starts: NDArray[np.int64]
    members: NDArray[np.int64]

    @classmethod
    def build(cls, unit: Vectors, *, seed: int = 0) -> InvertedFile:
        """Of rows of length 1 [n, d]: spherical k-means on a sample (Dhillon & Modha 2001), then each point to its nearest centroid."""
        cells = max(1, min(len(unit), int(CELLS_PER_ROOT * np.sqrt(len(unit)))))
        rng = np.random.default_rng(seed)
        sample = unit[np.sort(rng.choice(len(unit), min(len(unit), SAMPLED * cells), replace=False))]
        centroids = sample[rng.choice(len(sample), cells, replace=False)]
        for _ in range(ROUNDS):
            sums = np.zeros_like(centroids)
            np.add.at(sums, _cell_of(sample, centroids), sample)
            centroids = np.where(np.square(sums).sum(axis=1, keepdims=True) > 0, unit_rows(sums), centroids)
        cell = _cell_of(unit, centroids)
        members = np.argsort(cell, kind="stable")
        sizes = np.bincount(cell, minlength=cells)
        starts = np.concatenate([[0], np.cumsum(sizes[sizes > 0])]).astype(np.int64)
        return cls(centroids[sizes > 0], np.ascontiguousarray(unit[members]), starts, members)

    def nearest(self, new: Vectors, k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """As `exact_nearest`, of the points in the nearest cells; -1 and -inf at the end of a row that has fewer."""
        probes = min(PROBES, len(self.centroids))
        cells = np.argpartition(-(new @ self.centroids.T), probes - 1, axis=1)[:, :probes].ravel()
        by_cell = np.argsort(cells, kind="stable")  # cell by cell, so that a cell's vectors are fetched once
        begins = np.searchsorted(cells[by_cell], np.arange(len(self.starts)))
        rows, near = np.full((len(new), k), -1, np.int64), np.full((len(new), k), -np.inf, np.float32)
        _look_into(np.ascontiguousarray(new), by_cell // probes, begins, self.starts, self.vectors, rows, near)
        return np.where(rows >= 0, self.members[rows], -1), near


def _cell_of(unit: Vectors, centroids: Vectors) -> NDArray[np.int64]:
    return np.concatenate([(some @ centroids.T).argmax(axis=1) for some in np.array_split(unit, -(-len(unit) // 4096))])


@njit(nogil=True, cache=True, fastmath=REORDERED)  # type: ignore[untyped-decorator]
def _look_into(new, asking, begins, starts, vectors, rows, near):  # type: ignore[no-untyped-def]
    """The k best of each new point, kept in order by insertion. asking[begins[c]:begins[c + 1]]: the new points that look into cell c."""
    k, dimensions = rows.shape[1], new.shape[1]
    for cell in range(len(starts) - 1):
        for asked in range(begins[cell], begins[cell + 1]):
            i = asking[asked]
            for j in range(starts[cell], starts[cell + 1]):
                similar = np.float32(0.0)
                for axis in range(dimensions):
                    similar += new[i, axis] * vectors[j, axis]
                if similar <= near[i, k - 1]:
                    continue
                place = k - 1
                while place > 0 and near[i, place - 1] < similar:
                    near[i, place], rows[i, place] = near[i, place - 1], rows[i, place - 1]
                    place -= 1
                near[i, place], rows[i, place] = similar, j
