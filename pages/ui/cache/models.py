"""Runs against each other: figures a shopper, paired differences, and the groups they are broken down by."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.ui.cache.base import dataset, profile_version, run
from pages.ui.cache.profiles import segments
from recsys_core.settings import load_settings


def per_user(run_id: str, part: str = "test"):
    """(users, metric names, values) of one part of a run's evaluation."""
    return _per_user(str(load_settings().home), run_id, part)


@st.cache_resource(show_spinner=False, max_entries=8)
def _per_user(home: str, run_id: str, part: str):
    users, names, values = run(run_id).per_user(part)
    return np.array(users), tuple(names), np.array(values)


def differences(run_ids: tuple[str, ...], metric: str):
    """Paired comparisons of all pairs, p-values adjusted together, each on the shoppers that both runs were tested on."""
    return _differences(str(load_settings().home), run_ids, metric)


@st.cache_resource(show_spinner=False, max_entries=12)
def _differences(home: str, run_ids: tuple[str, ...], metric: str):
    from recsys_core.evaluation.compare import compare

    values = {}
    for run_id in run_ids:
        users, names, table = per_user(run_id)
        values[run_id] = (users, table[:, names.index(metric)])
    return tuple(compare(values))


def paired(first: str, second: str):
    """The differences between two runs, metric by metric; see `pages.ui.models.pair`."""
    return _paired(str(load_settings().home), first, second)


@st.cache_resource(show_spinner=False, max_entries=12)
def _paired(home: str, first: str, second: str):
    from pages.ui.models.pair import differences as of_both

    return of_both(per_user(first), per_user(second))


def shopper_groups(dataset_id: str, protocol: str, seed: int, by: str):
    """Which group each shopper is in, by "segment" or by "activity" before the test; None where the dataset has no segments."""
    return _shopper_groups(str(load_settings().home), dataset_id, profile_version(dataset_id), protocol, seed, by)


@st.cache_resource(show_spinner=False, max_entries=6)
def _shopper_groups(home: str, dataset_id: str, version: str, protocol: str, seed: int, by: str):
    from recsys_core.data.splits import make_split
    from recsys_core.evaluation.breakdown import UserGroups, by_activity

    if by == "activity":
        return by_activity(np.diff(make_split(dataset(dataset_id), protocol, seed).test_fold_in.indptr), protocol)
    found = segments(dataset_id)
    return UserGroups("segment", found.codes, tuple(found.labels)) if found.segments else None
