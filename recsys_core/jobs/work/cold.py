"""The cold job: teach a run about products that nobody has bought yet, and say how well it places some that were left out."""

from __future__ import annotations

import shutil
import time
from typing import Any

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import make_split
from recsys_core.jobs.context import JobContext
from recsys_core.jobs.work.costs import peak_rss_mb
from recsys_core.models.runs import Run
from recsys_core.synthesis.cold.learning import teach, write_taught
from recsys_core.synthesis.cold.records import FOLDER
from recsys_core.synthesis.cold.store import has_cold, open_cold


def work(context: JobContext) -> dict[str, Any]:
    """Teach the run that the spec (of `cold_spec`) names, unless it was taught already. Returns the folder and the evaluation."""
    spec, workspace = context.spec, context.workspace
    started = time.perf_counter()
    run = Run.open(workspace.run_dir(workspace.registry.run(spec["run"]).id))
    folder = run.artifact.folder / FOLDER
    seed = int(spec.get("seed", 0))
    if spec.get("again") or not has_cold(run.artifact.folder):
        dataset = Dataset.open(workspace.dataset_dir(run.dataset_id))
        split = make_split(dataset, str(run.manifest["protocol"]), int(run.manifest["seed"]))

        def progress(fraction: float, message: str) -> None:
            context.check_cancelled()
            context.progress(fraction, message)

        taught = teach(run, dataset, split, seed=seed, progress=progress)
        context.check_cancelled()
        if folder.is_dir():
            shutil.rmtree(folder)
        write_taught(run.artifact.folder, run, taught, seed=seed)
    model = open_cold(run.artifact.folder)
    return {
        "run": run.id,
        "folder": str(folder),
        "seed": int(model.artifact.manifest["seed"]),
        "evaluation": model.evaluation,
        "seconds": round(time.perf_counter() - started, 1),
        "peak_rss_mb": peak_rss_mb(),
    }
