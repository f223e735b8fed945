"""Synthetic sets on disk: one sealed folder each, with all that is later found out about it in sealed folders inside. Light."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from recsys_core.errors import CorruptArtifactError, NotFoundError, UserError
from recsys_core.storage.artifacts import Artifact, open_artifact, seal
from recsys_core.storage.atomic import new_folder, write_array, write_json
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.augmenting.store import augments_in
from recsys_core.synthesis.contract import DrawnShoppers
from recsys_core.synthesis.scorecard.augmentation import with_experiments
from recsys_core.synthesis.scorecard.card import Scorecard
from recsys_core.synthesis.scorecard.store import open_scorecard

KIND = "synthetic"
MADE = "made_at"  # in the manifest, whose own `created_at` is of the sealing
LEARNED, SCORECARD, FILTERING = "learned", "scorecard", "filtering"
EVENTS = "events.parquet"
GENERATED, FILTERED, FUSED = "generated", "filtered", "fused"


@dataclass(frozen=True)
class SetRecord:
    """What a synthetic set is, as its manifest says.

    step: GENERATED, FILTERED or FUSED. parent: the set it was made from. wish: what was asked of the draw, in words' place its JSON.
    why: one sentence, why this generator. made_dataset: of a fused set, the dataset it was taken in as.
    """

    id: str
    run: str
    dataset: str
    generator: str
    step: str
    users: int
    rows: int
    seed: int
    created_at: str
    parent: str | None = None
    wish: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""
    made_dataset: str | None = None


@dataclass(frozen=True)
class SyntheticSet:
    """A set on disk, read lazily."""

    record: SetRecord
    artifact: Artifact

    @property
    def folder(self) -> Path:
        return self.artifact.folder

    @cached_property
    def events(self) -> pd.DataFrame:
        """Its rows by canonical names (user_id, item_id, timestamp ...), by shopper and time. Shared: do not change it."""
        return self.artifact.table(EVENTS).to_pandas()  # type: ignore[no-any-return]

    @cached_property
    def drawn(self) -> DrawnShoppers:
        """Its shoppers' products, by the dataset's item numbers; shopper k of `drawn` is "synthetic-{k+1}" of `events`."""
        return DrawnShoppers(*(self.artifact.array(f"{name}.npy") for name in ("indptr", "items", "segment")))

    @property
    def curves(self) -> list[dict[str, float]]:
        """What the fit that it was drawn from said, an epoch a row."""
        return list(self.artifact.json("curves.json"))

    @property
    def scorecard(self) -> Scorecard | None:
        """Its scorecard, if one was made, with what the experiments on it found."""
        folder = self.folder / SCORECARD
        return with_experiments(open_scorecard(folder), augments_in(self.folder)) if folder.is_dir() else None


def new_set_id(generator: str) -> str:
    """A fresh id, `sequential-3f9a1c2b`, made where the wish is uttered, so that a resumed job ends in the same set."""
    return f"{generator}-set-{secrets.token_hex(4)}"


def write_set(
    folder: Path, record: SetRecord, events: pd.DataFrame, drawn: DrawnShoppers, curves: Sequence[Mapping[str, float]], **more: Any
) -> None:
    """Write a set, whole or not at all. more: what else the manifest says (costs, inputs)."""
    with new_folder(folder) as new:
        pq.write_table(pa.Table.from_pandas(events, preserve_index=False), new / EVENTS, compression="zstd")
        for name in ("indptr", "items", "segment"):
            write_array(new / f"{name}.npy", np.asarray(getattr(drawn, name)))
        write_json(new / "curves.json", list(curves))
        seal(new, {"kind": KIND, **asdict(record), MADE: record.created_at, **more})


def find_set(workspace: Workspace, id: str) -> str:
    """The whole id of the set with this id, or of the only one that begins with it, damaged or not. Raises NotFoundError."""
    names = [path.name for path in _folders(workspace)]
    near = [id] if id in names else [name for name in sorted(names) if id and name.startswith(id)]
    if len(near) != 1:
        told = f"It could be {', '.join(near[:5])}." if near else "List them with `python -m recsys_core synthetic`."
        raise NotFoundError(f"There is no synthetic set '{id}'.", told)
    return near[0]


def open_set(workspace: Workspace, id: str) -> SyntheticSet:
    """The set with this id, or the only one that begins with it. Raises NotFoundError, CorruptArtifactError."""
    artifact = open_artifact(workspace.set_dir(find_set(workspace, id)), kind=KIND)
    try:
        return SyntheticSet(_record(artifact.manifest), artifact)
    except KeyError as error:
        raise CorruptArtifactError(
            f"The synthetic set '{artifact.folder.name}' does not say its {error}.", "Delete it and make it again."
        ) from error


def list_sets(workspace: Workspace, *, run: str | None = None, dataset: str | None = None) -> list[SetRecord]:
    """All sets, newest first, of one run or dataset where asked; folders that cannot be read are left out."""
    found = []
    for folder in _folders(workspace):
        try:
            record = _record(open_artifact(folder, kind=KIND).manifest)
        except (UserError, KeyError, TypeError):
            continue
        if run in (None, record.run) and dataset in (None, record.dataset):
            found.append(record)
    return sorted(found, key=lambda record: (record.created_at, record.id), reverse=True)


def now() -> str:
    """The time for `created_at`, by which sets are put in order: two may be made within a second."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _folders(workspace: Workspace) -> list[Path]:
    return [path for path in workspace.synthetic_dir.iterdir() if path.is_dir() and path.name != LEARNED and not path.name.startswith(".")]


def _record(manifest: Mapping[str, Any]) -> SetRecord:
    told = {part.name: manifest[part.name] for part in fields(SetRecord)}
    return SetRecord(**{**told, "created_at": manifest.get(MADE, told["created_at"])})
