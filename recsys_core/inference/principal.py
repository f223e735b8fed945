"""Principal components in plain numpy: exact for the few hundred dimensions that vectors have here."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def principal_components(vectors: NDArray[np.floating], components: int) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Rows of `vectors` [n, d], centred, on their leading components: float32 [n, components] and the share of variance of each.

    Eigenvectors of the covariance. Signs are fixed (the largest loading of each is positive), so nothing flips between two starts.
    With fewer than `components` dimensions the rest is zero.
    """
    table = np.asarray(vectors, dtype=np.float64)
    centred = table - table.mean(axis=0)
    values, directions = np.linalg.eigh(centred.T @ centred)
    order = np.argsort(-values)[:components]
    kept = directions[:, order]
    kept = kept * np.sign(kept[np.abs(kept).argmax(axis=0), np.arange(kept.shape[1])])
    coordinates = np.zeros((len(table), components), dtype=np.float32)
    coordinates[:, : len(order)] = centred @ kept
    shares = np.zeros(components)
    shares[: len(order)] = np.maximum(values[order], 0) / max(float(np.maximum(values, 0).sum()), 1e-300)
    return coordinates, shares
