"""Synthetic sets, opened once and shared: their rows as histories, their scorecards, what the filter said of them."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.ui.cache.base import _still_there, dataset, workspace
from recsys_core.settings import load_settings
from recsys_core.storage.artifacts import MANIFEST

PREVIEW_ROWS = 6


def synthetic_sets(run_id: str | None = None):
    """Records of all sets, of one run where asked, newest first."""
    from recsys_core.synthesis.store import list_sets

    return list_sets(workspace(), run=run_id)


def synthetic_set(set_id: str):
    """The set, opened once. Raises NotFoundError or CorruptArtifactError."""
    return _set(str(load_settings().home), set_id)


@st.cache_resource(show_spinner=False, max_entries=6, validate=_still_there)
def _set(home: str, set_id: str):
    from recsys_core.synthesis.store import open_set

    return open_set(workspace(), set_id)


def scorecard(set_id: str):
    """The set's scorecard, None where there is none. Raises CorruptArtifactError."""
    from recsys_core.synthesis.store import SCORECARD

    experiments = synthetic_set(set_id).folder.stat().st_mtime_ns  # one more is one more folder in it
    return _scorecard(str(load_settings().home), set_id, _made(set_id, SCORECARD), experiments)


@st.cache_resource(show_spinner=False, max_entries=8)
def _scorecard(home: str, set_id: str, made: int, experiments: int):
    return synthetic_set(set_id).scorecard if made else None


def filtering(set_id: str):
    """What the filter found of a set's shoppers, None where it has not run. Raises CorruptArtifactError."""
    from recsys_core.synthesis.store import FILTERING

    return _filtering(str(load_settings().home), set_id, _made(set_id, FILTERING))


@st.cache_resource(show_spinner=False, max_entries=6)
def _filtering(home: str, set_id: str, made: int):
    from recsys_core.synthesis.filtering.store import open_filtering

    return open_filtering(synthetic_set(set_id)) if made else None


def export_preview(set_id: str):
    """The first rows of a set as it would be exported, as text."""
    return _export_preview(str(load_settings().home), set_id)


@st.cache_data(show_spinner=False, max_entries=8)
def _export_preview(home: str, set_id: str):
    from recsys_core.jobs.synthetic_export import file_columns

    return file_columns(workspace(), synthetic_set(set_id)).head(PREVIEW_ROWS).astype(str)


def shifts(set_id: str):
    """What mixing a set with real shoppers did, the newest first; the mixed dataset may have gone since."""
    from recsys_core.synthesis.fusion.shift import list_shifts, open_shift

    known = {record.id for record in workspace().registry.datasets()}
    return [shift for shift in map(open_shift, list_shifts(workspace(), set_id)) if shift.after in known]


def augments(set_id: str):
    """Experiments whether a set helps, the newest first."""
    from recsys_core.synthesis.augmenting.store import list_augments, open_augment

    return [open_augment(folder) for folder in list_augments(workspace(), set=set_id)]


def _made(set_id: str, part: str) -> int:
    """When a part of a set was written; 0 where it was not."""
    manifest = synthetic_set(set_id).folder / part / MANIFEST
    return manifest.stat().st_mtime_ns if manifest.is_file() else 0


def people(set_id: str):
    """The histories of a set beside those of its dataset; see `pages.ui.synthetic.histories`."""
    from pages.ui.synthetic.histories import People

    return People(
        _real_side(str(load_settings().home), synthetic_set(set_id).record.dataset), _made_side(str(load_settings().home), set_id)
    )


@st.cache_resource(show_spinner=False, max_entries=2)
def _real_side(home: str, dataset_id: str):
    from pages.ui.synthetic.histories import side_of

    opened = dataset(dataset_id)
    events = opened.events(["user", "item", "timestamp", "event"]).to_pandas()
    event = events["event"] if events["event"].notna().any() else None
    return side_of(events["user"].to_numpy(), events["item"].to_numpy(), _microseconds(events["timestamp"]), event, opened.n_users)


@st.cache_resource(show_spinner=False, max_entries=3)
def _made_side(home: str, set_id: str):
    import pandas as pd

    from pages.ui.synthetic.histories import side_of

    opened = synthetic_set(set_id)
    rows = opened.events
    user = rows["user_id"].str.rpartition("-")[2].astype("int64").to_numpy() - 1
    item = pd.Index(dataset(opened.record.dataset).item_ids).get_indexer(rows["item_id"])
    moment = _microseconds(rows["timestamp"]) if "timestamp" in rows else None
    return side_of(user, item, moment, rows.get("event"), max(int(user.max(initial=-1)) + 1, opened.record.users))


def _microseconds(times) -> np.ndarray | None:
    """int64 microseconds; None where the log has no times. A row without one has the earliest of all."""
    if not times.notna().any():
        return None
    return times.astype("datetime64[us]").astype("int64").to_numpy()


def suggestion(dataset_id: str) -> tuple[str, str]:
    """(the generator that suits a dataset, why)."""
    return _suggestion(str(load_settings().home), dataset_id)


@st.cache_data(show_spinner=False, max_entries=8)
def _suggestion(home: str, dataset_id: str) -> tuple[str, str]:
    from recsys_core.jobs.synthesize_spec import suggestion as of

    return of(dataset(dataset_id))
