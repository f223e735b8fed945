"""What a scenario does to the sampled shoppers of a frontier, for the places of its points; keys as those of the studio."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.ui.cache.studio import _key, _studio

if TYPE_CHECKING:
    from recsys_core.ranking.outcome import Point
    from recsys_core.ranking.scenario import Scenario

PLACED_BY = ("relevance_kept", "ild", "ndcg")


def standing(run_id: str, scenario: Scenario) -> dict[str, Point]:
    """Match kept, variety and, where something is held out, NDCG of the shoppers that a frontier is drawn from. Raises UserError."""
    return _standing(*_key(run_id), scenario.hash, scenario)


@st.cache_resource(show_spinner=False, max_entries=64)
def _standing(home: str, run_id: str, version: str, scenario_hash: str, _scenario: Scenario) -> dict[str, Point]:
    from recsys_core.ranking.outcome import point

    studio = _studio(home, run_id, version).studio
    found = studio.answer(_scenario, studio.sample()).population
    return {name: at for name in PLACED_BY if (at := point(found, name)) is not None}
