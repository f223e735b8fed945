"""Principal components: the map that is there at once, in numpy alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class PCA:
    """coordinates: float32 [n, components]. explained: share of all variance that each component shows."""

    coordinates: NDArray[np.float32]
    explained: NDArray[np.float64]


def pca(vectors: NDArray[np.floating], components: int = 2) -> PCA:
    """Project rows of `vectors` [n, d] on their leading components (eigenvectors of the covariance; exact for the d we have).

    Signs are fixed (the largest loading of each component is positive), so the map never flips between two starts.
    """
    table = np.asarray(vectors, dtype=np.float64)
    centred = table - table.mean(axis=0)
    values, directions = np.linalg.eigh(centred.T @ centred)
    order = np.argsort(-values)[:components]
    directions, total = directions[:, order], max(float(np.maximum(values, 0).sum()), 1e-300)
    directions = directions * np.sign(directions[np.abs(directions).argmax(axis=0), np.arange(directions.shape[1])])
    coordinates = np.zeros((len(table), components), dtype=np.float32)
    coordinates[:, : directions.shape[1]] = centred @ directions
    explained = np.zeros(components)
    explained[: len(order)] = np.maximum(values[order], 0) / total
    return PCA(coordinates, explained)
