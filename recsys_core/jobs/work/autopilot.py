"""The autopilot: baselines, a linear model, a VAE and their blend, tuned as far as time allows, tested once, compared, with a verdict."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import Split, make_split
from recsys_core.errors import UnsupportedError, UserError
from recsys_core.evaluation.compare import compare
from recsys_core.evaluation.ties import ties_with_best
from recsys_core.jobs.autopilot_spec import PLAN, Step
from recsys_core.jobs.context import JobContext
from recsys_core.jobs.estimates import RANKING, VALIDATED, Facts, expected_seconds, facts_of, past_runs
from recsys_core.jobs.work.costs import Costs
from recsys_core.jobs.work.listening import JobListener
from recsys_core.jobs.work.study import CUT_SHORT, FILE, first_points
from recsys_core.jobs.work.train import new_task, open_dataset, register
from recsys_core.jobs.work.tune import Budget, entry, tune_model
from recsys_core.models.registry import model_spec
from recsys_core.models.runs import Run
from recsys_core.storage.atomic import write_json

METRIC = "ndcg@10"
LEAST = 0.02  # of all time: a step that is left less does not begin
FUSING = 0.1  # of all time: what a fusion may take even where less is left, so that there is an ensemble
BLENDED = ("edlae", "mult-vae")  # what a blend is made of
WEIGHINGS = 80  # rankings of the validation shoppers in which a blend learns the weights of its three parts
NOTES = "autopilot.json"
MORE_TIME = "Give it more minutes, or a smaller log."


def work(context: JobContext) -> dict[str, Any]:
    """Go through the plan; what is done when time is up counts. Runs that an earlier attempt finished are kept by their ids."""
    spec = context.spec
    dataset = open_dataset(context.workspace, spec["dataset"])
    split = make_split(dataset, spec["protocol"], int(spec["seed"]))
    pilot = Pilot(context, dataset, split, Costs(context.folder), Notes(context.folder / NOTES))
    costs, notes, runs = pilot.costs, pilot.notes, pilot.runs
    begun = 0.0
    for step in PLAN:
        costs.keep()
        run = _step(pilot, step, (begun, step.until))
        begun = step.until
        if run is not None:
            runs.append(run)
    if not runs:
        raise UserError("No model came to an end.", f"{notes.left_out[0]['reason']} {MORE_TIME}")
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

    def has_left_out(self, model: str) -> bool:
        """Whether an earlier attempt left it out, or this one."""
        return any(left["model"] == model for left in self.left_out)

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


@dataclass(frozen=True)
class Pilot:
    """An autopilot on its way. runs: of the steps that are done, in their order."""

    context: JobContext
    dataset: Dataset
    split: Split
    costs: Costs
    notes: Notes
    runs: list[Run] = field(default_factory=list)

    @property
    def total(self) -> float:
        """Seconds of all of it."""
        return 60.0 * float(self.context.spec["minutes"])

    def run_of(self, model: str) -> Run | None:
        """The run of an earlier step."""
        return next((run for run in self.runs if run.spec.id == model), None)


class NoTimeError(UserError):
    """A model cannot be done in the time that is left for it."""


def _step(pilot: Pilot, step: Step, span: tuple[float, float]) -> Run | None:
    """The run of the first of a step's models that comes to an end. None where none does; the notes say why of each."""
    notes = pilot.notes
    if not step.known and not notes.has_left_out(step.models[0]):
        notes.leave_out(step.models[0], f"There is no model called '{step.models[0]}'.")
    for model in step.known:
        if notes.has_left_out(model) or model not in pilot.context.spec["runs"]:
            continue
        try:
            return _run(pilot, step, model, span)
        except UserError as error:
            pilot.context.event(type="left_out", model=model, reason=error.message)
            notes.leave_out(model, error.message)
    return None


def _run(pilot: Pilot, step: Step, model: str, span: tuple[float, float]) -> Run:
    """The run of one model, tuned as far as its time goes. Raises UserError where there can be none, NoTimeError for want of time."""
    context, workspace = pilot.context, pilot.context.workspace
    folder, target = context.folder / model, workspace.run_dir(context.spec["runs"][model])
    if not target.exists():
        is_first = step is PLAN[0]
        listener = JobListener(context, Costs(folder), model=model, span=span)
        given = _given(pilot, model)
        budget = Budget(step.trials) if is_first else _budget(pilot, step, model, listener.costs.seconds)  # best sellers are always there
        task = new_task(workspace, pilot.dataset, pilot.split, model, given, listener, folder)
        tune_model(task, budget, workspace.home / FILE, context.job_id, target)
        if is_first:
            pilot.notes.set_overhead(listener.costs.seconds_since("evaluating"))
    return register(context, target.name, folder)


def _given(pilot: Pilot, model: str) -> dict[str, Any]:
    """Settings that follow from the runs before: what a fusion joins, and how long a blend's autoencoder can learn here.

    Raises UnsupportedError where there are too few runs.
    """
    if model == "fusion":
        personal = [run.id for run in pilot.runs if run.manifest["scorer"]["kind"] != "constant"]
        if len(personal) < 2:
            raise UnsupportedError("It joins two or more runs that tell shoppers apart, and there are not so many.", MORE_TIME)
        return {"runs": ",".join(personal)}
    if model == "blend":
        missing = next((part for part in BLENDED if pilot.run_of(part) is None), None)
        if missing is not None:
            raise UnsupportedError(f"It needs {model_spec(missing).title}, which was left out.", MORE_TIME)
        autoencoder = pilot.run_of(BLENDED[1])
        assert autoencoder is not None
        if autoencoder.manifest["chosen"]["trials"][0]["state"] == CUT_SHORT:
            return {"epochs": autoencoder.manifest["settings"]["epochs"]}
    return {}


def _budget(pilot: Pilot, step: Step, model: str, spent: float) -> Budget:
    """What a search may take, with the seconds that earlier attempts spent on it. Raises NoTimeError where it cannot end in time."""
    trial, closing = _costs(pilot, model)
    left = step.until * pilot.total - pilot.costs.seconds - pilot.notes.overhead
    if model == "fusion":
        left = max(left, FUSING * pilot.total)
    if left < LEAST * pilot.total:
        raise NoTimeError("Time was up before it could begin.", MORE_TIME)
    if trial + closing > spent + left:
        raise NoTimeError(f"It takes about {trial + closing:.0f} seconds here, and {spent + left:.0f} were left for it.", MORE_TIME)
    seconds = spent + left - closing
    if model == "fusion":
        return Budget(1, seconds)  # its rank constant hardly matters
    return Budget(min(step.trials, int(seconds / trial)) if model == "blend" else step.trials, seconds)


def _costs(pilot: Pilot, model: str) -> tuple[float, float]:
    """Seconds of a first trial, and of making a run of the best one; 0 for what is cut short without harm (networks), or cheap (fusions).

    A blend goes through EDLAE's grid, and fits two linear models more and one autoencoder, which cost what they cost in this autopilot;
    beside them iALS, and weights that are learned by ranking. Its run does again what it does not remember: two linear fits, the weights.
    """
    if model == "blend":
        linear, autoencoder = (_trial_seconds(pilot.run_of(part)) for part in BLENDED)
        points = len(model_spec(BLENDED[0]).grid) + 1
        facts = _facts(pilot)
        weighing = WEIGHINGS * RANKING * min(facts.users, VALIDATED) * facts.items
        each = fmean(linear[:points])
        return (points + 1) * each + autoencoder[0] + _expected(pilot, "ials") + weighing, 2 * each + weighing
    return (_expected(pilot, model), 0.0) if model_spec(model).family == "closed form" else (0.0, 0.0)


def _facts(pilot: Pilot) -> Facts:
    return facts_of(pilot.context.workspace.registry.dataset(pilot.dataset.id))


def _expected(pilot: Pilot, model: str) -> float:
    """Seconds of one fit by its defaults, the middle of what is expected."""
    defaults = first_points(model_spec(model), {})[0]
    expected = expected_seconds(model, _facts(pilot), defaults, past_runs(pilot.context.workspace, model))
    return 0.0 if expected is None else math.sqrt(expected[0] * expected[1])


def _trial_seconds(run: Run | None) -> list[float]:
    assert run is not None  # _given has looked
    return [float(trial["seconds"]) for trial in run.manifest["chosen"]["trials"] if trial["value"] is not None]


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
