"""What jobs for assortment gaps and new products are asked for: made and checked where the wish is uttered; no sklearn."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from recsys_core.data.dataset import Dataset
from recsys_core.errors import InputError, NotFoundError
from recsys_core.jobs.train_spec import check_seed
from recsys_core.models.runs import Run
from recsys_core.profiles.groups import has_categories, load_clusters
from recsys_core.profiles.segments import load_segments
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.items.assortment import code_of
from recsys_core.synthesis.items.store import GAPS, NEW_ITEMS

MOST_COUNT = 1000


def gaps_spec(workspace: Workspace, id: str) -> dict[str, Any]:
    """The spec of a gaps job. id: of a dataset (every row counts), or of a run (less what it is tested by). Raises NotFoundError."""
    dataset, run = dataset_of(workspace, id)
    return {"dataset": dataset, "run": run}


def gaps_folder(workspace: Workspace, id: str) -> Path:
    """Where a dataset's or a run's gaps are, or will be. Raises NotFoundError."""
    dataset, run = dataset_of(workspace, id)
    return (workspace.dataset_dir(dataset) if run is None else workspace.run_dir(run)) / GAPS


def dataset_of(workspace: Workspace, id: str) -> tuple[str, str | None]:
    """(dataset, run or None) of an id or the start of one. Raises NotFoundError."""
    kind, record = workspace.registry.find(id)
    if kind == "dataset":
        return record.id, None
    if kind == "run":
        return Run.open(workspace.run_dir(record.id)).dataset_id, record.id
    raise NotFoundError(f"'{id}' is a {kind}.", "Give a dataset or a run (see `datasets`, `runs`).")


def new_items_spec(
    workspace: Workspace, run: str, *, category: str | None = None, segment: str | None = None, count: int = 20, seed: int = 0
) -> dict[str, Any]:
    """The spec of a new-items job. category, segment: one of both, a name or a number. Raises InputError, NotFoundError."""
    opened = Run.open(workspace.run_dir(workspace.registry.run(run).id))
    dataset = Dataset.open(workspace.dataset_dir(opened.dataset_id))
    check_seed(seed)
    if not 1 <= count <= MOST_COUNT:
        raise InputError(f"{count:,} new products cannot be drawn.", f"Ask for a number from 1 to {MOST_COUNT:,}.")
    if (category is None) == (segment is None):
        raise InputError("New products are drawn for a category or for a segment.", "Give one of both: --category or --segment.")
    if category is not None:
        names = category_names(dataset)
        category = names[code_of(names, category, "category")]
    if segment is not None:
        labels = tuple(load_segments(dataset).labels)
        if not labels:
            raise NotFoundError(f"No segments were made of '{dataset.name}'.", f"Make them: `python -m recsys_core profile {dataset.id}`.")
        segment = labels[code_of(labels, segment, "segment")]
    return {"run": opened.id, "dataset": dataset.id, "category": category, "segment": segment, "count": count, "seed": seed}


def category_names(dataset: Dataset) -> tuple[str, ...]:
    """What new products can be drawn for: the catalogue's categories, else the profile's clusters. Raises NotFoundError where none are."""
    names = sorted(dataset.items["category"].dropna().unique()) if has_categories(dataset) else load_clusters(dataset).labels
    if not names:
        raise NotFoundError(
            f"'{dataset.name}' has neither categories nor clusters.", f"Make clusters: `python -m recsys_core profile {dataset.id}`."
        )
    return tuple(str(name) for name in names)


def new_items_folder(workspace: Workspace, spec: dict[str, Any]) -> Path:
    """Where the new products of a wish are, or will be."""
    text = json.dumps({key: spec[key] for key in ("category", "segment", "count", "seed")}, sort_keys=True)
    return workspace.run_dir(spec["run"]) / NEW_ITEMS / hashlib.sha256(text.encode()).hexdigest()[:12]
