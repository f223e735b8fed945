"""Cohorts: what is kept of a dataset's map, what everybody has, and what sets some of them apart."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui.cache.base import dataset, profile_version
from recsys_core.settings import load_settings

if TYPE_CHECKING:
    from recsys_core.profiles.contrast import Contrast
    from recsys_core.profiles.drawn import Drawn
    from recsys_core.profiles.traits import Traits


def drawn(dataset_id: str, what: str) -> tuple[Drawn, ...]:
    """Segments of "users" or groups of "items" that were kept of a dataset, oldest first."""
    from recsys_core.profiles.drawn import drawn_version

    return _drawn(str(load_settings().home), dataset_id, drawn_version(dataset(dataset_id)), what)


@st.cache_resource(show_spinner=False, max_entries=16)
def _drawn(home: str, dataset_id: str, version: str, what: str) -> tuple[Drawn, ...]:
    from recsys_core.profiles.drawn import drawn_segments

    return drawn_segments(dataset(dataset_id), what)


def rows_hash(rows: NDArray[np.integer]) -> str:
    """A short text for a set of rows, whatever their order."""
    return hashlib.sha256(np.unique(rows).astype(np.int32).tobytes()).hexdigest()[:16]


def contrast(dataset_id: str, what: str, rows: NDArray[np.integer]) -> Contrast:
    """What sets these shoppers or products of a dataset apart; see `profiles.contrast`."""
    return _contrast(str(load_settings().home), dataset_id, profile_version(dataset_id), what, rows_hash(rows), rows)


@st.cache_resource(show_spinner=False, max_entries=64)
def _contrast(home: str, dataset_id: str, version: str, what: str, hash: str, _rows: NDArray[np.integer]) -> Contrast:
    from recsys_core.profiles.contrast import contrast_of

    return contrast_of(_traits(home, dataset_id, version, what), _rows)


@st.cache_resource(show_spinner=False, max_entries=4)
def _traits(home: str, dataset_id: str, version: str, what: str) -> Traits:
    from recsys_core.profiles.traits import traits_of

    return traits_of(dataset(dataset_id), what)
