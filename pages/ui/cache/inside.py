"""What was found inside a model; keys are ids, and the groups and attributes that it hangs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.ui.cache.base import _still_there, dataset, profile_version, run, workspace
from pages.ui.cache.maps import projection
from pages.ui.cache.synthetic import synthetic_set
from recsys_core.settings import load_settings

if TYPE_CHECKING:
    from recsys_core.jobs.inside import Inside
    from recsys_core.latent.projections import Projection

DIMENSIONS, PRIOR, RECALL, ATTRIBUTES, GENERATED, BESIDE = "dimensions", "prior", "recall", "attributes", "generated", "beside"


def inside(run_id: str, part: str, *more: str) -> Any:
    """One part of what `jobs.inside` finds. more: of GENERATED the set and the map's method; of BESIDE the other run, what, and the method.

    Raises UserError where the run cannot tell it.
    """
    home, version = str(load_settings().home), profile_version(run(run_id).dataset_id)
    return _found(home, run_id, part, version if part == ATTRIBUTES else "", more)


def _run_is_there(opened: Inside) -> bool:
    return _still_there(opened.run)


@st.cache_resource(show_spinner=False, max_entries=4, validate=_run_is_there)
def _opened(home: str, run_id: str) -> Inside:
    from recsys_core.jobs.inside import open_inside

    opened = run(run_id)
    return open_inside(workspace(), run_id, run=opened, dataset=dataset(opened.dataset_id))


@st.cache_resource(show_spinner=False, max_entries=24)
def _found(home: str, run_id: str, part: str, version: str, more: tuple[str, ...]) -> Any:
    opened = _opened(home, run_id)
    if part == GENERATED:
        made, method = more
        return opened.generated(synthetic_set(made), _map(run_id, "users", method))
    if part == BESIDE:
        other, what, method = more
        return opened.beside(_opened(home, other), what, _map(run_id, what, method), _map(other, what, method))
    return getattr(opened, part)()


def _map(run_id: str, what: str, method: str) -> Projection:
    found = projection(run_id, what, method)
    assert found is not None  # the page offers only maps that are there
    return found


def in_space(run_id: str, what: str, method: str) -> Projection | None:
    """A map with three components: PCA here and now, UMAP None where no job has made it."""
    from recsys_core.latent.map_settings import MapSettings

    if method == "pca":
        return _space(str(load_settings().home), run_id, what)
    return projection(run_id, what, method, 0, MapSettings(components=3))


@st.cache_resource(show_spinner=False, max_entries=6)
def _space(home: str, run_id: str, what: str) -> Projection:
    from recsys_core.latent.pca import pca
    from recsys_core.latent.projections import Projection

    vectors, rows = run(run_id).vectors(what)
    found = pca(vectors, 3)
    return Projection(found.coordinates, rows, {"method": "pca", "what": what, "explained": [float(x) for x in found.explained]})
