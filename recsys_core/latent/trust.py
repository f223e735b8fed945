"""How far a map may be believed: the share of true neighbours that are still neighbours on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SAMPLE = 500


def neighbours_kept(vectors: NDArray[np.floating], coordinates: NDArray[np.floating], *, k: int = 10, seed: int = 0) -> float:
    """Mean overlap of the k nearest by cosine in `vectors` [n, d] and the k nearest on the map [n, 2], over 500 sampled points.

    1 is a perfect map; k/(n-1) is what chance gives. Source: trustworthiness in its plain form (Venna & Kaski 2001).
    """
    n = len(vectors)
    k = min(k, n - 1)
    if k < 1:
        return 1.0
    sample = np.random.default_rng(seed).choice(n, min(SAMPLE, n), replace=False)
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    similar = np.asarray(unit[sample] @ unit.T, dtype=np.float64)
    squared = np.square(coordinates.astype(np.float64)).sum(axis=1)
    close = 2 * coordinates[sample].astype(np.float64) @ coordinates.T.astype(np.float64) - squared[None]
    rows = np.arange(len(sample))
    similar[rows, sample] = close[rows, sample] = -np.inf
    true, shown = (np.argpartition(-m, k - 1, axis=1)[:, :k] for m in (similar, close))
    return float(np.mean([len(np.intersect1d(a, b)) / k for a, b in zip(true, shown, strict=True)]))
