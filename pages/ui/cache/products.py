"""What the pages show of products: the catalogue as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui.cache.base import dataset, profile_version
from recsys_core.settings import load_settings


@dataclass(frozen=True)
class Catalogue:
    """What the pages show of products, in item order: plain arrays, so that a card costs no table look-up."""

    ids: NDArray[np.str_]
    titles: list[str]
    prices: NDArray[np.float64]
    buyers: NDArray[np.int64]
    groups: NDArray[np.int32]
    labels: list[str]
    group_source: str


def catalogue(dataset_id: str) -> Catalogue:
    """Titles, prices, popularity and groups of a dataset's products."""
    return _catalogue(str(load_settings().home), dataset_id, profile_version(dataset_id))


@st.cache_resource(show_spinner=False, max_entries=4)
def _catalogue(home: str, dataset_id: str, version: str) -> Catalogue:
    import pandas as pd

    from recsys_core.profiles.groups import load_groups

    opened = dataset(dataset_id)
    items, groups = opened.items, load_groups(opened)
    ids = np.asarray(opened.item_ids)
    titles = items["title"].fillna("").astype(str).tolist() if "title" in items else [""] * len(ids)
    prices = pd.to_numeric(items["price"], errors="coerce").to_numpy(float) if "price" in items else np.full(len(ids), np.nan)
    return Catalogue(
        ids=ids,
        titles=[title or str(id_) for title, id_ in zip(titles, ids, strict=True)],
        prices=prices,
        buyers=items["n_users"].to_numpy(np.int64),
        groups=np.asarray(groups.codes),
        labels=list(groups.labels),
        group_source=groups.source,
    )
