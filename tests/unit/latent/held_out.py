"""The ground that placing is judged on: UMAP of four fifths, the rest placed by us and by UMAP's own transform."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from umap import UMAP

from recsys_core.latent.nearest import exact_nearest, unit_rows
from recsys_core.latent.placing import Placer

HELD_OUT = 0.2


def kept_of_held_out(vectors: NDArray[np.floating], *, seed: int, k: int = 10) -> tuple[float, float]:
    """Shares of neighbours kept of the held-out rows of `vectors` [n, d]: (by `Placer`, by transform).

    Of each its k nearest by cosine among the rows that were fitted, and its k nearest among them on the map.
    """
    order = np.random.default_rng(seed).permutation(len(vectors))
    cut = int(len(vectors) * (1 - HELD_OUT))
    fitted, new = unit_rows(vectors[order[:cut]]), unit_rows(vectors[order[cut:]])
    model = UMAP(random_state=seed, n_jobs=1, metric="cosine").fit(fitted)
    wanted, _ = exact_nearest(new, fitted, k)
    return tuple(  # type: ignore[return-value]
        float(np.mean([len(set(a) & set(b)) / k for a, b in zip(wanted, _near(places, model.embedding_, k), strict=True)]))
        for places in (Placer(fitted, model.embedding_).place(new), model.transform(new))
    )


def _near(places: NDArray[np.floating], on_map: NDArray[np.floating], k: int) -> NDArray[np.int64]:
    return np.argsort(np.square(places[:, None] - on_map[None]).sum(axis=2), axis=1, kind="stable")[:, :k]
