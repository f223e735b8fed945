"""The demo job: the shipped log becomes a dataset, and the runs that were made from it are put beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from recsys_core.data.dataset import Dataset
from recsys_core.data.request import IngestRequest
from recsys_core.errors import CorruptArtifactError, UserError
from recsys_core.inference.placements import install_baskets
from recsys_core.jobs.context import JobContext
from recsys_core.jobs.work.ingest import take_in
from recsys_core.models.shipped import install
from recsys_core.settings import ASSETS_DIR
from recsys_core.storage.artifacts import MANIFEST
from recsys_core.storage.workspace import Workspace

DEMO_DIR = ASSETS_DIR / "demo"
DEMO_NAME = "Online Retail (demo)"
PROFILE, BASKETS = "profile", "baskets"  # beside the runs


def demo_request(folder: Path = DEMO_DIR) -> IngestRequest:
    """How the shipped log is taken in: always the same, for the shipped runs belong to the dataset this gives."""
    return IngestRequest(
        log=str(folder / "interactions.parquet"),
        items=str(folder / "items.parquet"),
        name=DEMO_NAME,
        currency="£",
        origin="demo",
    )


def work(context: JobContext) -> dict[str, Any]:
    """Make the demo ready; done twice, nothing changes. Returns {"dataset", "run"}: what to show first, no run where none was shipped."""
    if not (DEMO_DIR / "interactions.parquet").is_file():
        raise CorruptArtifactError("The demo log is not where Aisle was installed.", "Get the files of assets/demo again.")
    dataset = _dataset_in_place(context.workspace) or take_in(context, demo_request(), DEMO_DIR / PROFILE)["dataset"]
    context.progress(1.0, "Putting the trained models in place")
    install_baskets(Dataset.open(context.workspace.dataset_dir(dataset)), DEMO_DIR / BASKETS)
    return {"dataset": dataset, "run": install(context.workspace, dataset, DEMO_DIR / "runs")}


def _dataset_in_place(workspace: Workspace) -> str | None:
    """The dataset of the shipped runs, if an earlier demo made it and it is whole: `make app` need not take the log in at every start."""
    wanted = {json.loads(path.read_text(encoding="utf-8")).get("dataset") for path in (DEMO_DIR / "runs").glob(f"*/{MANIFEST}")}
    for record in workspace.registry.datasets():
        if record.origin == "demo" and record.id in wanted:
            try:
                return Dataset.open(workspace.dataset_dir(record.id)).id
            except UserError:  # deleted by hand or damaged: made again below
                return None
    return None
