"""Maps of a run, kept beside it: `runs/<id>/projections/<what>-<method>/`, each a sealed artifact of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_core.errors import InputError
from recsys_core.latent.pca import pca
from recsys_core.latent.trust import neighbours_kept
from recsys_core.models.runs import Run
from recsys_core.storage.artifacts import open_artifact, seal
from recsys_core.storage.atomic import new_folder, write_array

METHODS = ("pca", "umap")
SUBJECTS = ("items", "users")
KIND = "projection"


@dataclass(frozen=True)
class Projection:
    """coordinates: float32 [n, 2]. rows: int32 [n], the dataset index of each point. manifest: method, seed, neighbours_kept, explained."""

    coordinates: NDArray[np.float32]
    rows: NDArray[np.int32]
    manifest: dict[str, Any]


def check_request(what: str, method: str) -> None:
    """Raise InputError unless both words are known."""
    for word, allowed, name in ((what, SUBJECTS, "what"), (method, METHODS, "method")):
        if word not in allowed:
            raise InputError(f"The option {name} is '{word}'.", f"Use one of: {', '.join(allowed)}.")


def project(run: Run, what: str, method: str, *, seed: int = 0) -> Projection:
    """Compute a map of the run's products or shoppers. Raises UnsupportedError where the model has no vectors for them."""
    check_request(what, method)
    vectors, rows = run.vectors(what)
    manifest: dict[str, Any] = {"kind": KIND, "run": run.id, "what": what, "method": method, "seed": seed}
    if method == "pca":
        found = pca(vectors)
        coordinates = found.coordinates
        manifest["explained"] = [float(x) for x in found.explained]
    else:
        from recsys_core.latent.umap_umap import umap_map

        coordinates = umap_map(vectors, seed=seed)
    manifest["neighbours_kept"] = neighbours_kept(vectors, coordinates)
    return Projection(coordinates, rows, manifest)


def projection_dir(run_folder: Path, what: str, method: str, seed: int = 0) -> Path:
    """Where a map of the run in `run_folder` is kept; PCA knows no seed, and seed 0 is what pages show."""
    return run_folder / "projections" / (f"{what}-{method}" if seed == 0 or method == "pca" else f"{what}-{method}-{seed}")


def write_projection(run_folder: Path, projection: Projection) -> None:
    """Keep a map beside its run; one that is there already stays."""
    target = projection_dir(run_folder, projection.manifest["what"], projection.manifest["method"], projection.manifest["seed"])
    with new_folder(target) as folder:
        write_array(folder / "coordinates.npy", projection.coordinates)
        write_array(folder / "rows.npy", projection.rows)
        seal(folder, projection.manifest)


def load_projection(run_folder: Path, what: str, method: str, seed: int = 0) -> Projection | None:
    """The map, None where it was not made yet. Raises CorruptArtifactError where it is damaged."""
    check_request(what, method)
    folder = projection_dir(run_folder, what, method, seed)
    if not folder.is_dir():
        return None
    artifact = open_artifact(folder, kind=KIND)
    return Projection(artifact.array("coordinates.npy"), artifact.array("rows.npy"), dict(artifact.manifest))
