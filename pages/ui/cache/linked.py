"""What is shown now: everybody's lists, without opening the studio where nothing is published."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui.cache.base import dataset, run, workspace
from pages.ui.cache.studio import _key, _studio
from recsys_core.ranking.scenario import Scenario
from recsys_core.settings import load_settings

LENGTH = Scenario.k


def shown_now(run_id: str) -> NDArray[np.int32]:
    """Int32 [users, 10], -1 padded: what is published, else the plain first ten of a run. Raises UserError."""
    return _shown(*_key(run_id))[0]


def shown_share(run_id: str) -> NDArray[np.float64]:
    """float64 [items]: the share of all shoppers whose list has each product."""
    return _shown(*_key(run_id))[1]


def bought_share(dataset_id: str) -> NDArray[np.float64]:
    """float64 [items]: the share of all shoppers who bought each product."""
    return _bought(str(load_settings().home), dataset_id)


@st.cache_resource(show_spinner=False, max_entries=4)
def _bought(home: str, dataset_id: str) -> NDArray[np.float64]:
    data = dataset(dataset_id)
    return np.asarray(np.bincount(data.positives.indices, minlength=data.n_items) / max(data.n_users, 1))


def is_published(run_id: str) -> bool:
    """Whether what is shown now was published."""
    registry = workspace().registry
    return registry.published(registry.shop_of(run(run_id).dataset_id)) is not None


@st.cache_resource(show_spinner=False, max_entries=4)
def _shown(home: str, run_id: str, version: str) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    opened = run(run_id)
    data = dataset(opened.dataset_id)
    if is_published(run_id) or data.against.nnz:
        lists = _studio(home, run_id, version).studio.before(LENGTH)
    else:
        lists = np.array(opened.candidates[:, :LENGTH])
    return lists, np.bincount(lists[lists >= 0], minlength=data.n_items) / max(len(lists), 1)
