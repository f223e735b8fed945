"""Gaps and new products on disk: sealed folders with one JSON file (and the new products' vectors). Light enough for the server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_core.errors import CorruptArtifactError
from recsys_core.storage.artifacts import Artifact, open_artifact, seal
from recsys_core.storage.atomic import new_folder, remove_folder, write_array, write_json
from recsys_core.synthesis.items.records import GapReport, NewItems

GAPS, NEW_ITEMS = "gaps", "new-items"  # both the kind and the folder's name, beside a dataset or a run
FILE, VECTORS = "found.json", "vectors.npy"


def write_gaps(folder: Path, report: GapReport, about: Mapping[str, Any]) -> None:
    """Write the report into `folder`, whole or not at all, replacing an older one. about: what else the manifest says."""
    remove_folder(folder)
    with new_folder(folder) as new:
        write_json(new / FILE, report.to_json())
        seal(new, {"kind": GAPS, **about})


def open_gaps(folder: Path) -> GapReport:
    """Read `dataset.folder / GAPS` or `run folder / GAPS`. Raises NotFoundError if there is none, CorruptArtifactError if damaged."""
    artifact = open_artifact(folder, kind=GAPS)
    try:
        return GapReport.from_json(artifact.json(FILE))
    except (KeyError, TypeError, AttributeError) as error:
        raise _damaged(artifact) from error


def write_new_items(folder: Path, found: NewItems, vectors: NDArray[np.float32], about: Mapping[str, Any]) -> None:
    """Write new products into `folder`, replacing older ones. vectors: float32 [products, d], in the profile's space."""
    remove_folder(folder)
    with new_folder(folder) as new:
        write_json(new / FILE, found.to_json())
        write_array(new / VECTORS, np.asarray(vectors, dtype=np.float32))
        seal(new, {"kind": NEW_ITEMS, **about})


def open_new_items(folder: Path) -> tuple[NewItems, NDArray[np.float32]]:
    """The new products and their vectors. Raises NotFoundError if there are none, CorruptArtifactError if they are damaged."""
    artifact = open_artifact(folder, kind=NEW_ITEMS)
    try:
        return NewItems.from_json(artifact.json(FILE)), artifact.array(VECTORS)
    except (KeyError, TypeError, AttributeError) as error:
        raise _damaged(artifact) from error


def _damaged(artifact: Artifact) -> CorruptArtifactError:
    return CorruptArtifactError(f"The {artifact.kind} of '{artifact.folder.parent.name}' lack what they should have.", "Make them again.")
