"""The train job: choose settings on validation, fit, evaluate, export, register."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import Split, make_split
from recsys_core.errors import UnsupportedError
from recsys_core.evaluation.protocol import DEFAULT_AT, Evaluation, evaluate_lists
from recsys_core.inference.scorers import build_scorer
from recsys_core.jobs.context import JobContext
from recsys_core.jobs.work.costs import Costs, peak_rss_mb
from recsys_core.jobs.work.fitting import Chosen, Task, choose, popular, refit, run_items
from recsys_core.jobs.work.listening import JobListener
from recsys_core.jobs.work.side import DatasetSide
from recsys_core.jobs.work.yardsticks import yardsticks
from recsys_core.models.contract import Recommender
from recsys_core.models.registry import model_spec
from recsys_core.models.runs import KIND, Run
from recsys_core.models.shipped import run_record
from recsys_core.storage.artifacts import seal
from recsys_core.storage.atomic import new_folder, write_json
from recsys_core.storage.workspace import Workspace
from recsys_core.training.export import Candidates, expand_rows, in_batches, make_candidates, write_arrays


def work(context: JobContext) -> dict[str, Any]:
    """Train what the spec asks for; the result is what `train --json` prints."""
    spec, workspace = context.spec, context.workspace
    model_spec(spec["model"]).resolve(spec["settings"])
    dataset = open_dataset(workspace, spec["dataset"])
    if not workspace.run_dir(spec["run"]).exists():
        split = make_split(dataset, spec["protocol"], int(spec["seed"]))
        listener = JobListener(context, Costs(context.folder))
        task = new_task(workspace, dataset, split, spec["model"], spec["settings"], listener, context.folder)
        complete(task, choose(task), workspace.run_dir(spec["run"]), refitted=bool(spec["refit"]))
    run = register(context, spec["run"], context.folder)
    plain = {part: {name: row["value"] for name, row in rows.items()} for part, rows in run.metrics.items()}
    costs = {key: run.manifest[key] for key in ("fit_seconds", "cpu_seconds", "last_fit_cpu_seconds", "peak_rss_mb")}
    keep = {key: run.manifest[key] for key in ("dataset", "model", "protocol", "seed", "refit", "chosen")}
    return {"run": run.id, **keep, "metrics": plain, "intervals": run.metrics, **costs}


def open_dataset(workspace: Workspace, id: str) -> Dataset:
    """A dataset of the workspace, its checksums verified. Raises NotFoundError, CorruptArtifactError."""
    return Dataset.open(workspace.dataset_dir(workspace.registry.dataset(id).id), verify=True)


def new_task(
    workspace: Workspace, dataset: Dataset, split: Split, model: str, settings: Mapping[str, Any], listener: JobListener, folder: Path
) -> Task:
    """A training on a split, with this machine's threads and all that the workspace knows of the dataset."""
    items, threads = run_items(split), workspace.settings.threads
    side = DatasetSide(dataset, items, workspace, (split.protocol, split.seed))
    return Task(dataset, split, items, dict(settings), model, split.seed, threads, listener, side, folder)


def register(context: JobContext, run_id: str, folder: Path) -> Run:
    """Put a finished run into the registry, and its checkpoints away: of no use any more, and as large as the model four times over."""
    run = Run.open(context.workspace.run_dir(run_id))
    context.workspace.registry.add_run(run_record(run, job_id=context.job_id))
    for checkpoint in folder.glob("*.safetensors"):
        checkpoint.unlink()
    return run


def complete(task: Task, chosen: Chosen, target: Path, *, refitted: bool, **more: Any) -> None:
    """Fit once more on all that may be learned from, where asked or where nothing is tested; then test, export and seal the run.

    target: the run's folder to be, its name the run's id. more: what else the manifest says.
    """
    costs, listener = task.listener.costs, task.listener
    refitted = refitted or task.split.protocol == "all"
    model, last_cpu = chosen.model, chosen.cpu
    if refitted:
        task.memo.clear()
        listener.stage("refit")
        model = refit(task, chosen)
        last_cpu = costs.cpu_since("refit")
    spent = {"fit_seconds": costs.seconds, "cpu_seconds": costs.cpu, "last_fit_cpu_seconds": last_cpu}
    listener.stage("exporting")
    _export(task, target, model, chosen, refitted, {**spent, **more})


def _export(task: Task, target: Path, model: Recommender, chosen: Chosen, refitted: bool, more: Mapping[str, Any]) -> None:
    description, arrays = model.export()
    fitted_on = task.split.refit if refitted else task.split.train
    candidates = make_candidates(
        build_scorer(description, arrays.__getitem__),
        popular(task, task.split.refit),
        task.split.known,
        task.items,
        strangers=None if model.folds_in else np.diff(task.columns(fitted_on).indptr) == 0,
        listener=task.listener,
    )
    test = _test(task, candidates)
    arrays |= {
        "items.npy": task.items,
        "candidates.npy": candidates.items,
        "candidate_scores.npy": candidates.scores,
        "fallback.npy": candidates.fallback,
        "validation_users.npy": chosen.validation.users,
        "validation_values.npy": chosen.validation.values,
        "validation_candidates.npy": chosen.candidates.items,
        "validation_scores.npy": chosen.candidates.scores,
        "test_users.npy": test.users,
        "test_values.npy": test.values,
        **_vectors(task, model, candidates),
    }
    with new_folder(target) as folder:
        write_arrays(folder, arrays)
        write_json(folder / "metrics.json", {"validation": chosen.validation.summary(), "test": test.summary()})
        write_json(folder / "per_user.json", {"validation": list(chosen.validation.names), "test": list(test.names)})
        write_json(folder / "curves.json", chosen.report.curves)
        seal(
            folder,
            {
                "kind": KIND,
                "id": target.name,
                "origin": "trained",
                "dataset": task.dataset.id,
                "model": task.model,
                "settings": chosen.settings,
                "chosen": {"epochs": chosen.report.epochs, "learned": chosen.report.learned, "trials": chosen.trials, "by": task.metric},
                "alarms": chosen.report.alarms,
                "protocol": task.split.protocol,
                "seed": task.seed,
                "refit": refitted,
                "folds_in": model.folds_in,
                "threads": task.threads,
                "scorer": description,
                **more,
                "peak_rss_mb": peak_rss_mb(),
            },
        )


def _vectors(task: Task, model: Recommender, candidates: Candidates) -> dict[str, NDArray[Any]]:
    found: dict[str, NDArray[Any]] = {}
    try:
        found["item_vectors.npy"] = expand_rows(model.item_vectors(), task.items, task.dataset.n_items)
        users = np.flatnonzero(~candidates.fallback)
        histories = task.columns(task.split.known)[users]
        found["user_vectors.npy"] = expand_rows(in_batches(model.user_vectors, histories), users, task.dataset.n_users)
    except UnsupportedError:
        pass  # the spec says so, and the pages and commands that need vectors refuse in words
    return found


def _test(task: Task, candidates: Candidates) -> Evaluation:
    """Test the very lists that are shown: a shopper's candidates are what the run ranks for everything it may know of them."""
    found = yardsticks(task.dataset, task.split)
    return evaluate_lists(candidates.items[:, : max(DEFAULT_AT)], task.split.test_targets.tocsr(), at=DEFAULT_AT, yardsticks=found)
