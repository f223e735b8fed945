"""The tune job: search settings on validation within a budget, then keep the best as a run, tested once."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import optuna
from scipy import sparse

from recsys_core.data.splits import make_split
from recsys_core.errors import TooSmallError, UserError
from recsys_core.jobs.context import JobContext
from recsys_core.jobs.journal import read_events
from recsys_core.jobs.tune_spec import MOST_TRIALS
from recsys_core.jobs.work.costs import Costs
from recsys_core.jobs.work.fitting import Task, as_scorer, check_fold_in, choose, fit_once
from recsys_core.jobs.work.listening import JobListener
from recsys_core.jobs.work.study import CUT_SHORT, DONE, FAILED, FILE, PRUNED, Outcome, Search
from recsys_core.jobs.work.train import complete, new_task, open_dataset, register
from recsys_core.models.contract import Validation
from recsys_core.models.runs import Run
from recsys_core.models.spec import Value
from recsys_core.training.events import Listener

SEARCH_SHARE = 0.8  # of a model's stretch of the bar; the rest is the run made of the best
CLOSING = 0.1  # of the budget, and at least these seconds: what a model may take to hand over its best epoch when time is up
LEAST_CLOSING = 10.0
MOST_FAILURES = 10  # trials in a row from the first one, after which a search gives up


class HopelessError(Exception):
    """The trial is worse than half of those before it."""


class OutOfTimeError(Exception):
    """The budget is used up."""


@dataclass(frozen=True)
class Budget:
    """Trials, or seconds of work over all attempts of the job, or both: whichever is used up first."""

    trials: int = MOST_TRIALS
    seconds: float = math.inf

    def spent(self, trials: float, seconds: float) -> float:
        """The share that is used up, 0 to 1."""
        return min(1.0, max(trials / self.trials, seconds / self.seconds))


@dataclass
class TrialListener(Listener):
    """Stops a trial whose curve is hopeless, and every trial when time is up; the rest goes to the job.

    until: what `listener.costs.seconds` may reach; a model that learns in epochs hands over its best one then, and has CLOSING more for
    what it does after that. curve: the metric by epoch so far. epochs: how many there were. cut_short: whether time ended its epochs.
    """

    listener: JobListener
    asked: optuna.Trial
    number: int
    metric: str
    budget: Budget
    until: float
    message: str
    curve: dict[int, float] = field(default_factory=dict)
    epochs: int = 0
    hopeless: bool = False
    cut_short: bool = False
    closing: bool = False

    def epoch(self, values: Mapping[str, float]) -> None:
        """Hears how good the epoch is."""
        self.listener.epoch(values)
        self.epochs = max(self.epochs, int(values.get("epoch", 0)))
        if self.metric in values and self.epochs not in self.curve:
            self.curve[self.epochs] = float(values[self.metric])
            self.asked.report(self.curve[self.epochs], self.epochs)
            self.hopeless = self.hopeless or self.asked.should_prune()

    def alarm(self, name: str, message: str, epoch: int) -> None:
        """Passed on."""
        self.listener.alarm(name, message, epoch)

    def progress(self, fraction: float, message: str) -> None:
        """The bar stands where the budget stands."""
        self.listener.progress(
            self.budget.spent(self.number + fraction, self.listener.costs.seconds),
            f"{self.message}, {message}" if message else self.message,
        )

    def check(self) -> None:
        """Raises when the trial is to stop."""
        self.listener.check()
        if self.hopeless:
            raise HopelessError
        if self.listener.costs.seconds > self.until and not self._close():
            raise OutOfTimeError

    def enough(self) -> bool:
        """True once, when time is up."""
        if self.listener.costs.seconds > self.until:
            self.cut_short = self._close()
            return self.cut_short
        return False

    def _close(self) -> bool:
        """Give the closing time, once, to a model that has an epoch to hand over."""
        if self.closing or not self.curve:
            return False
        self.closing = True
        self.until = self.listener.costs.seconds + max(LEAST_CLOSING, CLOSING * self.until)
        return True


def work(context: JobContext) -> dict[str, Any]:
    """Tune every model that is asked for, each with the same budget. The result is the best one's, with one entry a model in `models`."""
    spec, workspace = context.spec, context.workspace
    dataset = open_dataset(workspace, spec["dataset"])
    split = make_split(dataset, spec["protocol"], int(spec["seed"]))
    seconds = math.inf if spec["minutes"] is None else 60.0 * float(spec["minutes"])
    budget = Budget(MOST_TRIALS if spec["trials"] is None else int(spec["trials"]), seconds)
    entries: list[dict[str, Any]] = []
    failures: dict[str, UserError] = {}
    for place, model in enumerate(spec["models"]):
        folder, run_id = context.folder / model, spec["runs"][model]
        listener = JobListener(context, Costs(folder), model=model)
        listener = listener.within(place / len(spec["models"]), (place + 1) / len(spec["models"]))
        try:
            if not workspace.run_dir(run_id).exists():
                task = new_task(workspace, dataset, split, model, spec["settings"], listener, folder)
                tune_model(task, budget, workspace.home / FILE, context.job_id, workspace.run_dir(run_id), refitted=bool(spec["refit"]))
            entries.append(entry(register(context, run_id, folder)))
        except UserError as error:  # the other models go on without it
            failures[model] = error
    if not entries:
        raise next(iter(failures.values()))
    best = max(entries, key=lambda each: float(each["value"]))
    left_out = [{"model": model, "reason": error.message} for model, error in failures.items()]
    return {**best, "dataset": dataset.id, "protocol": split.protocol, "seed": split.seed, "models": entries, "left_out": left_out}


def entry(run: Run) -> dict[str, Any]:
    """What a job's result says of a tuned run."""
    manifest, chosen, tuned = run.manifest, run.manifest["chosen"], run.manifest["tuned"]
    return {
        "run": run.id,
        "model": manifest["model"],
        "best": manifest["settings"],
        "epochs": chosen["epochs"],
        "metric": chosen["by"],
        "value": tuned["value"],
        "default_value": chosen["trials"][0]["value"],
        "trials": chosen["trials"],
        "search_seconds": tuned["seconds"],
        "cut_short": tuned["cut_short"],
        "metrics": {part: {name: row["value"] for name, row in rows.items()} for part, rows in run.metrics.items()},
        "intervals": run.metrics,
        **{key: manifest[key] for key in ("fit_seconds", "cpu_seconds", "last_fit_cpu_seconds", "peak_rss_mb")},
    }


def tune_model(task: Task, budget: Budget, file: Path, job_id: str, target: Path, *, refitted: bool = False) -> None:
    """Search within the budget, then make a run of the best settings in the folder `target`. file: where studies are kept.

    The fit of the best trial is kept, so that the run costs no second one. Raises UserError where no trial came to an end.
    """
    search = Search(file, f"{job_id}/{task.model}", task.spec, task.given, task.seed)
    outcomes = _search(task, search, budget)
    best = search.best
    if best is None:
        failed = next((o for o in outcomes if o.words), None)
        if failed is not None:
            raise UserError(failed.words, failed.hint)
        raise TooSmallError(f"Time was up before a first trial of {task.model} came to an end.", "Give it more time, or a lighter model.")
    seconds = task.listener.costs.seconds
    kept = _checkpoint(task, best.number)
    if kept.exists():
        kept.replace(task.folder / "choose.safetensors")
    settings = {**task.given, **best.settings, **({"epochs": best.epochs} if best.state == CUT_SHORT else {})}
    promoted = replace(task, given=settings, listener=task.listener.within(SEARCH_SHARE, 1.0))
    chosen = replace(choose(promoted), trials=[told(o) for o in outcomes])
    if best.cpu:
        chosen = replace(chosen, cpu=best.cpu)
    complete(
        promoted,
        chosen,
        target,
        refitted=refitted,
        tuned={
            "study": search.name,
            "trials": len(outcomes),
            "seconds": seconds,
            "value": best.value,
            "cut_short": best.state == CUT_SHORT,
        },
    )


def told(outcome: Outcome) -> dict[str, Any]:
    """A trial as events, results and manifests have it."""
    keep = {"number": outcome.number, "settings": outcome.settings, "value": outcome.value, "state": outcome.state}
    return {**keep, "seconds": outcome.seconds, **({"words": outcome.words} if outcome.words else {})}


def _search(task: Task, search: Search, budget: Budget) -> list[Outcome]:
    """Try settings until the budget is used up."""
    train, validation = task.columns(task.split.train), task.validation()
    assert validation is not None  # every split has something to choose by
    budget = budget if search.is_open else replace(budget, trials=min(budget.trials, search.first))
    listener = task.listener.within(0.0, SEARCH_SHARE)
    listener.stage("searching")
    task = replace(task, listener=listener)
    known = _announced(task)
    for outcome in search.outcomes:
        if outcome.number not in known:  # killed between the study's word and the event's
            listener.event(type="trial", **told(outcome))
    while not search.outcomes or budget.spent(len(search.outcomes), listener.costs.seconds) < 1.0:
        listener.check()
        ended = _try(task, search, budget, train, validation)
        listener.costs.keep()
        if ended is None:
            break
        listener.event(type="trial", **told(ended))
        _forget_all_but(task, search.best)
        if search.best is None and ended.number + 1 >= MOST_FAILURES:
            break
    return search.outcomes


def _try(task: Task, search: Search, budget: Budget, train: sparse.csr_matrix, validation: Validation) -> Outcome | None:
    """One trial; None where time was up before it could count."""
    number, settings, asked = search.ask()
    best, costs = search.best, task.listener.costs
    message = f"trial {number + 1}" + (f" of {budget.trials}" if math.isinf(budget.seconds) else "") if budget.trials > 1 else "training"
    message += f", best so far {best.value:.4f}" if best is not None and best.value is not None else ""
    own = replace(task.listener, part=f"trial {number}")
    listener = TrialListener(own, asked, number, task.metric, budget, budget.seconds, message)
    listener.progress(0.0, "")
    began, cpu = time.perf_counter(), costs.cpu

    def ended(state: str, value: float | None, words: str = "", hint: str = "Use smaller ranges or a smaller log.") -> Outcome:
        seconds, spent = time.perf_counter() - began, costs.cpu - cpu
        outcome = Outcome(number, settings, state, value, seconds, spent, listener.epochs or None, words, hint if words else "")
        search.tell(asked, outcome)
        return outcome

    try:
        value, state = _fit(task, settings, listener, train, validation)
    except HopelessError:
        return ended(PRUNED, max(listener.curve.values()))
    except OutOfTimeError:
        return None
    except MemoryError:
        return ended(FAILED, None, "There was not enough memory for these settings.")
    except UserError as error:
        return ended(FAILED, None, error.message, error.hint)
    return ended(state, value) if math.isfinite(value) else ended(FAILED, None, "Its scores are no numbers.")


def _fit(
    task: Task, settings: Mapping[str, Value], listener: TrialListener, train: sparse.csr_matrix, validation: Validation
) -> tuple[float, str]:
    """(the metric on validation, done or cut short)."""
    tried = replace(task, given={**task.given, **settings})
    check_fold_in(tried)
    model, _ = fit_once(tried, tried.given, train, validation, listener, _checkpoint(task, listener.number))
    return validation(as_scorer(model)), CUT_SHORT if listener.cut_short else DONE


def _checkpoint(task: Task, number: int) -> Path:
    return task.folder / f"trial-{number}.safetensors"


def _forget_all_but(task: Task, best: Outcome | None) -> None:
    """Remove the checkpoints of all trials but the best one's."""
    for file in task.folder.glob("trial-*.safetensors"):
        if best is None or file != _checkpoint(task, best.number):
            file.unlink()


def _announced(task: Task) -> set[int]:
    context = task.listener.context
    return {
        int(event["number"])
        for event in read_events(context.workspace, context.job_id)
        if event.get("type") == "trial" and event.get("model") == task.model
    }
