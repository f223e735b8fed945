"""Jobs for an assortment: its gaps, and new products drawn for a category or a segment. Both make the profile first if there is none."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import make_split
from recsys_core.errors import UnsupportedError
from recsys_core.jobs.context import JobContext
from recsys_core.jobs.gaps_spec import gaps_folder, new_items_folder
from recsys_core.jobs.work.profile import profile
from recsys_core.jobs.work.train import open_dataset
from recsys_core.models.runs import Run
from recsys_core.profiles.groups import has_categories
from recsys_core.profiles.store import ProfileRequest, open_profile
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.items.assortment import Assortment, finer_column, read_assortment
from recsys_core.synthesis.items.drawing import new_items
from recsys_core.synthesis.items.gaps import find_gaps
from recsys_core.synthesis.items.store import write_gaps, write_new_items
from recsys_core.synthesis.items.taste_gaps import taste_gaps

MOST_VALUES = 0.5  # different values a product: an attribute of more is a name, not a kind
PROFILED = 0.6  # of the bar where a profile must be made first


def work(context: JobContext) -> dict[str, Any]:
    """Find the gaps of what the spec (of `gaps_spec`) names. Returns where they are and how many."""
    spec, workspace, began = context.spec, context.workspace, time.monotonic()
    dataset = open_dataset(workspace, spec["dataset"])
    if open_profile(dataset) is None and not (has_categories(dataset) and finer_column(dataset.items)):
        _profiled(context, dataset)
    shop = _shop(workspace, dataset, spec["run"])
    if np.any(shop.price[shop.sold > 0] > 0):
        report = find_gaps(shop, _reporter(context))
    else:
        report = taste_gaps(shop, _vectors(context, dataset), progress=_reporter(context))
    folder = gaps_folder(workspace, spec["run"] or dataset.id)
    write_gaps(folder, report, {"dataset": dataset.id, "run": spec["run"]})
    return {
        "folder": str(folder),
        "dataset": dataset.id,
        "run": spec["run"],
        "gaps": len(report.gaps),
        "seconds": round(time.monotonic() - began, 1),
    }


def draw(context: JobContext) -> dict[str, Any]:
    """Draw the new products that the spec (of `new_items_spec`) asks for. Returns where they are and how many."""
    spec, workspace, began = context.spec, context.workspace, time.monotonic()
    dataset = open_dataset(workspace, spec["dataset"])
    known = _vectors(context, dataset)
    context.progress(PROFILED, "drawing new products")
    shop = _shop(workspace, dataset, spec["run"])
    wish = {key: spec[key] for key in ("category", "segment", "seed")}
    made, vectors = new_items(shop, known, spec["count"], **wish, attributes=_attributes(dataset, shop))
    folder = new_items_folder(workspace, spec)
    write_new_items(folder, made, vectors, {"dataset": dataset.id, "run": spec["run"], "wish": {**wish, "count": spec["count"]}})
    return {"folder": str(folder), "run": spec["run"], "items": len(made.items), "seconds": round(time.monotonic() - began, 1)}


def _shop(workspace: Workspace, dataset: Dataset, run: str | None) -> Assortment:
    """The assortment and who bought what, less what a run is tested by."""
    positives = dataset.positives
    events = sparse.csr_matrix(
        (dataset.positive_array("events").astype(np.float64), positives.indices, positives.indptr), shape=positives.shape
    )
    if run is not None:
        about = Run.open(workspace.run_dir(run)).manifest
        held = make_split(dataset, str(about["protocol"]), int(about["seed"])).test_targets
        events = (events - events.multiply(held > 0)).tocsr()
        events.eliminate_zeros()
    return read_assortment(dataset, events)


def _attributes(dataset: Dataset, shop: Assortment) -> Mapping[str, list[str]]:
    """Further text columns of the catalogue that say of what kind a product is."""
    known = {"item_id", "title", "title_raw", "category", "categories", "brand", "description", "image", shop.group_column}
    found = {}
    for name, about in dataset.item_attributes.items():
        if name in known or name not in dataset.items or about["kind"] != "text" or about["found"] != "file":
            continue
        column = dataset.items[name]
        if column.dtype.kind not in "ifbMmu" and 2 <= column.nunique() <= MOST_VALUES * len(column):
            found[name] = [value if isinstance(value, str) else "" for value in column]
    return found


def _vectors(context: JobContext, dataset: Dataset) -> NDArray[np.float32]:
    """The products' vectors of the profile, which is made if there is none: float32 [items, d]. Raises UnsupportedError."""
    if open_profile(dataset) is None:
        _profiled(context, dataset)
    found = open_profile(dataset)
    if found is None or not found.has("items.npy") or not np.any(found.array("items.npy")):
        raise UnsupportedError(
            f"Nothing describes the products of '{dataset.name}', so no new ones can be.", "Take in a catalogue with titles or categories."
        )
    return found.array("items.npy")


def _profiled(context: JobContext, dataset: Dataset) -> None:
    context.progress(0.0, "making the profile of products")
    profile(dataset, ProfileRequest(), context, within=(0.0, PROFILED))


def _reporter(context: JobContext) -> Callable[[float, str], None]:
    def report(fraction: float, message: str) -> None:
        context.check_cancelled()
        context.progress(PROFILED + (1 - PROFILED) * fraction, message)

    return report
