"""Runs opened for the studio, and what a scenario does to everybody; keys are ids, hashes and what they hang on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from pages.ui.cache.base import _still_there, dataset, profile_version, run, workspace
from recsys_core.profiles.drawn import drawn_version
from recsys_core.settings import load_settings

if TYPE_CHECKING:
    from recsys_core.jobs.studio import Opened
    from recsys_core.ranking.outcome import Outcome
    from recsys_core.ranking.scenario import Scenario
    from recsys_core.ranking.whatif import Answer, Stop


def studio(run_id: str) -> Opened:
    """A run opened for the studio, shared by all sessions. Raises UserError."""
    return _studio(*_key(run_id))


def answer(run_id: str, scenario: Scenario) -> Answer:
    """What a scenario would show to everybody. Raises UserError."""
    return _answer(*_key(run_id), scenario.hash, scenario)


def told(run_id: str, scenario: Scenario) -> Outcome:
    """The same in figures with intervals, which cost more than the lists."""
    return _told(*_key(run_id), scenario.hash, scenario)


def frontier(run_id: str, scenario: Scenario) -> list[Stop]:
    """Variety from 0 to 100 with everything else as it is, on sampled shoppers."""
    from recsys_core.ranking.whatif import at_variety

    level = at_variety(scenario, 0)
    return _frontier(*_key(run_id), level.hash, level)


def _key(run_id: str) -> tuple[str, str, str]:
    """(workspace, run, what else its studio hangs on: the day, the groups chosen, what was drawn on maps, what is published)."""
    dataset_id = run(run_id).dataset_id
    registry = workspace().registry
    published = registry.published(registry.shop_of(dataset_id))
    groups = f"{profile_version(dataset_id)} {drawn_version(dataset(dataset_id))}"
    shown = f"{published.published_at} {published.hash}" if published else ""
    return str(load_settings().home), run_id, f"{date.today()} {groups} {shown}"


def _run_is_there(opened: Opened) -> bool:
    return _still_there(opened.run)


@st.cache_resource(show_spinner=False, max_entries=3, validate=_run_is_there)
def _studio(home: str, run_id: str, version: str) -> Opened:
    from recsys_core.jobs.studio import open_studio

    opened = run(run_id)
    return open_studio(workspace(), run_id, run=opened, dataset=dataset(opened.dataset_id))


@st.cache_resource(show_spinner=False, max_entries=6)
def _answer(home: str, run_id: str, version: str, scenario_hash: str, _scenario: Scenario) -> Answer:
    return _studio(home, run_id, version).studio.answer(_scenario)


@st.cache_resource(show_spinner=False, max_entries=24)
def _told(home: str, run_id: str, version: str, scenario_hash: str, _scenario: Scenario) -> Outcome:
    from recsys_core.ranking.outcome import outcome

    return outcome(_studio(home, run_id, version).studio, _answer(home, run_id, version, scenario_hash, _scenario))


@st.cache_resource(show_spinner=False, max_entries=24)
def _frontier(home: str, run_id: str, version: str, scenario_hash: str, _scenario: Scenario) -> list[Stop]:
    return _studio(home, run_id, version).studio.frontier(_scenario, range(0, 101, 10))
