"""Where profiles lie: beside their dataset, which never changes, one folder for each way of making them, one of them chosen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from recsys_core.data.dataset import Dataset
from recsys_core.errors import CorruptArtifactError, InputError
from recsys_core.profiles.fusing import check_weights
from recsys_core.storage.artifacts import Artifact, open_artifact
from recsys_core.storage.atomic import write_json

DEFAULT = "profiles"
POINTER = "profile.json"
KIND = "profile"
FEWEST, MOST = 2, 100


@dataclass(frozen=True)
class ProfileRequest:
    """How a profile is made.

    n_clusters, n_segments: None lets the data say. weights: part -> weight, over the defaults; parts at 0 are left out. seed: of all draws.
    """

    n_clusters: int | None = None
    n_segments: int | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0

    def __post_init__(self) -> None:
        for what, number in (("clusters", self.n_clusters), ("segments", self.n_segments)):
            if number is not None and not FEWEST <= number <= MOST:
                raise InputError(f"{number} {what} cannot be made.", f"Give a number from {FEWEST} to {MOST}.")
        check_weights(self.weights)

    @property
    def folder(self) -> str:
        """The name of the folder for what this asks for."""
        if self == ProfileRequest():
            return DEFAULT
        text = json.dumps(self.to_json(), sort_keys=True)
        return f"{DEFAULT}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"

    def to_json(self) -> dict[str, Any]:
        """The request as JSON."""
        return {**asdict(self), "weights": {name: float(weight) for name, weight in sorted(self.weights.items())}}

    @classmethod
    def from_json(cls, spec: Mapping[str, Any]) -> ProfileRequest:
        """The request in a job's spec; keys that are None or missing mean the default."""
        known = {name: spec[name] for name in ("n_clusters", "n_segments", "weights", "seed") if spec.get(name) is not None}
        return cls(**known)


def profile_folder(dataset: Dataset) -> Path:
    """The folder of the chosen profile, which need not be there."""
    pointer = dataset.folder / POINTER
    try:
        name = str(json.loads(pointer.read_text(encoding="utf-8"))["folder"])
    except FileNotFoundError:
        name = DEFAULT
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CorruptArtifactError(f"The file {pointer} cannot be read.", "Delete it: the profile made at intake counts then.") from error
    chosen = dataset.folder / name
    plain = name == DEFAULT or (name.startswith(f"{DEFAULT}-") and "/" not in name and ".." not in name)
    return chosen if plain and chosen.is_dir() else dataset.folder / DEFAULT


def open_profile(dataset: Dataset) -> Artifact | None:
    """The chosen profile; None where none was made. Raises CorruptArtifactError where it is damaged."""
    folder = profile_folder(dataset)
    return open_artifact(folder, kind=KIND) if folder.is_dir() else None


def choose_profile(dataset: Dataset, folder: str) -> None:
    """Let this profile be read from now on."""
    write_json(dataset.folder / POINTER, {"folder": folder})


def profile_version(dataset: Dataset) -> str:
    """A short text that changes when another profile is chosen, for caches."""
    folder = profile_folder(dataset)
    manifest = folder / "manifest.json"
    return f"{folder.name}-{manifest.stat().st_mtime_ns if manifest.exists() else 0}"
