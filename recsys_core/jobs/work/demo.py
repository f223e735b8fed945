"""The demo job: the shipped log becomes a dataset, and the runs that were made from it are put beside it."""

from __future__ import annotations

from typing import Any

from recsys_core.data.request import IngestRequest
from recsys_core.errors import CorruptArtifactError
from recsys_core.jobs.context import JobContext
from recsys_core.jobs.work.ingest import take_in
from recsys_core.models.shipped import install
from recsys_core.settings import ASSETS_DIR

DEMO_DIR = ASSETS_DIR / "demo"
DEMO_NAME = "Online Retail (demo)"


def demo_request() -> IngestRequest:
    """How the shipped log is taken in: always the same, for the shipped runs belong to the dataset this gives."""
    return IngestRequest(
        log=str(DEMO_DIR / "interactions.parquet"),
        items=str(DEMO_DIR / "items.parquet"),
        name=DEMO_NAME,
        currency="£",
        origin="demo",
    )


def work(context: JobContext) -> dict[str, Any]:
    """Make the demo ready; done twice, nothing changes. Returns {"dataset", "run"}: what to show first, no run where none was shipped."""
    if not (DEMO_DIR / "interactions.parquet").is_file():
        raise CorruptArtifactError("The demo log is not where Aisle was installed.", "Get the files of assets/demo again.")
    dataset = take_in(context, demo_request())["dataset"]
    context.progress(1.0, "Putting the trained models in place")
    return {"dataset": dataset, "run": install(context.workspace, dataset, DEMO_DIR / "runs")}
