"""What a scenario moves on a run's map of products, by who gets an arrow of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui.cache.cohorts import rows_hash
from pages.ui.cache.maps import projection
from pages.ui.cache.studio import _answer, _key, _studio

if TYPE_CHECKING:
    from recsys_core.jobs.movement import Movement, Part
    from recsys_core.ranking.population import Moved
    from recsys_core.ranking.scenario import Scenario


def movement(
    run_id: str,
    scenario: Scenario,
    method: str,
    parts: tuple[Part, ...] | None = None,
    among: NDArray[np.integer] | None = None,
) -> Movement:
    """What moves. method: of the map, which must be there. parts: rows of the shoppers; None: each segment that was found.

    among: the shoppers that everything but the arrows is told of; None: all.
    """
    key = "segments" if parts is None else " ".join(f"{part.label}:{rows_hash(part.rows)}" for part in parts)
    told_of = "" if among is None else rows_hash(among)
    return _movement(*_key(run_id), scenario.hash, method, f"{key} / {told_of}", scenario, parts, among)


@st.cache_resource(show_spinner=False, max_entries=24)
def _movement(
    home: str,
    run_id: str,
    version: str,
    hash: str,
    method: str,
    key: str,
    _scenario: Scenario,
    _parts: tuple[Part, ...] | None,
    _among: NDArray[np.integer] | None,
) -> Movement:
    from recsys_core.jobs.movement import movement_of

    answer = _answer(home, run_id, version, hash, _scenario)
    return movement_of(_studio(home, run_id, version), answer, projection(run_id, "items", method), _parts, _among)


def moved_products(run_id: str, scenario: Scenario, items: NDArray[np.integer]) -> Moved:
    """How much of all exposure some products have before and after, with its interval."""
    return _moved(*_key(run_id), scenario.hash, rows_hash(items), scenario, items)


@st.cache_resource(show_spinner=False, max_entries=48)
def _moved(home: str, run_id: str, version: str, hash: str, key: str, _scenario: Scenario, _items: NDArray[np.integer]) -> Moved:
    from recsys_core.ranking.population import moved_groups

    found = _answer(home, run_id, version, hash, _scenario).population
    codes = np.full(_studio(home, run_id, version).dataset.n_items, -1, dtype=np.int64)
    codes[_items] = 0
    return moved_groups(found, codes, ("",))[0]
