"""What adding synthetic shoppers did to a shop's segments and clusters, and how it is kept. Light: pages read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from recsys_core.errors import CorruptArtifactError, UserError
from recsys_core.storage.artifacts import open_artifact, seal
from recsys_core.storage.atomic import new_folder, remove_folder, write_json
from recsys_core.storage.workspace import Workspace

KIND, FILE = "shift", "shift.json"
FOLDER = "shift-"  # and the first letters of the fused dataset's id, inside the synthetic set
SEGMENT, CLUSTER = "segment", "cluster"


@dataclass(frozen=True)
class GroupShift:
    """One segment of shoppers or cluster of products, before and after.

    before, after: its names, None where it has no match on that side. share_before, share_after: of the shoppers (products) in any.
    real_after: its share of the real shoppers afterwards (of a cluster the same as share_after). overlap: Jaccard of its real members.
    moved: total variation distance, 0..1, between what was bought before and after; of a segment by group of products, of a cluster by
    segment of shoppers. terms_before, terms_after: what sets it apart, the most telling first.
    """

    kind: str
    before: str | None
    after: str | None
    share_before: float
    share_after: float
    real_after: float
    overlap: float
    moved: float
    terms_before: tuple[str, ...]
    terms_after: tuple[str, ...]


@dataclass(frozen=True)
class Shift:
    """before, after: dataset ids. segment_rand, cluster_rand: adjusted Rand index of the real shoppers' segments, of the products'
    clusters, before against after; 1: the same groups, 0: as by chance; None where one side has none. sentences: in words.
    """

    before: str
    after: str
    name: str
    real_shoppers: int
    synthetic_shoppers: int
    segment_rand: float | None
    cluster_rand: float | None
    groups: tuple[GroupShift, ...]
    sentences: tuple[str, ...]

    def of(self, kind: str) -> tuple[GroupShift, ...]:
        """Its segments or its clusters."""
        return tuple(group for group in self.groups if group.kind == kind)

    def to_json(self) -> dict[str, Any]:
        """As `from_json` reads it."""
        return asdict(self)

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Shift:
        """The shift that `to_json` wrote."""
        groups = tuple(
            GroupShift(**{**one, **{name: tuple(one[name]) for name in ("terms_before", "terms_after")}}) for one in found["groups"]
        )
        return cls(**{**found, "groups": groups, "sentences": tuple(found["sentences"])})


def write_shift(folder: Path, shift: Shift, about: Mapping[str, Any]) -> None:
    """Write it, whole or not at all, replacing an older one. about: what the manifest says of it."""
    remove_folder(folder)
    with new_folder(folder) as new:
        write_json(new / FILE, shift.to_json())
        seal(new, {**about, "kind": KIND})


def open_shift(folder: Path) -> Shift:
    """Read a shift. Raises NotFoundError if there is none, CorruptArtifactError if it is damaged."""
    artifact = open_artifact(folder, kind=KIND)
    try:
        return Shift.from_json(artifact.json(FILE))
    except (KeyError, TypeError, AttributeError) as error:
        raise CorruptArtifactError(f"The shift '{folder.name}' lacks what one has.", "Delete it and fuse again.") from error


def list_shifts(workspace: Workspace, set: str) -> list[Path]:
    """Folders of what fusions of a synthetic set did, the newest first; those that cannot be read are left out."""
    found = []
    for folder in (workspace.synthetic_dir / set).glob(f"{FOLDER}*"):
        try:
            found.append((str(open_artifact(folder, kind=KIND).manifest["created_at"]), folder))
        except UserError:
            continue
    return [folder for _, folder in sorted(found, reverse=True)]
