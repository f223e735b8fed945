"""Taste maps: projections and the figures drawn from them."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui.cache.base import dataset, run, workspace
from pages.ui.cache.products import catalogue
from recsys_core.settings import load_settings


def pca_map(run_id: str, what: str) -> tuple[NDArray[np.float32], NDArray[np.int32], float]:
    """(coordinates [n, 2], dataset rows [n], share of the variance shown). Raises UnsupportedError where there are no vectors."""
    return _pca(str(load_settings().home), run_id, what)


@st.cache_resource(show_spinner=False, max_entries=8)
def _pca(home: str, run_id: str, what: str):
    from recsys_core.latent.pca import pca

    vectors, rows = run(run_id).vectors(what)
    found = pca(vectors)
    return found.coordinates, rows, float(found.explained.sum())


def map_figure(dataset_id: str, run_id: str, what: str, method: str, colour: str):
    """(figure, how far to trust it, points, method) of a map; None where its UMAP was not made yet."""
    from recsys_core.latent.projections import projection_dir

    made = method == "pca" or projection_dir(workspace().run_dir(run_id), what, method).is_dir()
    return _map_figure(str(load_settings().home), dataset_id, run_id, what, method, colour, made)


@st.cache_resource(show_spinner=False, max_entries=12)
def _map_figure(home: str, dataset_id: str, run_id: str, what: str, method: str, colour: str, made: bool):
    from pages.ui import mapping

    if method == "pca":
        projection = pca_map(run_id, what)
    else:
        from recsys_core.latent.projections import load_projection

        found = load_projection(workspace().run_dir(run_id), what, method)
        if found is None:
            return None
        projection = (np.array(found.coordinates), np.array(found.rows), float(found.manifest["neighbours_kept"]))
    return mapping.draw(dataset(dataset_id), catalogue(dataset_id), what, method, colour, projection)
