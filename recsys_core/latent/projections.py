"""Maps of a run, kept beside it: `runs/<id>/projections/<what>-<method>[-...]/`, each a sealed artifact of its own."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from recsys_core.errors import InputError, NotFoundError
from recsys_core.latent.landmarks import LANDMARKS, fit_and_place, landmark_places
from recsys_core.latent.map_settings import USUAL, MapSettings
from recsys_core.latent.pca import pca
from recsys_core.latent.placing import LinearPlacer, Placer
from recsys_core.latent.trust import measure_trust
from recsys_core.models.runs import Run
from recsys_core.storage.artifacts import open_artifact, seal
from recsys_core.storage.atomic import new_folder, write_array

METHODS = ("pca", "umap")
SUBJECTS = ("items", "users")
KIND = "projection"


@dataclass(frozen=True)
class Projection:
    """coordinates: float32 [n, 2 or 3]. rows: int32 [n], the dataset index of each point.

    manifest: what, method, seed, neighbours, min_distance, components; explained (PCA: share of variance of each component); the fields of
    `Trust`; of a map made by landmarks their number (landmarks), and `fidelity`: the fields of `Trust` for "landmarks" and for "placed"
    points apart. Older maps have only what, method, seed, explained and neighbours_kept.
    """

    coordinates: NDArray[np.float32]
    rows: NDArray[np.int32]
    manifest: dict[str, Any]


def check_request(what: str, method: str) -> None:
    """Raise InputError unless both words are known."""
    for word, allowed, name in ((what, SUBJECTS, "what"), (method, METHODS, "method")):
        if word not in allowed:
            raise InputError(f"The option {name} is '{word}'.", f"Use one of: {', '.join(allowed)}.")


def project(run: Run, what: str, method: str, *, seed: int = 0, settings: MapSettings = USUAL, landmarks: int = LANDMARKS) -> Projection:
    """Compute a map of the run's products or shoppers; of more than `landmarks` points UMAP fits so many and the rest are placed.

    One thread, so that a seed gives the same map on any number of cores. Raises UnsupportedError where the model has no vectors for them.
    """
    check_request(what, method)
    vectors, rows = run.vectors(what)
    manifest: dict[str, Any] = {"kind": KIND, "run": run.id, "what": what, "method": method, "seed": seed, **asdict(settings)}
    if method == "umap":
        import recsys_core.latent.umap_umap  # noqa: F401  (with it come libraries whose threads are to be limited)
    with threadpool_limits(1):
        if method == "pca":
            found = pca(vectors, settings.components)
            coordinates = found.coordinates
            manifest["explained"] = [float(x) for x in found.explained]
        else:
            coordinates, more = _umap(vectors, seed, settings, landmarks)
            manifest |= more
        manifest |= asdict(measure_trust(vectors, coordinates))
    return Projection(coordinates, rows, manifest)


def _umap(vectors: NDArray[np.float32], seed: int, settings: MapSettings, most: int) -> tuple[NDArray[np.float32], dict[str, Any]]:
    """(coordinates, what the manifest says of landmarks)."""
    from recsys_core.latent.umap_umap import umap_map

    chosen = landmark_places(len(vectors), seed, most)
    if chosen is None:
        return umap_map(vectors, seed=seed, settings=settings), {}
    coordinates = fit_and_place(vectors, chosen, lambda some: umap_map(some, seed=seed, settings=settings))
    parts = {"landmarks": chosen, "placed": np.setdiff1d(np.arange(len(vectors)), chosen)}
    fidelity = {name: asdict(measure_trust(vectors, coordinates, among=part)) for name, part in parts.items()}
    return coordinates, {"landmarks": len(chosen), "fidelity": fidelity}


def projection_dir(run_folder: Path, what: str, method: str, seed: int = 0, settings: MapSettings = USUAL) -> Path:
    """Where a map of the run in `run_folder` is kept: `items-umap` for the usual settings and seed 0, else as `users-umap-7-n30-d0.25-c3`.

    PCA knows no seed, no neighbours and no least distance.
    """
    name = f"{what}-{method}"
    if method != "pca":
        name += f"-{seed}" if seed else ""
        name += f"-n{settings.neighbours}" if settings.neighbours != USUAL.neighbours else ""
        name += f"-d{settings.min_distance}" if settings.min_distance != USUAL.min_distance else ""
    name += f"-c{settings.components}" if settings.components != USUAL.components else ""
    return run_folder / "projections" / name


def write_projection(run_folder: Path, projection: Projection) -> None:
    """Keep a map beside its run; one that is there already stays."""
    told = projection.manifest
    settings = MapSettings(**{key: told.get(key, usual) for key, usual in asdict(USUAL).items()})
    with new_folder(projection_dir(run_folder, told["what"], told["method"], told["seed"], settings)) as folder:
        write_array(folder / "coordinates.npy", projection.coordinates)
        write_array(folder / "rows.npy", projection.rows)
        seal(folder, told)


def load_projection(run_folder: Path, what: str, method: str, seed: int = 0, settings: MapSettings = USUAL) -> Projection | None:
    """The map, None where it was not made yet. Raises CorruptArtifactError where it is damaged."""
    check_request(what, method)
    folder = projection_dir(run_folder, what, method, seed, settings)
    if not folder.is_dir():
        return None
    artifact = open_artifact(folder, kind=KIND)
    return Projection(artifact.array("coordinates.npy"), artifact.array("rows.npy"), dict(artifact.manifest))


def placer(run: Run, made: Projection) -> Placer | LinearPlacer:
    """What places new vectors of the run's products or shoppers on a map of it. Raises UnsupportedError where the run has no vectors."""
    vectors, rows = run.vectors(made.manifest["what"])
    on_map = vectors[np.searchsorted(rows, made.rows)]
    return (LinearPlacer if made.manifest["method"] == "pca" else Placer)(on_map, np.asarray(made.coordinates))


def need_projection(run: Run, what: str, method: str, seed: int = 0, settings: MapSettings = USUAL) -> Projection:
    """The map. Raises NotFoundError where it was not made yet."""
    made = load_projection(run.artifact.folder, what, method, seed, settings)
    if made is None:
        raise NotFoundError(
            f"There is no {method.upper()} map of the {'products' if what == 'items' else 'shoppers'} of '{run.id}' yet.",
            f"Make it: `python -m recsys_core project {run.id} --what {what} --method {method}`.",
        )
    return made
