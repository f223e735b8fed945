"""Where new points belong on a map that is there: in milliseconds, with what was stored, without umap. Light: numpy and numba."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recsys_core.latent.nearest import ALL_COMPARED, InvertedFile, Vectors, exact_nearest, unit_rows

NEIGHBOURS = 15
STEPS = 12  # of the search for the width that each point's weights have
COMPANY, SAMPLE = 10, 500  # a company's reach: how far the tenth neighbour is on the map, in the middle of so many points
AT_A_TIME = 4096


@dataclass(frozen=True)
class Placer:
    """A UMAP map to place on. vectors: float32 [n, d], of the points on it, as the model gives them. coordinates: float32 [n, 2 or 3]."""

    vectors: Vectors
    coordinates: NDArray[np.float32]
    neighbours: int = NEIGHBOURS

    def place(self, vectors: NDArray[np.floating]) -> NDArray[np.float32]:
        """Coordinates float32 [m, 2 or 3] of new vectors [m, d]: where most of their nearest points, by cosine, lie together.

        Neighbours weigh as in UMAP's own graph, exp(-(distance - nearest) / width) with a width that makes the weights sum to log2(k)
        (McInnes, Healy & Melville 2018, section 3.1). The neighbour with the most weight around it on the map leads, and the new point goes
        to the mean of those around that one, weighted by how near they are: one step of mean shift (Fukunaga & Hostetler 1975). A mean of
        all would lie in the empty sea between two islands. A vector of zeros goes to the middle.
        """
        new = unit_rows(vectors)
        found = np.empty((len(new), self.coordinates.shape[1]), np.float32)
        for start in range(0, len(new), AT_A_TIME):
            found[start : start + AT_A_TIME] = self._some(new[start : start + AT_A_TIME])
        found[~new.any(axis=1)] = self.coordinates.mean(axis=0)
        return found

    @cached_property
    def _unit(self) -> Vectors:
        return unit_rows(self.vectors)

    @cached_property
    def _cells(self) -> InvertedFile | None:
        return InvertedFile.build(self._unit) if len(self.vectors) > ALL_COMPARED else None

    @cached_property
    def _reach(self) -> float:
        """How far apart neighbours are on this map."""
        n = len(self.coordinates)
        sample = np.random.default_rng(0).choice(n, min(SAMPLE, n), replace=False)
        places = self.coordinates.astype(np.float64)
        kth = min(COMPANY, n - 1)
        off = [np.partition(np.square(places - places[row]).sum(axis=1), kth)[kth] for row in sample]
        return max(float(np.sqrt(np.median(off))), 1e-9)

    def _some(self, new: Vectors) -> NDArray[np.float32]:
        k = min(self.neighbours, len(self.vectors))
        nearest, similar = exact_nearest(new, self._unit, k) if self._cells is None else self._cells.nearest(new, k)
        weight = np.where(nearest >= 0, _weights(1.0 - similar), 0.0)
        places = self.coordinates[nearest].astype(np.float64)
        around = _around(places, self._reach)
        lead = np.einsum("mij,mj->mi", around, weight).argmax(axis=1)
        weight *= around[np.arange(len(new)), lead]
        return np.asarray(np.einsum("mk,mkc->mc", weight, places) / weight.sum(axis=1, keepdims=True), np.float32)


@dataclass(frozen=True)
class LinearPlacer:
    """The same for a PCA map, which is linear in the vectors. Fields as in `Placer`."""

    vectors: Vectors
    coordinates: NDArray[np.float32]

    def place(self, vectors: NDArray[np.floating]) -> NDArray[np.float32]:
        """Coordinates float32 [m, 2 or 3] of new vectors [m, d], exactly where PCA puts them."""
        return np.asarray(np.c_[vectors, np.ones(len(vectors))] @ self._directions, np.float32)

    @cached_property
    def _directions(self) -> NDArray[np.float64]:
        """[d + 1, 2 or 3], by least squares from the map itself; the last row is where the origin lies."""
        found = np.linalg.lstsq(np.c_[self.vectors, np.ones(len(self.vectors))], self.coordinates.astype(np.float64), rcond=None)[0]
        return np.asarray(found, np.float64)


def held_out_kept(vectors: Vectors, coordinates: NDArray[np.float32], placer: type[Placer] | type[LinearPlacer], *, k: int = 10) -> float:
    """How far to trust a placed point: of 500 points of a map, taken off and placed anew, the share of true nearest that are nearest there.

    Arguments as in `Placer`. Nearest by cosine in the vectors, among the points that stayed. 1 where all stay.
    """
    n = len(vectors)
    out = np.sort(np.random.default_rng(0).choice(n, min(SAMPLE, n // 5), replace=False))
    if not len(out):
        return 1.0
    stay = np.delete(np.arange(n), out)
    unit, k = unit_rows(vectors), min(k, len(stay))
    placed, on_map = placer(vectors[stay], coordinates[stay]).place(vectors[out]), coordinates[stay].astype(np.float64)
    true, _ = exact_nearest(unit[out], unit[stay], k)
    drawn = (np.argpartition(np.square(on_map - place).sum(axis=1), k - 1)[:k] for place in placed.astype(np.float64))
    return float(np.mean([len(np.intersect1d(a, b)) / k for a, b in zip(true, drawn, strict=True)]))


def _weights(distance: NDArray[np.floating]) -> NDArray[np.float64]:
    """[m, k], nearest first; the width by bisection."""
    beyond = (distance - distance[:, :1]).astype(np.float64)
    wanted = np.log2(max(distance.shape[1], 2))
    low, high = np.full(len(beyond), 1e-6), np.full(len(beyond), 4.0)
    for _ in range(STEPS):
        middle = np.sqrt(low * high)
        wide = np.exp(-beyond / middle[:, None]).sum(axis=1) > wanted
        high, low = np.where(wide, middle, high), np.where(wide, low, middle)
    return np.asarray(np.exp(-beyond / np.sqrt(low * high)[:, None]))


def _around(places: NDArray[np.float64], reach: float) -> NDArray[np.float64]:
    """How near the places of each row [m, k, 2 or 3] are to each other: [m, k, k], 1 for the same place."""
    squares = np.square(places).sum(axis=2)
    off = squares[:, :, None] + squares[:, None] - 2 * np.matmul(places, places.transpose(0, 2, 1))
    return np.asarray(np.exp(-np.maximum(off, 0) / (2 * reach**2)))
