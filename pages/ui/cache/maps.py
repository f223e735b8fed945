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
    from recsys_core.latent.map_settings import MapSettings
    from recsys_core.latent.projections import Projection
    from recsys_core.latent.trust import Trust
    from recsys_core.ranking.scenario import Scenario


def projection(run_id: str, what: str, method: str, seed: int = 0, settings: MapSettings | None = None) -> Projection | None:
    """A map of a run; PCA is made here and now, UMAP is None where no job has made it yet. settings: the usual ones unless given.

    Its manifest has `folder`, which names it among the maps of its run. Raises UnsupportedError without vectors.
    """
    from recsys_core.latent.map_settings import USUAL
    from recsys_core.latent.projections import projection_dir

    settings = settings or USUAL
    made = method == "pca" or projection_dir(workspace().run_dir(run_id), what, method, seed, settings).is_dir()
    return _projection(str(load_settings().home), run_id, what, method, seed, settings) if made else None


def pca_map(run_id: str, what: str) -> tuple[NDArray[np.float32], NDArray[np.int32], float]:
    """(coordinates [n, 2], dataset rows [n], share of the variance shown). Raises UnsupportedError where there are no vectors."""
    found = projection(run_id, what, "pca")
    assert found is not None
    return found.coordinates, found.rows, float(sum(found.manifest["explained"]))


@st.cache_resource(show_spinner=False, max_entries=16)
def _projection(home: str, run_id: str, what: str, method: str, seed: int, settings: MapSettings) -> Projection:
    from recsys_core.latent.pca import pca
    from recsys_core.latent.projections import Projection, load_projection, projection_dir

    if method == "pca":
        vectors, rows = run(run_id).vectors(what)
        found = pca(vectors)
        told = {"method": method, "what": what, "folder": f"{what}-{method}", "explained": [float(x) for x in found.explained]}
        return Projection(found.coordinates, rows, told)
    folder = workspace().run_dir(run_id)
    made = load_projection(folder, what, method, seed, settings)
    assert made is not None
    name = projection_dir(folder, what, method, seed, settings).name
    return Projection(np.array(made.coordinates), np.array(made.rows), {**made.manifest, "folder": name})


def map_clusters(run_id: str, what: str) -> LatentClusters | None:
    """Clusters of a run's own space, None where none were made."""
    from recsys_core.latent.clusters import clusters_dir

    manifest = clusters_dir(workspace().run_dir(run_id), what) / "manifest.json"
    return _clusters(str(load_settings().home), run_id, what, manifest.stat().st_mtime_ns) if manifest.is_file() else None


@st.cache_resource(show_spinner=False, max_entries=12)
def _clusters(home: str, run_id: str, what: str, made: int) -> LatentClusters | None:
    from recsys_core.latent.clusters import load_clusters

    return load_clusters(workspace().run_dir(run_id), what)


def map_trust(run_id: str, made: Projection, *, measure: bool) -> Trust | None:
    """How far a map may be believed: as it is stored with it, else measured here, else None."""
    from recsys_core.latent.trust import Trust

    names = ("trustworthiness", "continuity", "neighbours_kept", "by_chance", "k", "sampled")
    if all(name in made.manifest for name in names):
        return Trust(**{name: made.manifest[name] for name in names})
    return _trust(str(load_settings().home), run_id, str(made.manifest["folder"]), made) if measure else None


@st.cache_resource(show_spinner=False, max_entries=32)
def _trust(home: str, run_id: str, folder: str, _made: Projection) -> Trust:
    from recsys_core.latent.trust import measure_trust

    vectors, rows = run(run_id).vectors(_made.manifest["what"])
    return measure_trust(vectors[np.searchsorted(rows, _made.rows)], _made.coordinates)


def map_figure(ground: Ground, made: Projection, colour: str, of: str, size: str, view: View) -> Drawn:
    """A map that is there, coloured and sized. Raises UserError where what it is coloured by cannot be had."""
    from pages.ui.maps.colours import OF_SCENARIO

    home, record = str(load_settings().home), ground.record
    clusters = ground.clusters
    version = f"{profile_version(record.dataset_id)} {ground.version(colour, of)} {id(clusters) if clusters else ''}"
    scenario = ground.scenario(of) if colour in OF_SCENARIO else None
    key = (home, record.id, str(made.manifest["folder"]), colour, of, size, version, repr(view))
    return _map_figure(key, ground, made, scenario, view)


@st.cache_resource(show_spinner=False, max_entries=12)
def _map_figure(key: tuple[str, ...], _ground: Ground, _made: Projection, _scenario: Scenario | None, _view: Any) -> Drawn:
    from pages.ui.maps.drawing import draw

    _, _, _, colour, of, size, *_ = key
    return draw(_ground, _made, colour, of, size, _view, _scenario)
