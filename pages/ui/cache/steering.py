"""Runs opened for steering, and where their codes lie on a map; keys are ids and the groups that name directions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui.cache.base import _still_there, dataset, profile_version, run, workspace
from recsys_core.settings import load_settings

if TYPE_CHECKING:
    from recsys_core.jobs.steering import Steering
    from recsys_core.latent.placing import Placer
    from recsys_core.latent.projections import Projection

PLACED_BY = 20_000  # points of a map that a code is placed by, sampled where there are more


def steering(run_id: str) -> Steering:
    """A run opened for steering, its directions found. Raises UserError where it cannot be steered."""
    return _steering(str(load_settings().home), run_id, profile_version(run(run_id).dataset_id))


def can_steer(run_id: str) -> bool:
    """Whether a run can be steered; False for one that cannot be opened."""
    from recsys_core.errors import UserError
    from recsys_core.jobs import steering as library

    try:
        return library.can_steer(run(run_id))
    except UserError:
        return False


def path_on_map(run_id: str, made: Projection, codes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Where codes [n, d] lie on a map of a run, float32 [n, 2]. made: the map, as `cache.projection` gives it."""
    version = profile_version(run(run_id).dataset_id)
    return _placer(str(load_settings().home), run_id, version, str(made.manifest["folder"]), made).place(codes)


def _run_is_there(opened: Steering) -> bool:
    return _still_there(opened.run)


@st.cache_resource(show_spinner=False, max_entries=3, validate=_run_is_there)
def _steering(home: str, run_id: str, version: str) -> Steering:
    from recsys_core.jobs.steering import open_steering

    found = run(run_id)
    opened = open_steering(workspace(), run_id, run=found, dataset=dataset(found.dataset_id))
    opened.ways  # noqa: B018 - found here, once, and not by the first who moves a slider
    return opened


@st.cache_resource(show_spinner=False, max_entries=4)
def _placer(home: str, run_id: str, version: str, folder: str, _made: Projection) -> Placer:
    from recsys_core.latent.placing import Placer

    opened = _steering(home, run_id, version)
    places = np.arange(len(_made.rows))
    if len(places) > PLACED_BY:
        places = np.sort(np.random.default_rng(0).choice(places, PLACED_BY, replace=False))
    encode = opened.codes_of_users if _made.manifest["what"] == "users" else opened.codes_of_items
    return Placer(encode(_made.rows[places]), np.asarray(_made.coordinates)[places])
