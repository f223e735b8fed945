"""A search over one model's settings, kept in a file of the workspace: Optuna's study, asked for one trial at a time.

What a trial tries comes from the seed, its number and the trials before it alone. So a search that was killed goes on as if it had not
been, and the same seed and number of trials give the same trials wherever they give the same figures.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.exceptions import StorageInternalError
from optuna.storages import RDBStorage
from optuna.trial import TrialState
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from recsys_core.errors import CorruptArtifactError
from recsys_core.models.spec import ModelSpec, Setting, Value

FILE = "tuning.db"
OUTCOME = "outcome"  # the attribute of Optuna's trials that have ended
PATIENCE_OF_LOCKS = 60.0  # seconds to wait for another search that writes
# A trial is given up where its best figure so far is below the median of the finished ones at that epoch, once there are enough of both.
TRIALS_BEFORE_PRUNING, EPOCHS_BEFORE_PRUNING = 4, 5

DONE, PRUNED, CUT_SHORT, FAILED = "done", "pruned", "cut short", "failed"


@dataclass(frozen=True)
class Outcome:
    """How a trial ended: done, pruned (hopeless), cut short (time was up: its best epoch so far counts) or failed.

    settings: those that the search decides. value: the validation metric, None where there is none. cpu: processor seconds. words, hint:
    why it failed, and what to do.
    """

    number: int
    settings: dict[str, Value]
    state: str
    value: float | None
    seconds: float
    cpu: float
    epochs: int | None = None
    words: str = ""
    hint: str = ""

    @property
    def counts(self) -> bool:
        """Whether it may be the best: what was pruned was worse than half of the others."""
        return self.state in (DONE, CUT_SHORT) and self.value is not None


class Search:
    """The study called `name` in `file`; made where there is none, else gone on with."""

    def __init__(self, file: Path, name: str, spec: ModelSpec, given: Mapping[str, Any], seed: int) -> None:
        """given: settings that are not searched. Raises CorruptArtifactError where the file cannot be read."""
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self.name, self._seed = name, seed
        self._space = {s.key: _distribution(s) for s in spec.settings if s.search is not None and s.key not in given}
        self._first = first_points(spec, given)
        try:
            storage = RDBStorage("sqlite://", engine_kwargs={"creator": lambda: _connect(file), "poolclass": NullPool})
            pruner = optuna.pruners.MedianPruner(TRIALS_BEFORE_PRUNING, EPOCHS_BEFORE_PRUNING)
            self._study = optuna.create_study(storage=storage, study_name=name, direction="maximize", load_if_exists=True, pruner=pruner)
        except (DatabaseError, StorageInternalError, RuntimeError) as error:
            raise CorruptArtifactError(
                f"The record of earlier searches, {file}, cannot be read.", "Delete it: finished runs do not need it."
            ) from error

    @property
    def first(self) -> int:
        """How many trials are decided beforehand: the defaults, and the grid of a closed form."""
        return len(self._first)

    @property
    def is_open(self) -> bool:
        """Whether there is anything to try beyond the first points."""
        return bool(self._space)

    @property
    def outcomes(self) -> list[Outcome]:
        """The trials that have ended, in order."""
        told = [trial.user_attrs[OUTCOME] for trial in self._study.get_trials(deepcopy=False) if OUTCOME in trial.user_attrs]
        return [Outcome(**each) for each in told]

    @property
    def best(self) -> Outcome | None:
        """The best trial so far, the first of equals."""
        return max((o for o in self.outcomes if o.counts), key=lambda o: o.value or 0.0, default=None)

    def ask(self) -> tuple[int, dict[str, Value], optuna.Trial]:
        """(the trial's number, what it tries, Optuna's trial to report epochs to). A trial that a dead worker left is begun again."""
        waiting = self._sweep()
        number = len(self.outcomes)
        seed = int(np.random.SeedSequence([self._seed, number]).generate_state(1)[0])
        self._study.sampler = optuna.samplers.TPESampler(seed=seed, multivariate=True, constant_liar=False)
        point = self._first[number] if number < len(self._first) else None
        if point is not None and not waiting:
            self._study.enqueue_trial(
                {key: _nearest(where, point[key]) for key, where in self._space.items() if _has_place(where, point[key])}
            )
        trial = self._study.ask(self._space)
        return number, {key: _tidy(value) for key, value in trial.params.items()} if point is None else dict(point), trial

    def tell(self, trial: optuna.Trial, outcome: Outcome) -> None:
        """Keep how a trial ended."""
        trial.set_user_attr(OUTCOME, asdict(outcome))
        self._end(trial.number, outcome)

    def _end(self, trial: int, outcome: Outcome) -> None:
        if outcome.counts:
            self._study.tell(trial, outcome.value)
        else:
            self._study.tell(trial, state=TrialState.PRUNED)

    def _sweep(self) -> bool:
        """End what a dead worker left behind; True if it had decided on a trial and not begun it."""
        for left in self._study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            if OUTCOME in left.user_attrs:
                self._end(left.number, Outcome(**left.user_attrs[OUTCOME]))
            else:
                self._study.tell(left.number, state=TrialState.FAIL)
        return bool(self._study.get_trials(deepcopy=False, states=(TrialState.WAITING,)))


def _connect(file: Path) -> sqlite3.Connection:
    """The file may be any path, which an address could not name; written ahead, so that a killed worker harms nothing."""
    connection = sqlite3.connect(file, timeout=PATIENCE_OF_LOCKS)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    return connection


def first_points(spec: ModelSpec, given: Mapping[str, Any]) -> list[dict[str, Value]]:
    """What is tried first: the defaults, so that no search ends worse than them on validation, then the grid of a closed form."""
    defaults = spec.resolve(given)
    searched = {s.key for s in spec.settings if s.search is not None and s.key not in given}
    grid = [point for point in spec.grid if not set(point) & set(given)]
    keys = searched | {key for point in grid for key in point}
    points = [{key: value for key, value in defaults.items() if key in keys}]
    for point in grid:
        whole = {**points[0], **point}
        if whole not in points:
            points.append(whole)
    return points


def _distribution(setting: Setting) -> BaseDistribution:
    assert setting.search is not None
    if setting.kind == "choice":
        return CategoricalDistribution([str(word) for word in setting.search])
    low, high = float(setting.search[0]), float(setting.search[1])
    if setting.kind == "int":
        return IntDistribution(int(low), int(high), log=setting.log)
    return FloatDistribution(low, high, log=setting.log)


def _nearest(distribution: BaseDistribution, value: Value) -> Value:
    """`value`, or the nearest place of the search: Optuna takes no default outside of it, such as the 0 of what is searched by size."""
    if isinstance(distribution, IntDistribution | FloatDistribution):
        return type(distribution.low)(min(max(float(value), distribution.low), distribution.high))
    return value


def _has_place(distribution: BaseDistribution, value: Value) -> bool:
    """False for a word that is not searched: Optuna then notes another one, which is not what is tried."""
    return not isinstance(distribution, CategoricalDistribution) or value in distribution.choices


def _tidy(value: Any) -> Value:
    """Four digits are what a person would write down."""
    return float(f"{value:.4g}") if isinstance(value, float) else value
