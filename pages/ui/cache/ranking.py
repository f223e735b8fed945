"""What re-ranking needs of a run: product vectors, and what the positions of the sliders mean."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui.cache.base import run
from recsys_core.settings import load_settings


def unit_vectors(run_id: str) -> NDArray[np.float32] | None:
    """Product vectors of length 1; None where the model has none."""
    return _unit_vectors(str(load_settings().home), run_id)


@st.cache_resource(show_spinner=False, max_entries=6)
def _unit_vectors(home: str, run_id: str) -> NDArray[np.float32] | None:
    from recsys_core.ranking.pools import unit_rows

    vectors = run(run_id).item_vectors
    return None if vectors is None else unit_rows(vectors)


def variety_scale(run_id: str, k: int):
    """What each position of the variety slider means for this run and list length; None where the model has no product vectors."""
    return _variety_scale(str(load_settings().home), run_id, k)


@st.cache_resource(show_spinner=False, max_entries=12)
def _variety_scale(home: str, run_id: str, k: int):
    from recsys_core.ranking.plan import plain_plan
    from recsys_core.ranking.pools import make_pool
    from recsys_core.ranking.scales import variety_scale as calibrated

    opened, vectors = run(run_id), unit_vectors(run_id)
    if vectors is None:
        return None
    pool = make_pool(opened.candidates, opened.candidate_scores)
    return calibrated(plain_plan(len(pool), len(vectors), k), pool, vectors)
