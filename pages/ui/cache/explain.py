"""What explaining and playing a shopper live need of a run: its scorer, its baseline, and every shopper's interest tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.ui.cache.base import _still_there, profile_version, run
from pages.ui.cache.studio import studio
from recsys_core.settings import load_settings

if TYPE_CHECKING:
    from recsys_core.explain.baseline import Baseline
    from recsys_core.inference.contract import Scorer
    from recsys_core.models.runs import Run
    from recsys_core.profiles.interests import Interests


def scorer(run_id: str) -> Scorer | None:
    """What a run scores histories with; None where it was shipped without its weights. Raises CorruptArtifactError."""
    return _scorer(str(load_settings().home), run_id)[1]


def baseline(run_id: str) -> Baseline | None:
    """What a run gives each product whoever the shopper is; None where it has no weights."""
    return _baseline(str(load_settings().home), run_id) if scorer(run_id) is not None else None


def interests(run_id: str) -> Interests:
    """The interest tags of every shopper, from what this run's split lets be known of them."""
    return _interests(str(load_settings().home), run_id, profile_version(run(run_id).dataset_id))


def _opened_run_is_there(found: tuple[Run, object]) -> bool:
    return _still_there(found[0])


@st.cache_resource(show_spinner=False, max_entries=3, validate=_opened_run_is_there)
def _scorer(home: str, run_id: str) -> tuple[Run, Scorer | None]:
    opened = run(run_id)
    return opened, opened.scorer() if opened.manifest.get("scorer") else None


@st.cache_resource(show_spinner=False, max_entries=6)
def _baseline(home: str, run_id: str) -> Baseline:
    from recsys_core.explain.baseline import baseline_of

    opened, made = studio(run_id), scorer(run_id)
    assert made is not None
    return baseline_of(made, opened.split.known[:, opened.run.items])


@st.cache_resource(show_spinner=False, max_entries=4)
def _interests(home: str, run_id: str, version: str) -> Interests:
    from recsys_core.profiles.groups import load_groups
    from recsys_core.profiles.interests import predict_interests

    opened = studio(run_id)
    return predict_interests(opened.dataset, load_groups(opened.dataset), opened.split.known)
