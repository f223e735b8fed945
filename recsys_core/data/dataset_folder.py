"""A dataset's folder: written whole, or, where the same dataset is there already, told of the newest file that made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from recsys_core.data.dropped import FILE as DROPPED
from recsys_core.data.entity_tables import attributes_of
from recsys_core.data.item_media import ItemMedia
from recsys_core.data.kcore import Core
from recsys_core.errors import CorruptArtifactError
from recsys_core.storage.artifacts import MANIFEST, Artifact, open_artifact, seal
from recsys_core.storage.atomic import new_folder, remove_folder, write_array, write_json

SUMMARY, RECIPE = "summary.json", "recipe.json"
_SEALED = ("files", "versions", "created_at")  # of a manifest: what `seal` adds


@dataclass(frozen=True)
class Made:
    """All that intake made, in files of its own. told: the summary. manifest: without what `seal` adds."""

    events: Path
    csr: Path
    dropped: Path
    items: pd.DataFrame
    users: pd.DataFrame
    core: Core
    media: ItemMedia
    told: Mapping[str, Any]
    recipe: Mapping[str, Any]
    manifest: Mapping[str, Any]


def store(made: Made, target: Path) -> str | None:
    """Put it into `target`. The name of the dataset if it was there already: it keeps its name, and models may rest on it.

    One that is damaged is written again; so is one of an older format, with what was derived from it kept. Of a whole one only what is
    told of the file changes, if it differs.
    """
    stored = _whole(target)
    if stored is None:
        with new_folder(target) as folder:
            _fill(folder, made)
        return None
    name = str(stored.manifest["name"])
    if stored.manifest.get("format") != made.manifest["format"]:
        with new_folder(target) as folder:
            _fill(folder, made, name)
            for derived in [path for path in target.iterdir() if (path / MANIFEST).exists()]:
                derived.rename(folder / derived.name)
            remove_folder(target)
    elif not stored.has(SUMMARY) or _retold(stored, made):
        about = {key: value for key, value in stored.manifest.items() if key not in _SEALED}
        _tell(target, made)
        seal(target, {**about, "rows_read": made.manifest["rows_read"], "source": made.manifest["source"]})
    return name


def _whole(target: Path) -> Artifact | None:
    """The dataset if it is there and not damaged; a damaged one goes."""
    if not target.exists():
        return None
    try:
        return open_artifact(target, kind="dataset", verify=True)
    except CorruptArtifactError:
        remove_folder(target)
        return None


def _retold(stored: Artifact, made: Made) -> bool:
    """Whether the file that made it now says something else of itself: other rows were dropped, from another file."""
    before = stored.json(SUMMARY)
    return any(before.get(key) != made.told[key] for key in ("rows_read", "reasons", "notes", "differences"))


def _fill(folder: Path, made: Made, name: str | None = None) -> None:
    made.events.rename(folder / "events.parquet")
    made.csr.rename(folder / "csr")
    for side, frame in (("items", made.items), ("users", made.users)):
        frame.to_parquet(folder / f"{side}.parquet", compression="zstd", index=False)
    write_json(folder / "attributes.json", {"items": attributes_of(made.items), "users": attributes_of(made.users)})
    write_array(folder / "trains_users.npy", made.core.users)
    write_array(folder / "trains_items.npy", made.core.items)
    made.media.write(folder)
    _tell(folder, made)
    seal(folder, {**made.manifest, "name": name or made.manifest["name"]})


def _tell(folder: Path, made: Made) -> None:
    """Write what is true of the file that the dataset was made from."""
    made.dropped.replace(folder / DROPPED)
    write_json(folder / SUMMARY, made.told)
    write_json(folder / RECIPE, made.recipe)
