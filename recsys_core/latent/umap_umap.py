"""UMAP (McInnes, Healy & Melville 2018): the map that keeps neighbours together. Worker only; it takes tens of seconds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from umap import UMAP

from recsys_core.errors import TooSmallError
from recsys_core.latent.map_settings import USUAL, MapSettings
from recsys_core.latent.nearest import unit_rows
from recsys_core.latent.pca import pca

SMALLEST = 10
DIRECT_DIMENSIONS = 50  # beyond it, principal components first: same neighbours, a fraction of the time


def umap_map(vectors: NDArray[np.floating], *, seed: int, settings: MapSettings = USUAL) -> NDArray[np.float32]:
    """Coordinates float32 [n, 2 or 3] by cosine distance. A seed makes it single-threaded and reproducible.

    Raises TooSmallError with fewer than 10 rows.
    """
    n, dimensions = vectors.shape
    if n < SMALLEST:
        raise TooSmallError(f"A UMAP map needs at least {SMALLEST} points and there are {n}.", "Use the PCA map instead.")
    table = np.asarray(vectors, dtype=np.float32)
    if dimensions > DIRECT_DIMENSIONS:
        table = pca(unit_rows(table), DIRECT_DIMENSIONS).coordinates
    model = UMAP(
        n_components=settings.components,
        n_neighbors=min(settings.neighbours, n - 1),
        min_dist=settings.min_distance,
        metric="cosine" if dimensions <= DIRECT_DIMENSIONS else "euclidean",
        random_state=seed,
        n_jobs=1,
        init="spectral" if n > 4 * SMALLEST else "random",
    )
    return np.asarray(model.fit_transform(table), dtype=np.float32)
