"""What a generator and the laws of its events learned of a log, kept so that a new draw needs no new fit."""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_core.storage.artifacts import Artifact, open_artifact, seal
from recsys_core.storage.atomic import new_folder, write_array, write_json
from recsys_core.storage.json_text import to_text
from recsys_core.synthesis.contract import FittedGenerator
from recsys_core.synthesis.generators.fitting import read_generator
from recsys_core.synthesis.happenings import keeping
from recsys_core.synthesis.happenings.dress import Happenings

KIND = "learned generator"
FORMAT = 2  # of what is kept: raise it when a generator or a law learns otherwise
GENERATOR, HAPPENINGS = "generator", "happenings"
VERSIONED = ("numpy", "scipy", "pandas", "numba", "torch", "scikit-learn")


@dataclass(frozen=True)
class Learned:
    """curves: what the fit said, an epoch a row. about: of the manifest, what the fit cost."""

    generator: FittedGenerator
    happenings: Happenings
    curves: list[dict[str, float]]
    about: Mapping[str, Any]


def learned_key(**inputs: Any) -> str:
    """The name of the folder for what is learned of these inputs, on this machine's versions: 16 hex digits."""
    versions = {name: importlib.metadata.version(name) for name in VERSIONED}
    return hashlib.sha256(to_text({"format": FORMAT, "versions": versions, **inputs}).encode()).hexdigest()[:16]


def write_learned(
    folder: Path, generator: FittedGenerator, happenings: Happenings, curves: Sequence[Mapping[str, float]], about: Mapping[str, Any]
) -> None:
    """Write both, whole or not at all. about: what the manifest says (inputs, costs)."""
    with new_folder(folder) as new:
        for part, arrays in ((GENERATOR, generator.arrays()), (HAPPENINGS, keeping.to_arrays(happenings))):
            for name, values in arrays.items():
                write_array(new / part / f"{name}.npy", values)
        write_json(new / "curves.json", list(curves))
        seal(new, {"kind": KIND, **about})


def open_learned(folder: Path, generator: str) -> Learned:
    """Both again. Raises NotFoundError where nothing was learned, CorruptArtifactError where a file is changed or gone."""
    artifact = open_artifact(folder, kind=KIND, verify=True)
    return Learned(
        read_generator(generator, _arrays(artifact, GENERATOR)),
        keeping.from_arrays(_arrays(artifact, HAPPENINGS)),
        list(artifact.json("curves.json")),
        artifact.manifest,
    )


def _arrays(artifact: Artifact, part: str) -> dict[str, NDArray[Any]]:
    names = [name for name in artifact.files if name.startswith(f"{part}/")]
    return {name.removeprefix(f"{part}/").removesuffix(".npy"): np.array(artifact.array(name)) for name in names}
