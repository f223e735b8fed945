"""Taste maps: projections and the figures drawn from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui.cache.base import dataset, run, workspace
from pages.ui.cache.products import catalogue
from recsys_core.settings import load_settings

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from recsys_core.latent.projections import Projection


def projection(run_id: str, what: str, method: str) -> Projection | None:
    """A map of a run; PCA is made here and now, UMAP is None where no job has made it yet. Raises UnsupportedError without vectors."""
    from recsys_core.latent.projections import projection_dir

    made = method == "pca" or projection_dir(workspace().run_dir(run_id), what, method).is_dir()
    return _projection(str(load_settings().home), run_id, what, method) if made else None


def pca_map(run_id: str, what: str) -> tuple[NDArray[np.float32], NDArray[np.int32], float]:
    """(coordinates [n, 2], dataset rows [n], share of the variance shown). Raises UnsupportedError where there are no vectors."""
    found = _projection(str(load_settings().home), run_id, what, "pca")
    return found.coordinates, found.rows, float(sum(found.manifest["explained"]))


@st.cache_resource(show_spinner=False, max_entries=16)
def _projection(home: str, run_id: str, what: str, method: str) -> Projection:
    from recsys_core.latent.pca import pca
    from recsys_core.latent.projections import Projection, load_projection

    if method == "pca":
        vectors, rows = run(run_id).vectors(what)
        found = pca(vectors)
        return Projection(found.coordinates, rows, {"method": method, "what": what, "explained": [float(x) for x in found.explained]})
    made = load_projection(workspace().run_dir(run_id), what, method)
    assert made is not None
    return Projection(np.array(made.coordinates), np.array(made.rows), made.manifest)


def map_figure(dataset_id: str, run_id: str, what: str, method: str, colour: str) -> tuple[go.Figure, int]:
    """(figure, points drawn) of a map that is there."""
    return _map_figure(str(load_settings().home), dataset_id, run_id, what, method, colour)


@st.cache_resource(show_spinner=False, max_entries=12)
def _map_figure(home: str, dataset_id: str, run_id: str, what: str, method: str, colour: str) -> tuple[go.Figure, int]:
    from pages.ui.maps.drawing import draw

    return draw(dataset(dataset_id), catalogue(dataset_id), _projection(home, run_id, what, method), what, method, colour)
