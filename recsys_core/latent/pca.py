"""The map that is there at once: two principal components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_core.inference.principal import principal_components


@dataclass(frozen=True)
class PCA:
    """coordinates: float32 [n, components]. explained: share of all variance that each component shows."""

    coordinates: NDArray[np.float32]
    explained: NDArray[np.float64]


def pca(vectors: NDArray[np.floating], components: int = 2) -> PCA:
    """Project rows of `vectors` [n, d] on their leading components. Numpy alone, so the server may."""
    return PCA(*principal_components(vectors, components))
