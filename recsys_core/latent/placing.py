"""Where new points belong on a map that is there: in milliseconds, with what was stored, without umap. Light: numpy and scipy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NEIGHBOURS = 10
AT_A_TIME = 256  # new points compared with all old ones together
STEPS = 12  # of the search for the width that each point's weights have


@dataclass(frozen=True)
class Placer:
    """A map to place on. vectors: float32 [n, d], of the points on it, as the model gives them. coordinates: float32 [n, 2 or 3]."""

    vectors: NDArray[np.float32]
    coordinates: NDArray[np.float32]
    neighbours: int = NEIGHBOURS

    def place(self, vectors: NDArray[np.floating]) -> NDArray[np.float32]:
        """Coordinates float32 [m, 2 or 3] of new vectors [m, d]: the weighted mean of their nearest points' places.

        Weights are UMAP's own of a point's neighbourhood, exp(-(distance - nearest) / width) with a width that makes them sum to log2(k)
        (McInnes, Healy & Melville 2018, section 3.1). Of neighbours that lie in several places on the map those count that lie with the
        nearest one: a mean between two islands would be in the empty sea. A vector of zeros goes to the middle.
        """
        unit = _unit(self.vectors)
        found = np.empty((len(vectors), self.coordinates.shape[1]), np.float32)
        for start in range(0, len(vectors), AT_A_TIME):
            found[start : start + AT_A_TIME] = self._some(_unit(vectors[start : start + AT_A_TIME]), unit)
        return found

    def _some(self, new: NDArray[np.float32], unit: NDArray[np.float32]) -> NDArray[np.float32]:
        k = min(self.neighbours, len(unit))
        distance = 1.0 - new @ unit.T
        nearest = np.argpartition(distance, k - 1, axis=1)[:, :k]
        near = np.take_along_axis(distance, nearest, axis=1).astype(np.float64)
        order = np.argsort(near, axis=1, kind="stable")
        places = self.coordinates[np.take_along_axis(nearest, order, axis=1)].astype(np.float64)
        weight = _weights(np.take_along_axis(near, order, axis=1)) * _together(places)
        found = np.asarray((weight[:, :, None] * places).sum(axis=1) / weight.sum(axis=1, keepdims=True), np.float32)
        found[np.square(new).sum(axis=1) == 0] = self.coordinates.mean(axis=0)
        return found


def _unit(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    table = np.asarray(vectors, np.float32)
    return np.asarray(table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-12), np.float32)


def _weights(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """[m, k], nearest first; the width by bisection."""
    beyond = distance - distance[:, :1]
    wanted = np.log2(max(distance.shape[1], 2))
    low, high = np.full(len(beyond), 1e-6), np.full(len(beyond), 4.0)
    for _ in range(STEPS):
        middle = np.sqrt(low * high)
        wide = np.exp(-beyond / middle[:, None]).sum(axis=1) > wanted
        high, low = np.where(wide, middle, high), np.where(wide, low, middle)
    return np.asarray(np.exp(-beyond / np.sqrt(low * high)[:, None]))


def _together(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 for neighbours near the middle one of them, falling to 0 for those far off; [m, k]."""
    middle = np.median(places, axis=1, keepdims=True)
    off = np.sqrt(np.square(places - middle).sum(axis=2))
    usual = np.maximum(np.median(off, axis=1, keepdims=True), 1e-9)
    return np.asarray(1.0 / (1.0 + np.square(off / (3 * usual))))
