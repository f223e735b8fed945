"""What a workspace holds, opened once and shared: datasets and runs. Keys are ids with the workspace they belong to."""

from __future__ import annotations

import streamlit as st

from recsys_core.errors import UserError
from recsys_core.settings import load_settings
from recsys_core.storage.workspace import Workspace


def workspace() -> Workspace:
    """The workspace of this process's settings."""
    return _workspace(str(load_settings().home))


@st.cache_resource(show_spinner=False, max_entries=4)
def _workspace(home: str) -> Workspace:
    return Workspace.open()


def _still_there(found) -> bool:
    folder = getattr(found, "folder", None) or found.artifact.folder
    return (folder / "manifest.json").is_file()


def dataset(dataset_id: str):
    """The dataset, opened once. Raises NotFoundError or CorruptArtifactError."""
    return _dataset(str(load_settings().home), dataset_id)


@st.cache_resource(show_spinner=False, max_entries=6, validate=_still_there)
def _dataset(home: str, dataset_id: str):
    from recsys_core.data.dataset import Dataset

    return Dataset.open(workspace().dataset_dir(dataset_id))


def run(run_id: str):
    """The run, opened once. Raises NotFoundError or CorruptArtifactError."""
    return _run(str(load_settings().home), run_id)


@st.cache_resource(show_spinner=False, max_entries=12, validate=_still_there)
def _run(home: str, run_id: str):
    from recsys_core.models.runs import Run

    return Run.open(workspace().run_dir(run_id))


def has_vectors(run_id: str, what: str) -> bool:
    """Whether a run keeps vectors for "items" or "users"; False for one that cannot be opened."""
    return _keeps(run_id, "user_vectors.npy" if what == "users" else "item_vectors.npy")


def has_validation_lists(run_id: str) -> bool:
    """Whether a run keeps the lists that a fusion learns its weights from; older ones do not."""
    return _keeps(run_id, "validation_candidates.npy")


def _keeps(run_id: str, file: str) -> bool:
    try:
        return bool(run(run_id).artifact.has(file))
    except UserError:
        return False


def profile_version(dataset_id: str) -> str:
    """Changes when other groups were chosen for a dataset."""
    from recsys_core.profiles import store

    return str(store.profile_version(dataset(dataset_id)))
