"""The autopilot: baselines, a linear model, a VAE and their blend, tuned as far as time allows, tested once, compared, with a verdict."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import Split, make_split
from recsys_core.errors import UserError
from recsys_core.evaluation.compare import compare
from recsys_core.evaluation.ties import ties_with_best
from recsys_core.jobs.autopilot_spec import PLAN, Step
from recsys_core.jobs.context import JobContext
from recsys_core.jobs.estimates import expected_seconds, facts_of, past_runs
from recsys_core.jobs.work.costs import Costs
from recsys_core.jobs.work.listening import JobListener
from recsys_core.jobs.work.study import FILE
from recsys_core.jobs.work.train import new_task, open_dataset, register
from recsys_core.jobs.work.tune import Budget, entry, tune_model
from recsys_core.models.registry import model_spec
from recsys_core.models.runs import Run
from recsys_core.storage.atomic import write_json

METRIC = "ndcg@10"
LEAST = 0.02  # of all time: a step that is left less does not begin
NOTES = "autopilot.json"


def work(context: JobContext) -> dict[str, Any]:
    """Go through the plan; what is done when time is up counts. Runs that an earlier attempt finished are kept by their ids."""
    spec = context.spec
    dataset = open_dataset(context.workspace, spec["dataset"])
    split = make_split(dataset, spec["protocol"], int(spec["seed"]))
    costs, notes = Costs(context.folder), Notes(context.folder / NOTES)
    runs: list[Run] = []
    begun = 0.0
    for step in PLAN:
        costs.keep()
        run = _step(context, step, dataset, split, costs, notes, runs, (begun, step.until))
        begun = step.until
        if run is not None:
            runs.append(run)
    if not runs:
        raise UserError("No model came to an end.", f"{notes.left_out[0]['reason']} Give it more minutes, or a smaller log.")
    JobListener(context, costs, span=(begun, 1.0)).stage("comparing")
    return {
        "dataset": dataset.id,
        "protocol": split.protocol,
        "seed": split.seed,
        "minutes": spec["minutes"],
        "seconds": costs.seconds,
        "runs": [run.id for run in runs],
        "models": [entry(run) for run in runs],
        "verdict": verdict(runs),
        "left_out": notes.left_out,
    }


class Notes:
    """What a resumed autopilot must know of its earlier attempts: what was left out, and what ranking and testing cost here."""

    def __init__(self, file: Path) -> None:
        self._file = file
        before = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        self.left_out: list[dict[str, str]] = list(before.get("left_out", []))
        self.overhead = float(before.get("overhead", 0.0))

    def leave_out(self, model: str, reason: str) -> None:
        """Remember that a model was left out, and why."""
        self.left_out.append({"model": model, "reason": reason})
        self._keep()

    def set_overhead(self, seconds: float) -> None:
        """What a run costs beside its fit, as the best sellers showed, who have next to none."""
        self.overhead = seconds
        self._keep()

    def _keep(self) -> None:
        write_json(self._file, {"left_out": self.left_out, "overhead": self.overhead})


def _step(
    context: JobContext,
    step: Step,
    dataset: Dataset,
    split: Split,
    costs: Costs,
    notes: Notes,
    done: Sequence[Run],
    span: tuple[float, float],
) -> Run | None:
    """The run of one step; None where the model was left out, which the notes then explain. done: the runs of the steps before."""
    name, model = step.models[0], step.model
    workspace, runs = context.workspace, context.spec["runs"]
    if any(left["model"] == (model or name) for left in notes.left_out):
        return None
    if model is None or model not in runs:
        notes.leave_out(name, f"There is no model called '{name}'.")
        return None
    folder, target = context.folder / model, workspace.run_dir(runs[model])
    if not target.exists():
        total, began = 60.0 * float(context.spec["minutes"]), costs.seconds
        is_first = step is PLAN[0]
        left = step.until * total - began - notes.overhead
        reason = None if is_first else _no_time(context, dataset, model, done, left, total)
        if reason is not None:
            context.event(type="left_out", model=model, reason=reason)
            notes.leave_out(model, reason)
            return None
        listener = JobListener(context, Costs(folder), model=model, span=span)
        budget = Budget(step.trials, math.inf if is_first else listener.costs.seconds + left)  # best sellers are always there
        try:
            task = new_task(workspace, dataset, split, model, {}, listener, folder)
            tune_model(task, budget, workspace.home / FILE, context.job_id, target)
        except UserError as error:
            context.event(type="left_out", model=model, reason=error.message)
            notes.leave_out(model, error.message)
            return None
        if is_first:
            notes.set_overhead(costs.seconds - began)
    return register(context, runs[model], folder)


def _no_time(context: JobContext, dataset: Dataset, model: str, done: Sequence[Run], left: float, total: float) -> str | None:
    """Why a model cannot be done in the time that is left for it, None where it can."""
    if left < LEAST * total:
        return "Time was up before it could begin."
    family = model_spec(model).family
    if family == "neural":  # it hands over its best epoch so far
        return None
    if family == "ensemble":  # it fits again what it joins, each of which was seen here
        needed = sum(float(run.manifest["chosen"]["trials"][0]["seconds"]) for run in done)
    else:
        expected = expected_seconds(
            model, facts_of(context.workspace.registry.dataset(dataset.id)), {}, past_runs(context.workspace, model)
        )
        needed = expected[0] if expected is not None else 0.0
    if needed <= left:
        return None
    return f"It takes about {needed:.0f} seconds here, and {left:.0f} were left for it."


def verdict(runs: list[Run]) -> dict[str, Any]:
    """Which run is best on the shoppers' held-out purchases, and which no paired test (Holm-adjusted) tells apart from it.

    by_validation: the run that would have been chosen without looking at the test. comparisons: all pairs.
    """
    part = "test" if all(run.metrics["test"] for run in runs) else "validation"
    tested = {run.id: run.per_user(part) for run in runs}
    differences = compare({id: (users, values[:, names.index(METRIC)]) for id, (users, names, values) in tested.items()})
    ranked = sorted(runs, key=lambda run: -(run.metrics[part][METRIC]["value"] or 0.0))
    chosen = max(runs, key=lambda run: run.metrics["validation"][METRIC]["value"] or 0.0)
    equal = ties_with_best([run.id for run in ranked], differences)
    return {
        "metric": METRIC,
        "part": part,
        "best": ranked[0].id,
        "model": ranked[0].spec.id,
        "equal": [id for id in equal if id != ranked[0].id],
        "by_validation": chosen.id,
        "ranking": [{"run": run.id, "model": run.spec.id, **run.metrics[part][METRIC]} for run in ranked],
        "comparisons": [{**asdict(d), "is_clear": d.is_clear} for d in differences],
    }
