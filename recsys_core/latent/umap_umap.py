"""UMAP (McInnes, Healy & Melville 2018): the map that keeps neighbours together. Worker only; it takes tens of seconds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from umap import UMAP

from recsys_core.errors import TooSmallError
from recsys_core.latent.pca import pca

SMALLEST = 10
DIRECT_DIMENSIONS = 50  # beyond it, principal components first: same neighbours, a fraction of the time


def umap_map(vectors: NDArray[np.floating], *, seed: int, neighbours: int = 15, min_distance: float = 0.1) -> NDArray[np.float32]:
    """Coordinates float32 [n, 2] by cosine distance. A seed makes it single-threaded and reproducible.

    Raises TooSmallError with fewer than 10 rows.
    """
    n, dimensions = vectors.shape
    if n < SMALLEST:
        raise TooSmallError(f"A UMAP map needs at least {SMALLEST} points and there are {n}.", "Use the PCA map instead.")
    table = np.asarray(vectors, dtype=np.float32)
    if dimensions > DIRECT_DIMENSIONS:
        lengths = np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-12)
        table = pca(table / lengths, DIRECT_DIMENSIONS).coordinates
    model = UMAP(
        n_components=2,
        n_neighbors=min(neighbours, n - 1),
        min_dist=min_distance,
        metric="cosine" if dimensions <= DIRECT_DIMENSIONS else "euclidean",
        random_state=seed,
        n_jobs=1,
        init="spectral" if n > 4 * SMALLEST else "random",
    )
    return np.asarray(model.fit_transform(table), dtype=np.float32)
