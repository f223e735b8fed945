"""Segments drawn by hand: shoppers or products that somebody marked on a map, kept beside their dataset under a name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_core.data.dataset import Dataset
from recsys_core.errors import InputError, NotFoundError
from recsys_core.profiles.groups import load_groups
from recsys_core.profiles.segments import load_segments
from recsys_core.storage.artifacts import open_artifact, seal
from recsys_core.storage.atomic import new_folder, remove_folder, write_array

FOLDER = "drawn"
KIND = "drawn segment"
SUBJECTS = ("users", "items")
LONGEST_NAME = 60


@dataclass(frozen=True)
class Drawn:
    """One of them. what: "users" or "items". rows: int32 [n], dataset indices, ascending. made: how it was found (run, method)."""

    id: str
    name: str
    what: str
    rows: NDArray[np.int32]
    made: Mapping[str, Any]
    created_at: datetime


def drawn_segments(dataset: Dataset, what: str | None = None) -> tuple[Drawn, ...]:
    """Those of a dataset, oldest first; only of "users" or of "items" where that is asked. Raises CorruptArtifactError."""
    root = dataset.folder / FOLDER
    folders = sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith(".")) if root.is_dir() else []
    found = [_read(folder) for folder in folders]
    return tuple(sorted((one for one in found if what in (None, one.what)), key=lambda one: (one.created_at, one.id)))


def keep_drawn(dataset: Dataset, name: str, what: str, rows: NDArray[np.integer], made: Mapping[str, Any]) -> Drawn:
    """Keep shoppers or products under a name. Raises InputError for no name, one that is taken, or nobody in it."""
    name = check_name(dataset, name, what)
    rows = np.unique(np.asarray(rows, dtype=np.int32))
    if not len(rows):
        raise InputError(
            "There is nobody in this segment." if what == "users" else "There is nothing in this group.", "Mark some points first."
        )
    total = dataset.n_users if what == "users" else dataset.n_items
    if rows[0] < 0 or rows[-1] >= total:
        raise InputError(f"Row {rows[-1]} is not in '{dataset.name}'.", f"Rows go from 0 to {total - 1}.")
    folder = dataset.folder / FOLDER / _id_of(name, what)
    with new_folder(folder) as fresh:
        write_array(fresh / "rows.npy", rows)
        seal(fresh, {"kind": KIND, "name": name, "what": what, "dataset": dataset.id, "made": dict(made)})
    return _read(folder)


def check_name(dataset: Dataset, name: str, what: str) -> str:
    """The name as it will be kept. Raises InputError for one that is empty, too long, or that a segment or group has already."""
    if what not in SUBJECTS:
        raise InputError(f"The option what is '{what}'.", f"Use one of: {', '.join(SUBJECTS)}.")
    name = re.sub(r"\s+", " ", name).strip()
    if not name:
        raise InputError("The segment has no name.", "Give it one, such as 'Late gift buyers'.")
    if len(name) > LONGEST_NAME:
        raise InputError(f"The name has {len(name)} characters.", f"Use at most {LONGEST_NAME}.")
    found = load_segments(dataset).labels if what == "users" else load_groups(dataset).labels
    taken = [*found, *(one.name for one in drawn_segments(dataset, what))]
    if name.casefold() in {each.casefold() for each in taken}:
        raise InputError(f"There is a segment '{name}' already.", "Choose another name, or remove that one first.")
    return name


def find_drawn(dataset: Dataset, name: str, what: str | None = None) -> Drawn:
    """The one with this name, in any case, or this id. Raises NotFoundError."""
    found = drawn_segments(dataset, what)
    for one in found:
        if name in (one.id, one.name) or name.casefold() == one.name.casefold():
            return one
    known = ", ".join(one.name for one in found[:20])
    raise NotFoundError(f"There is no drawn segment '{name}'.", f"There are: {known}." if known else "None was kept of this dataset yet.")


def remove_drawn(dataset: Dataset, name: str, what: str | None = None) -> Drawn:
    """Take one away. Raises NotFoundError."""
    found = find_drawn(dataset, name, what)
    remove_folder(dataset.folder / FOLDER / found.id)
    return found


def drawn_version(dataset: Dataset) -> str:
    """A short text that changes when one is kept or removed, for caches."""
    root = dataset.folder / FOLDER
    told = (
        sorted(f"{path.name} {path.stat().st_mtime_ns}" for path in root.iterdir() if not path.name.startswith("."))
        if root.is_dir()
        else []
    )
    return hashlib.sha256("|".join(told).encode()).hexdigest()[:12] if told else ""


def _id_of(name: str, what: str) -> str:
    return f"{what}-{hashlib.sha256(name.casefold().encode()).hexdigest()[:12]}"


def _read(folder: Path) -> Drawn:
    artifact = open_artifact(folder, kind=KIND)
    told = artifact.manifest
    made_at = datetime.fromisoformat(str(told["created_at"]))
    return Drawn(folder.name, str(told["name"]), str(told["what"]), np.array(artifact.array("rows.npy")), dict(told["made"]), made_at)
