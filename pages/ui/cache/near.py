"""Spaces in which products and shoppers have neighbours; keys are ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.ui.cache.base import dataset, profile_version, run
from recsys_core.settings import load_settings

if TYPE_CHECKING:
    from recsys_core.latent.neighbours import Neighbours, Space

NEAREST = 5


def nearest(run_id: str, what: str, way: str, row: int) -> Neighbours:
    """The five nearest of one product or shopper, by "model" or "attributes". Raises UnsupportedError where there is nothing to compare."""
    version = profile_version(run(run_id).dataset_id) if way == "attributes" else ""
    return _space(str(load_settings().home), run_id, what, way, version).nearest([row], NEAREST)


@st.cache_resource(show_spinner=False, max_entries=6)
def _space(home: str, run_id: str, what: str, way: str, version: str) -> Space:
    from recsys_core.latent.neighbours import attribute_space, model_space

    opened = run(run_id)
    data = dataset(opened.dataset_id)
    return model_space(opened, data, what) if way == "model" else attribute_space(data, what)
