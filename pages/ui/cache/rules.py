"""What rules, filters and guardrails come to: each rule left out, what filters leave, the largest variety that passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.ui.cache.studio import _key, _studio

if TYPE_CHECKING:
    from recsys_core.ranking.eligibility import Left
    from recsys_core.ranking.rule_effects import RuleEffects
    from recsys_core.ranking.scenario import Scenario


def rule_effects(run_id: str, scenario: Scenario) -> RuleEffects:
    """What each rule of a scenario does. Raises UserError."""
    return _effects(*_key(run_id), scenario.hash, scenario)


def left(run_id: str, scenario: Scenario) -> Left:
    """What the filters of a scenario leave. Raises UserError."""
    alone = _filters_alone(scenario)
    return _left(*_key(run_id), alone.hash, alone)


def best(run_id: str, scenario: Scenario) -> int | None:
    """The largest variety that keeps every guardrail; None where not even 0 does. Raises UserError."""
    from recsys_core.ranking.whatif import at_variety

    level = at_variety(scenario, 0)
    return _best(*_key(run_id), level.hash, level)


def _filters_alone(scenario: Scenario) -> Scenario:
    from recsys_core.ranking.scenario import Scenario

    return Scenario(k=scenario.k, filters=scenario.filters)


@st.cache_resource(show_spinner=False, max_entries=24)
def _effects(home: str, run_id: str, version: str, scenario_hash: str, _scenario: Scenario) -> RuleEffects:
    from recsys_core.ranking.rule_effects import rule_effects

    return rule_effects(_studio(home, run_id, version).studio, _scenario)


@st.cache_resource(show_spinner=False, max_entries=24)
def _left(home: str, run_id: str, version: str, scenario_hash: str, _scenario: Scenario) -> Left:
    from recsys_core.ranking.eligibility import left

    return left(_scenario, _studio(home, run_id, version).studio.ground)


@st.cache_resource(show_spinner=False, max_entries=24)
def _best(home: str, run_id: str, version: str, scenario_hash: str, _scenario: Scenario) -> int | None:
    return _studio(home, run_id, version).studio.find_best(_scenario)
