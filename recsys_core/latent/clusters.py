"""Clusters in a model's latent space: which products, or shoppers, the model takes for one kind, and what each kind is called.

Found by `clusters_sklearn.make_clusters` in a worker and kept beside the run, `runs/<id>/clusters/<what>/`, a sealed artifact of their own.
Light: numpy alone reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_core.latent.projections import check_request
from recsys_core.storage.artifacts import open_artifact, seal
from recsys_core.storage.atomic import new_folder, write_array, write_json

FOLDER = "clusters"
KIND = "clusters"


@dataclass(frozen=True)
class LatentClusters:
    """Clusters of a run's "items" or "users", the largest first.

    rows: int32 [n], dataset indices, ascending, those of the run's maps. codes: int32 [n], the cluster of each, -1 for none.
    labels: a name for each, no two alike. terms: of each the few words, groups of products or habits that tell it apart, the most telling
    first. sizes: members of each. centres: float32 [k, d], mean directions in the model's vectors. suggested: the number that the data
    says. plain: whether anybody would find the same clusters. scores: silhouette by number of clusters tried. reason: why there are none.
    """

    what: str
    rows: NDArray[np.int32]
    codes: NDArray[np.int32]
    labels: list[str]
    terms: list[list[str]]
    sizes: list[int]
    centres: NDArray[np.float32]
    suggested: int
    plain: bool
    scores: dict[int, float]
    seed: int
    reason: str = ""

    @property
    def n_clusters(self) -> int:
        """How many clusters there are."""
        return len(self.labels)

    def codes_of(self, rows: NDArray[np.integer]) -> NDArray[np.int32]:
        """Int32 [m]: the clusters of products or shoppers by their dataset index, -1 for those that have no vector."""
        if not len(self.rows):
            return np.full(len(rows), -1, np.int32)
        at = np.searchsorted(self.rows, rows).clip(0, len(self.rows) - 1)
        return np.where(self.rows[at] == rows, self.codes[at], np.int32(-1)).astype(np.int32)

    def label(self, row: int) -> str | None:
        """The cluster's name of one product or shopper, None where it is in none."""
        code = int(self.codes_of(np.array([row]))[0])
        return self.labels[code] if code >= 0 else None


def clusters_dir(run_folder: Path, what: str) -> Path:
    """Where the clusters of the run in `run_folder` are kept."""
    return run_folder / FOLDER / what


def write_clusters(run_folder: Path, found: LatentClusters) -> None:
    """Keep clusters beside their run; those that are there already stay."""
    told: dict[str, Any] = {
        "labels": found.labels,
        "terms": found.terms,
        "suggested": found.suggested,
        "plain": found.plain,
        "scores": {str(number): score for number, score in found.scores.items()},
        "reason": found.reason,
    }
    with new_folder(clusters_dir(run_folder, found.what)) as folder:
        write_array(folder / "rows.npy", found.rows)
        write_array(folder / "codes.npy", found.codes)
        write_array(folder / "centres.npy", found.centres)
        write_json(folder / "clusters.json", told)
        seal(folder, {"kind": KIND, "run": run_folder.name, "what": found.what, "seed": found.seed})


def load_clusters(run_folder: Path, what: str) -> LatentClusters | None:
    """The clusters, None where they were not made yet. Raises CorruptArtifactError where they are damaged."""
    check_request(what, "pca")
    folder = clusters_dir(run_folder, what)
    if not folder.is_dir():
        return None
    artifact = open_artifact(folder, kind=KIND)
    told, codes = artifact.json("clusters.json"), artifact.array("codes.npy")
    return LatentClusters(
        what=what,
        rows=artifact.array("rows.npy"),
        codes=codes,
        labels=[str(label) for label in told["labels"]],
        terms=[[str(term) for term in terms] for terms in told["terms"]],
        sizes=np.bincount(codes[codes >= 0], minlength=len(told["labels"])).tolist(),
        centres=artifact.array("centres.npy"),
        suggested=int(told["suggested"]),
        plain=bool(told["plain"]),
        scores={int(number): float(score) for number, score in told["scores"].items()},
        seed=int(artifact.manifest["seed"]),
        reason=str(told["reason"]),
    )
