"""Segments drawn by hand: shoppers or products that somebody marked on a map, kept beside their dataset under a name."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_core.data.dataset import Dataset
from recsys_core.errors import CorruptArtifactError, InputError, NotFoundError
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
    """Those of a dataset that can be read, oldest first; only of "users" or of "items" where that is asked.

    One that is damaged is no reason to do without the others, nor without the studio; see `damaged_drawn`.
    """
    found = []
    for folder in _folders(dataset):
        with suppress(CorruptArtifactError, NotFoundError):
            found.append(_read(folder, dataset))
    return tuple(sorted((one for one in found if what in (None, one.what)), key=lambda one: (one.created_at, one.id)))


def damaged_drawn(dataset: Dataset) -> tuple[str, ...]:
    """Ids of those that cannot be read, for a word about them; `remove_drawn` takes an id."""
    found = []
    for folder in _folders(dataset):
        try:
            _read(folder, dataset)
        except NotFoundError:  # just removed by somebody else
            continue
        except CorruptArtifactError:
            found.append(folder.name)
    return tuple(found)


def keep_drawn(dataset: Dataset, name: str, what: str, rows: NDArray[np.integer], made: Mapping[str, Any]) -> Drawn:
    """Keep shoppers or products under a name. rows: dataset indices, in any order. Raises InputError for no name, one that is taken
    (by somebody else at the same moment, too), nobody in it, or a row that is not there.
    """
    name = check_name(dataset, name, what)
    rows = np.unique(np.asarray(rows, dtype=np.int32))
    if not len(rows):
        raise InputError(
            "There is nobody in this segment." if what == "users" else "There is nothing in this group.", "Mark some points first."
        )
    total = dataset.n_users if what == "users" else dataset.n_items
    if rows[0] < 0 or rows[-1] >= total:
        raise InputError(f"Row {rows[0] if rows[0] < 0 else rows[-1]} is not in '{dataset.name}'.", f"Rows go from 0 to {total - 1}.")
    folder = dataset.folder / FOLDER / _id_of(name, what)
    if folder.name in damaged_drawn(dataset):
        remove_folder(folder)
    with new_folder(folder) as fresh:
        write_array(fresh / "rows.npy", rows)
        seal(fresh, {"kind": KIND, "name": name, "what": what, "dataset": dataset.id, "made": dict(made)})
    found = _read(folder, dataset)
    if found.name != name or not np.array_equal(found.rows, rows):
        raise _taken(name)
    return found


def check_name(dataset: Dataset, name: str, what: str) -> str:
    """The name as it will be kept: on one line, composed (NFC), without the '|' that stands between the values of a cell.

    Raises InputError for one that is empty, too long, or that a segment or group has already, in any case.
    """
    if what not in SUBJECTS:
        raise InputError(f"The option what is '{what}'.", f"Use one of: {', '.join(SUBJECTS)}.")
    name = " ".join("".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", name)).replace("|", "/").split())
    if not name:
        raise InputError("The segment has no name.", "Give it one, such as 'Late gift buyers'.")
    if len(name) > LONGEST_NAME:
        raise InputError(f"The name has {len(name)} characters.", f"Use at most {LONGEST_NAME}.")
    found = load_segments(dataset).labels if what == "users" else load_groups(dataset).labels
    taken = [*found, *(one.name for one in drawn_segments(dataset, what))]
    if name.casefold() in {each.casefold() for each in taken}:
        raise _taken(name)
    return name


def find_drawn(dataset: Dataset, name: str, what: str | None = None) -> Drawn:
    """The one with this name, in any case, or this id. Raises NotFoundError."""
    found, wanted = drawn_segments(dataset, what), " ".join(name.split())
    for one in found:
        if wanted in (one.id, one.name) or wanted.casefold() == one.name.casefold():
            return one
    known = ", ".join(one.name for one in found[:20])
    raise NotFoundError(f"There is no drawn segment '{name}'.", f"There are: {known}." if known else "None was kept of this dataset yet.")


def remove_drawn(dataset: Dataset, name: str, what: str | None = None) -> Drawn:
    """Take one away; a damaged one goes by its id and is told as empty. Raises NotFoundError."""
    if name in damaged_drawn(dataset):
        found = Drawn(name, name, name.partition("-")[0], np.zeros(0, np.int32), {}, datetime.now(UTC))
    else:
        found = find_drawn(dataset, name, what)
    remove_folder(dataset.folder / FOLDER / found.id)
    return found


def drawn_version(dataset: Dataset) -> str:
    """A short text that changes when one is kept or removed, for caches."""
    told = []
    for folder in _folders(dataset):
        with suppress(FileNotFoundError):
            told.append(f"{folder.name} {folder.stat().st_mtime_ns}")
    return hashlib.sha256("|".join(told).encode()).hexdigest()[:12] if told else ""


def _id_of(name: str, what: str) -> str:
    return f"{what}-{hashlib.sha256(name.casefold().encode()).hexdigest()[:12]}"


def _folders(dataset: Dataset) -> list[Path]:
    root = dataset.folder / FOLDER
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith(".")) if root.is_dir() else []


def _taken(name: str) -> InputError:
    return InputError(f"There is a segment '{name}' already.", "Choose another name, or remove that one first.")


def _read(folder: Path, dataset: Dataset) -> Drawn:
    """Raises CorruptArtifactError for a manifest without what belongs in it, or rows that the dataset does not have."""
    artifact = open_artifact(folder, kind=KIND)
    told, rows = artifact.manifest, np.array(artifact.array("rows.npy"))
    try:
        what, made_at = str(told["what"]), datetime.fromisoformat(str(told["created_at"]))
        total = {"users": dataset.n_users, "items": dataset.n_items}[what]
        found = Drawn(folder.name, str(told["name"]), what, rows.astype(np.int32), dict(told["made"]), made_at)
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(folder) from error
    if rows.ndim != 1 or not len(rows) or rows.dtype.kind not in "iu" or rows[0] < 0 or rows[-1] >= total or (np.diff(rows) <= 0).any():
        raise _damaged(folder)
    return found


def _damaged(folder: Path) -> CorruptArtifactError:
    return CorruptArtifactError(f"The {KIND} in {folder} is damaged.", "Remove it, and draw it again.")
