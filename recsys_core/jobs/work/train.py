"""The train job: choose settings on validation, fit, evaluate, export, register."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import make_split
from recsys_core.errors import UnsupportedError
from recsys_core.evaluation.protocol import DEFAULT_AT, Evaluation, evaluate_lists
from recsys_core.inference.scorers import build_scorer
from recsys_core.jobs.context import JobContext
from recsys_core.jobs.work.costs import Costs, peak_rss_mb
from recsys_core.jobs.work.fitting import Chosen, Task, choose, popular, refit, run_items
from recsys_core.jobs.work.listening import JobListener
from recsys_core.jobs.work.side import DatasetSide
from recsys_core.models.contract import Recommender
from recsys_core.models.registry import model_spec
from recsys_core.models.runs import KIND, Run
from recsys_core.models.shipped import run_record
from recsys_core.storage.artifacts import seal
from recsys_core.storage.atomic import new_folder, write_json
from recsys_core.training.export import Candidates, expand_rows, in_batches, make_candidates, write_arrays


def work(context: JobContext) -> dict[str, Any]:
    """Train what the spec asks for; the result is what `train --json` prints."""
    spec, workspace = context.spec, context.workspace
    model_spec(spec["model"]).resolve(spec["settings"])
    dataset = Dataset.open(workspace.dataset_dir(workspace.registry.dataset(spec["dataset"]).id), verify=True)
    target = workspace.run_dir(spec["run"])
    if not target.exists():
        _train(context, dataset)
    run = Run.open(target)
    workspace.registry.add_run(run_record(run, job_id=context.job_id))
    for checkpoint in context.folder.glob("*.safetensors"):  # of no use any more, and as large as the model four times over
        checkpoint.unlink()
    plain = {part: {name: row["value"] for name, row in rows.items()} for part, rows in run.metrics.items()}
    costs = {key: run.manifest[key] for key in ("fit_seconds", "cpu_seconds", "last_fit_cpu_seconds", "peak_rss_mb")}
    keep = {key: run.manifest[key] for key in ("dataset", "model", "protocol", "seed", "refit", "chosen")}
    return {"run": run.id, **keep, "metrics": plain, "intervals": run.metrics, **costs}


def _train(context: JobContext, dataset: Dataset) -> None:
    costs = Costs(context.folder)
    spec, listener = context.spec, JobListener(context, costs)
    split = make_split(dataset, spec["protocol"], int(spec["seed"]))
    once_more = bool(spec["refit"]) or split.protocol == "all"
    items = run_items(split)
    task = Task(
        dataset,
        split,
        items,
        dict(spec["settings"]),
        spec["model"],
        int(spec["seed"]),
        context.workspace.settings.threads,
        listener,
        DatasetSide(dataset, items, context.workspace),
        context.folder,
    )
    chosen = choose(task)
    model, last_cpu = chosen.model, chosen.cpu
    if once_more:
        task.memo.clear()
        listener.stage("refit")
        model = refit(task, chosen)
        last_cpu = costs.cpu_since("refit")
    spent = {"fit_seconds": costs.seconds, "cpu_seconds": costs.cpu, "last_fit_cpu_seconds": last_cpu}
    listener.stage("exporting")
    _export(task, context, model, chosen, once_more, spent)


def _export(task: Task, context: JobContext, model: Recommender, chosen: Chosen, refitted: bool, costs: dict[str, float]) -> None:
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
    spec = context.spec
    with new_folder(context.workspace.run_dir(spec["run"])) as folder:
        write_arrays(folder, arrays)
        write_json(folder / "metrics.json", {"validation": chosen.validation.summary(), "test": test.summary()})
        write_json(folder / "per_user.json", list(test.names))
        write_json(folder / "curves.json", chosen.report.curves)
        seal(
            folder,
            {
                "kind": KIND,
                "id": spec["run"],
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
                **costs,
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
    return evaluate_lists(candidates.items[:, : max(DEFAULT_AT)], task.split.test_targets.tocsr(), at=DEFAULT_AT)
