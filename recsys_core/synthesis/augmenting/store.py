"""Augmentation experiments on disk: a sealed folder each, inside their synthetic set or, of a run alone, beside the sets. Light."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from recsys_core.errors import CorruptArtifactError, UserError
from recsys_core.storage.artifacts import open_artifact, seal
from recsys_core.storage.atomic import new_folder, remove_folder, write_json
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.augmenting.result import AugmentResult

KIND, FILE = "augment", "augment.json"
OF_SET, OF_RUN = "augment-", "aug-"


def augment_folder(workspace: Workspace, spec: Mapping[str, Any]) -> Path:
    """Where the experiment of a job's spec is kept: the same wish, the same folder."""
    key = hashlib.sha256(json.dumps(dict(spec), sort_keys=True).encode()).hexdigest()[:8]
    own: Path = workspace.synthetic_dir
    return own / str(spec["set"]) / f"{OF_SET}{key}" if spec.get("set") else own / f"{OF_RUN}{key}"


def write_augment(folder: Path, result: AugmentResult, about: Mapping[str, Any]) -> None:
    """Write a result, whole or not at all, replacing an older one. about: what the manifest says of it (run, set, spec, costs)."""
    remove_folder(folder)
    with new_folder(folder) as new:
        write_json(new / FILE, result.to_json())
        seal(new, {**about, "kind": KIND})


def open_augment(folder: Path) -> AugmentResult:
    """Read a result. Raises NotFoundError if there is none, CorruptArtifactError if it is damaged."""
    artifact = open_artifact(folder, kind=KIND)
    try:
        return AugmentResult.from_json(artifact.json(FILE))
    except (KeyError, TypeError, AttributeError) as error:
        raise CorruptArtifactError(f"The experiment '{folder.name}' lacks what one has.", "Delete it and run it again.") from error


def list_augments(workspace: Workspace, *, set: str | None = None, run: str | None = None) -> list[Path]:
    """Folders of the experiments of one set or run, the newest first; those that cannot be read are left out."""
    folders = [*workspace.synthetic_dir.glob(f"*/{OF_SET}*"), *workspace.synthetic_dir.glob(f"{OF_RUN}*")]
    return [folder for folder, about in _newest(folders) if set in (None, about.get("set")) and run in (None, about.get("run"))]


def augments_in(set_folder: Path) -> list[AugmentResult]:
    """The experiments of the set in this folder, the newest first."""
    return [open_augment(folder) for folder, _ in _newest(set_folder.glob(f"{OF_SET}*"))]


def _newest(folders: Iterable[Path]) -> list[tuple[Path, Mapping[str, Any]]]:
    found = []
    for folder in folders:
        try:
            manifest = open_artifact(folder, kind=KIND).manifest
        except UserError:
            continue
        found.append((str(manifest["created_at"]), folder, manifest))
    return [(folder, manifest) for _, folder, manifest in sorted(found, key=lambda each: each[:2], reverse=True)]
