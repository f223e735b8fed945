"""Taste maps: projections and the figures drawn from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui.cache.base import profile_version, run, workspace
from recsys_core.settings import load_settings

if TYPE_CHECKING:
    from pages.ui.charts.maps.points import View
    from pages.ui.maps.colours import Ground
    from pages.ui.maps.drawing import Drawn
    from recsys_core.latent.clusters import LatentClusters
    from recsys_core.latent.projections import Projection
    from recsys_core.latent.trust import Trust
    from recsys_core.ranking.scenario import Scenario


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


def map_clusters(run_id: str, what: str) -> LatentClusters | None:
    """Clusters of a run's own space, None where none were made."""
    from recsys_core.latent.clusters import clusters_dir

    manifest = clusters_dir(workspace().run_dir(run_id), what) / "manifest.json"
    return _clusters(str(load_settings().home), run_id, what, manifest.stat().st_mtime_ns) if manifest.is_file() else None


@st.cache_resource(show_spinner=False, max_entries=12)
def _clusters(home: str, run_id: str, what: str, made: int) -> LatentClusters | None:
    from recsys_core.latent.clusters import load_clusters

    return load_clusters(workspace().run_dir(run_id), what)


def map_trust(run_id: str, what: str, method: str, *, measure: bool) -> Trust | None:
    """How far a map may be believed: as it is stored with it, else measured here, else None."""
    from recsys_core.latent.trust import Trust

    found = projection(run_id, what, method)
    told = {} if found is None else found.manifest
    names = ("trustworthiness", "continuity", "neighbours_kept", "by_chance", "k", "sampled")
    if all(name in told for name in names):
        return Trust(**{name: told[name] for name in names})
    return _trust(str(load_settings().home), run_id, what, method) if measure and found is not None else None


@st.cache_resource(show_spinner=False, max_entries=32)
def _trust(home: str, run_id: str, what: str, method: str) -> Trust:
    from recsys_core.latent.trust import measure_trust

    return measure_trust(run(run_id).vectors(what)[0], _projection(home, run_id, what, method).coordinates)


def map_figure(ground: Ground, method: str, colour: str, of: str, size: str, view: View) -> Drawn:
    """A map that is there, coloured and sized. Raises UserError where what it is coloured by cannot be had."""
    from pages.ui.maps.colours import OF_SCENARIO

    home, record = str(load_settings().home), ground.record
    clusters = ground.clusters
    version = f"{profile_version(record.dataset_id)} {ground.version(colour, of)} {id(clusters) if clusters else ''}"
    scenario = ground.scenario(of) if colour in OF_SCENARIO else None
    key = (home, record.id, ground.what, method, colour, of, size, version, repr(view))
    return _map_figure(key, ground, scenario, view)


@st.cache_resource(show_spinner=False, max_entries=12)
def _map_figure(key: tuple[str, ...], _ground: Ground, _scenario: Scenario | None, _view: Any) -> Drawn:
    from pages.ui.maps.drawing import draw

    home, run_id, what, method, colour, of, size, *_ = key
    return draw(_ground, _projection(home, run_id, what, method), method, colour, of, size, _view, _scenario)
