"""The cross-validate job: settings given or chosen within each fold, each fold tested once; figures a fold and together."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from recsys_core.data.folds import make_folds
from recsys_core.evaluation.protocol import Evaluation
from recsys_core.jobs.context import JobContext
from recsys_core.jobs.work.costs import Costs, peak_rss_mb
from recsys_core.jobs.work.fitting import Task, choose, evaluate_on, refit
from recsys_core.jobs.work.fold_figures import mean_of_folds, plain_means
from recsys_core.jobs.work.listening import JobListener
from recsys_core.jobs.work.train import new_task, open_dataset
from recsys_core.storage.atomic import new_folder, write_array, write_json


def work(context: JobContext) -> dict[str, Any]:
    """Test the model on every fold. A fold that an earlier attempt finished is read back.

    Settings that are not given are chosen on each fold's own validation part, as epochs are: what one fold chooses by, another one tests.
    """
    spec = context.spec
    dataset = open_dataset(context.workspace, spec["dataset"])
    costs, settings = Costs(context.folder), dict(spec["settings"])
    found: list[Evaluation] = []
    facts: list[dict[str, Any]] = []
    for fold, split in enumerate(make_folds(dataset, spec["protocol"], int(spec["folds"]), int(spec["seed"]))):
        kept = context.folder / f"fold-{fold}"
        if not kept.exists():
            listener = JobListener(context, costs, part=f"fold {fold + 1}")
            listener = listener.within(fold / spec["folds"], (fold + 1) / spec["folds"])
            context.event(type="fold", fold=fold)
            task = new_task(context.workspace, dataset, split, spec["model"], settings, listener, context.folder / f"work-{fold}")
            _test(task, kept, refitted=bool(spec["refit"]))
            for checkpoint in task.folder.glob("*.safetensors"):
                checkpoint.unlink()
        fact, evaluation = _read(kept)
        found.append(evaluation)
        facts.append({"fold": fold, **fact, "metrics": plain_means(evaluation)})
    listed = mean_of_folds(found, dataset.n_users)
    keep = {key: spec[key] for key in ("model", "protocol", "seed", "refit")}
    spent = {"fit_seconds": costs.seconds, "cpu_seconds": costs.cpu, "peak_rss_mb": peak_rss_mb()}
    return {"dataset": dataset.id, **keep, "settings": settings, "folds": facts, "metrics": listed, **spent}


def _test(task: Task, kept: Path, *, refitted: bool) -> None:
    """Fit on one fold, test once, and keep what was found in the folder `kept`."""
    began = time.perf_counter()
    chosen = choose(task)
    model, fitted_on = chosen.model, task.split.train
    if refitted:
        task.listener.stage("refit")
        model, fitted_on = refit(task, chosen), task.split.refit
    task.listener.stage("exporting")
    _, tested = evaluate_on(task, model, fitted_on, task.split.known, task.split.test_targets)
    with new_folder(kept) as folder:
        write_array(folder / "users.npy", tested.users)
        write_array(folder / "values.npy", tested.values)
        write_json(
            folder / "fold.json",
            {
                "settings": chosen.settings,
                "epochs": chosen.report.epochs,
                "seconds": time.perf_counter() - began,
                "names": list(tested.names),
                "catalogue": tested.catalogue,
                "users": len(tested.users),
            },
        )


def _read(kept: Path) -> tuple[dict[str, Any], Evaluation]:
    fact = json.loads((kept / "fold.json").read_text(encoding="utf-8"))
    names, catalogue = tuple(fact.pop("names")), fact.pop("catalogue")
    users, values = np.load(kept / "users.npy", allow_pickle=False), np.load(kept / "values.npy", allow_pickle=False)
    return fact, Evaluation(users, names, values, catalogue)
