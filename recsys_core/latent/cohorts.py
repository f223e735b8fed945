"""Who belongs to a cohort: those inside a region of a map, or those nearest to one of them in the latent space. Light."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recsys_core.errors import InputError, UnsupportedError
from recsys_core.latent.pca import pca
from recsys_core.latent.projections import Projection, check_request, load_projection, need_projection
from recsys_core.latent.regions import Corner, inside
from recsys_core.models.runs import Run


def map_of(run: Run, what: str, method: str) -> Projection:
    """The map that pages show: a PCA is computed where none is stored. Raises NotFoundError for a UMAP that was not made yet."""
    check_request(what, method)
    if method != "pca":
        return need_projection(run, what, method)
    made = load_projection(run.artifact.folder, what, method)
    if made is not None:
        return made
    vectors, rows = run.vectors(what)
    return Projection(pca(vectors).coordinates, rows, {"what": what, "method": method})


def in_region(made: Projection, outline: Sequence[Corner]) -> NDArray[np.int32]:
    """Dataset indices of the points inside the outline, ascending. Raises InputError where it encloses none."""
    rows = np.asarray(made.rows)[inside(outline, made.coordinates)]
    if not len(rows):
        (x0, y0), (x1, y1) = (end(made.coordinates[:, :2], axis=0) for end in (np.min, np.max))
        raise InputError(
            "No point lies inside this region.",
            f"The map goes from {x0:.3g},{y0:.3g} at the lower left to {x1:.3g},{y1:.3g} at the upper right.",
        )
    return np.sort(rows).astype(np.int32)


def nearest_to(run: Run, what: str, row: int, count: int) -> NDArray[np.int32]:
    """The shopper or product itself and its nearest ones by cosine, `count` in all: dataset indices, ascending.

    Raises InputError for a count of less than 2 or of more than there are, UnsupportedError for one without a vector.
    """
    vectors, rows = run.vectors(what)
    if not 2 <= count <= len(rows):
        raise InputError(f"The {count} nearest are asked for.", f"Use a number from 2 to {len(rows):,}.")
    place = int(np.searchsorted(rows, row))
    if place == len(rows) or rows[place] != row or not vectors[place].any():
        noun = "shopper" if what == "users" else "product"
        raise UnsupportedError(f"The run has no vector for this {noun}.", "Choose one that it trained on.")
    table = np.asarray(vectors, np.float32)
    length = np.maximum(np.linalg.norm(table, axis=1), 1e-12)
    near = (table @ table[place]) / (length * length[place])
    near[place] = np.inf
    best = np.argsort(-near, kind="stable")[:count]
    return np.sort(rows[best]).astype(np.int32)
