"""The studio's other places: one product page, basket or category page, and many at once; keys are those of the studio and of the place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.ui.cache.base import dataset, run
from pages.ui.cache.studio import _key, _studio
from recsys_core.settings import load_settings

if TYPE_CHECKING:
    from recsys_core.inference.placements import BasketModel
    from recsys_core.jobs.placing import Place, Shown, Visitor
    from recsys_core.ranking.outcome import Figure
    from recsys_core.ranking.scenario import Scenario
    from recsys_core.ranking.whatif import Studio

SHOWN = ("ild", "coverage", "tail", "price", "churn")  # figures of many places


def baskets(dataset_id: str) -> BasketModel | None:
    """What is bought together in a dataset; None where nobody has learned it. Raises CorruptArtifactError."""
    return _baskets(str(load_settings().home), dataset_id, _baskets_version(dataset_id))


def place(run_id: str, where: Place, scenario: Scenario, visitor: Visitor | None = None, said: str = "") -> Shown:
    """A place without and with the scenario. visitor: a shopper who is played; said: what was said of them. Raises UserError."""
    return _place(*_placed(run_id), where, scenario.hash, said, scenario, visitor)


def place_figures(run_id: str, where: Place, scenario: Scenario) -> tuple[int, tuple[Figure, ...]]:
    """(how many such places were looked at, what the scenario does to them). Raises UserError."""
    return _figures(*_placed(run_id), where.kind, where.category, scenario.hash, scenario)


def _placed(run_id: str) -> tuple[str, str, str]:
    home, run_id, version = _key(run_id)
    return home, run_id, f"{version} {_baskets_version(run(run_id).dataset_id)}"


def _baskets_version(dataset_id: str) -> str:
    """Changes when what is bought together is learned again."""
    from recsys_core.inference.placements import FOLDER

    manifest = dataset(dataset_id).folder / FOLDER / "manifest.json"
    return str(manifest.stat().st_mtime_ns) if manifest.exists() else ""


@st.cache_resource(show_spinner=False, max_entries=4)
def _baskets(home: str, dataset_id: str, version: str) -> BasketModel | None:
    from recsys_core.inference.placements import open_baskets

    return open_baskets(dataset(dataset_id))


@st.cache_resource(show_spinner=False, max_entries=32)
def _place(
    home: str, run_id: str, version: str, where: Place, scenario_hash: str, said: str, _scenario: Scenario, _visitor: Visitor | None
) -> Shown:
    from recsys_core.jobs.placing import show
    from recsys_core.ranking.planning import calibrating

    whose = "anybody" if where.user is None else "shopper"
    hash_ = calibrating(_scenario).hash
    sampled = _anchors(home, run_id, version, where.kind, where.category, whose, hash_, _scenario)
    return show(_opened(home, run_id), where, _scenario, sampled, _visitor)


@st.cache_resource(show_spinner=False, max_entries=8)
def _figures(
    home: str, run_id: str, version: str, kind: str, category: str, scenario_hash: str, _scenario: Scenario
) -> tuple[int, tuple[Figure, ...]]:
    from recsys_core.ranking.outcome import figures_of
    from recsys_core.ranking.planning import calibrating

    answer = _anchors(home, run_id, version, kind, category, "shopper", calibrating(_scenario).hash, _scenario).answer(_scenario)
    return len(answer.users), figures_of(answer.population, [name for name in SHOWN if name in answer.population.names])


@st.cache_resource(show_spinner=False, max_entries=6)
def _anchors(home: str, run_id: str, version: str, kind: str, category: str, whose: str, calibrating: str, _scenario: Scenario) -> Studio:
    """500 anchors of a placement; its scales are measured once for all positions of the sliders."""
    from recsys_core.jobs.placing import CATEGORY, sample

    return sample(_opened(home, run_id), kind, _scenario, category, anybody=kind == CATEGORY and whose == "anybody")


def _opened(home: str, run_id: str):
    return _studio(*_key(run_id))
