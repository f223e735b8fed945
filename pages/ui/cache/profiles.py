"""Segments, groups and clusters of a dataset, what is typical of each, and shoppers to look at first."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.ui.cache.base import dataset, profile_version
from pages.ui.cache.products import catalogue
from recsys_core.settings import load_settings

TYPICAL_SHOWN = 3  # products that stand for a group


def segments(dataset_id: str):
    """A dataset's segments; see `profiles.segments`."""
    return _profile_part(str(load_settings().home), dataset_id, profile_version(dataset_id), "segments")


def item_clusters(dataset_id: str):
    """A dataset's clusters of products; see `profiles.groups`."""
    return _profile_part(str(load_settings().home), dataset_id, profile_version(dataset_id), "clusters")


def item_groups(dataset_id: str):
    """A dataset's groups of products: its categories, or the clusters."""
    return _profile_part(str(load_settings().home), dataset_id, profile_version(dataset_id), "groups")


def profile_gains(dataset_id: str):
    """What each part of the products' profiles adds; see `profiles.gains`."""
    return _profile_part(str(load_settings().home), dataset_id, profile_version(dataset_id), "gains")


@st.cache_resource(show_spinner=False, max_entries=16)
def _profile_part(home: str, dataset_id: str, version: str, part: str):
    from recsys_core.profiles.gains import load_gains
    from recsys_core.profiles.groups import load_clusters, load_groups
    from recsys_core.profiles.segments import load_segments

    load = {"segments": load_segments, "clusters": load_clusters, "groups": load_groups, "gains": load_gains}[part]
    return load(dataset(dataset_id))


def typical_items(dataset_id: str, part: str) -> list[tuple[str, int, list[str]]]:
    """(label, products, titles of the most bought) of each group, the largest first. part: "groups" or "clusters"."""
    return _typical_items(str(load_settings().home), dataset_id, profile_version(dataset_id), part)


@st.cache_resource(show_spinner=False, max_entries=8)
def _typical_items(home: str, dataset_id: str, version: str, part: str) -> list[tuple[str, int, list[str]]]:
    found = _profile_part(home, dataset_id, version, part)
    codes, shown = np.asarray(found.codes), catalogue(dataset_id)
    popular = np.argsort(-shown.buyers, kind="stable")
    rows = []
    for code, label in enumerate(found.labels):
        members = popular[codes[popular] == code]
        rows.append((str(label), len(members), [shown.titles[item] for item in members[:TYPICAL_SHOWN]]))
    return sorted(rows, key=lambda row: -row[1])


def suggested_shoppers(dataset_id: str) -> tuple[tuple[str, int], ...]:
    """(kind, user index) of a few shoppers worth looking at first."""
    return _suggested(str(load_settings().home), dataset_id)


@st.cache_resource(show_spinner=False, max_entries=4)
def _suggested(home: str, dataset_id: str) -> tuple[tuple[str, int], ...]:
    from pages.ui.suggest import suggest_shoppers

    return suggest_shoppers(dataset(dataset_id), catalogue(dataset_id).groups)
