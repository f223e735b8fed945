"""Choosing and fitting a model on a split: what the jobs that train, tune and cross-validate share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import Split
from recsys_core.errors import TooSmallError
from recsys_core.evaluation.protocol import DEFAULT_AT, Evaluation, evaluate_lists
from recsys_core.inference.contract import Scorer
from recsys_core.inference.scorers import build_scorer
from recsys_core.jobs.work.listening import JobListener
from recsys_core.models.contract import FitContext, FitReport, Recommender, Side, Validation
from recsys_core.models.refusals import only_own_shoppers
from recsys_core.models.registry import model_class, model_spec
from recsys_core.models.spec import ModelSpec, Value
from recsys_core.training.checkpoint import CheckpointFile
from recsys_core.training.events import Listener
from recsys_core.training.export import Candidates, make_candidates

VALIDATION_SAMPLE = 5000  # users scored after each epoch and grid point; the reported validation figures use all of them


@dataclass(frozen=True)
class Task:
    """One training, with everything its steps share. Matrices are [users, run items]. folder: where checkpoints are kept."""

    dataset: Dataset
    split: Split
    items: NDArray[np.int32]
    given: Mapping[str, Any]
    model: str
    seed: int
    threads: int
    listener: JobListener
    side: Side
    folder: Path
    memo: dict[str, Any] = field(default_factory=dict)

    @property
    def spec(self) -> ModelSpec:
        """The model's spec."""
        return model_spec(self.model)

    @property
    def metric(self) -> str:
        """What is chosen by."""
        return str(self.spec.resolve(self.given)["metric"])

    def columns(self, matrix: sparse.csr_matrix) -> sparse.csr_matrix:
        """A dataset matrix cut to the run's items."""
        return matrix[:, self.items].tocsr().astype(np.float32)

    def validation(self) -> Validation | None:
        """A sample of the validation users to choose by; None where nothing is held out for it."""
        fold_in, targets = self.columns(self.split.validation_fold_in), self.columns(self.split.validation_targets)
        users = np.flatnonzero(np.diff(targets.indptr) > 0)
        if not len(users):
            return None
        if len(users) > VALIDATION_SAMPLE:
            users = np.sort(np.random.default_rng(self.seed).choice(users, VALIDATION_SAMPLE, replace=False))
        return Validation(fold_in[users], targets[users], users, self.metric)


@dataclass(frozen=True)
class Chosen:
    """The fitted model of the choosing stage, its settings and report, how well it validates, and the lists that say so.

    candidates: of the users in `validation`, in that order, from what may be folded in when choosing.
    """

    model: Recommender
    settings: dict[str, Value]
    report: FitReport
    validation: Evaluation
    candidates: Candidates
    trials: list[dict[str, Any]]
    cpu: float  # processor seconds of this one fit


def run_items(split: Split) -> NDArray[np.int32]:
    """The items that a run knows: those of its training and validation rows. Raises TooSmallError below two."""
    items = np.flatnonzero(split.refit.getnnz(axis=0)).astype(np.int32)
    if len(items) < 2 or split.train.nnz < 2:
        raise TooSmallError(
            f"Only {len(items)} products and {split.train.nnz} purchases are left to train on.",
            "Ingest a larger log, or lower --min-user-items and --min-item-users.",
        )
    return items


def check_fold_in(task: Task) -> None:
    """Raise UnsupportedError where the split tests shoppers who do not train, and the model scores only those who do."""
    if task.spec.folds_in_with(task.spec.resolve(task.given)):
        return
    train, targets = task.split.train, task.split.validation_targets + task.split.test_targets
    tested = np.diff(targets.indptr) > 0
    if (np.diff(train.indptr)[tested] == 0).mean() > 0.5:
        raise only_own_shoppers(task.model, task.split.protocol)


def as_scorer(model: Recommender) -> Scorer:
    """The exported form of a fitted model."""
    description, arrays = model.export()
    return build_scorer(description, arrays.__getitem__)


def fit_once(
    task: Task,
    settings: Mapping[str, Any],
    train: sparse.csr_matrix,
    validation: Validation | None,
    listener: Listener,
    checkpoint: Path,
) -> tuple[Recommender, FitReport]:
    """One fit with these settings on `train` [users, run items]; what iterates chooses by `validation` and goes on from `checkpoint`."""
    iterates = task.spec.family != "closed form"
    model = model_class(task.model)(settings)
    report = model.fit(
        train,
        FitContext(
            seed=task.seed,
            listener=listener,
            validation=validation if iterates else None,
            metric=task.metric,
            checkpoint=CheckpointFile(checkpoint) if iterates else None,
            threads=task.threads,
            side=task.side,
            memo=task.memo,
        ),
    )
    return model, report


def choose(task: Task) -> Chosen:
    """Fit on the training part; settings over the grid (closed form), epochs or weights inside the fit, by the validation metric."""
    check_fold_in(task)
    spec, listener = task.spec, task.listener
    train, validation = task.columns(task.split.train), task.validation()
    grid = [point for point in spec.grid if not set(point) & set(task.given)] if validation is not None else []
    listener.stage("choosing" if grid else "fitting")
    trials: list[dict[str, Any]] = []
    best: tuple[float, Recommender, FitReport, float] | None = None
    for number, point in enumerate(grid or [{}]):
        listener.check()
        began = listener.costs.cpu
        model, report = fit_once(task, {**task.given, **point}, train, validation, listener, task.folder / "choose.safetensors")
        fit_cpu = listener.costs.cpu - began if spec.family == "closed form" else listener.costs.cpu_since("fitting")
        value = validation(as_scorer(model)) if validation is not None and grid else 0.0
        if grid:
            trials.append({"settings": dict(point), task.metric: value})
            listener.trial(point, task.metric, value)
            listener.progress((number + 1) / len(grid), f"setting {number + 1} of {len(grid)}")
        if best is None or value > best[0]:
            best = (value, model, report, fit_cpu)
        del model  # two of the largest models at a time, the best and the next, are enough
    assert best is not None
    _, model, report, fit_cpu = best
    listener.stage("evaluating")
    candidates, found = validate(task, model)
    return Chosen(model, dict(model.settings), report, found, candidates, trials, fit_cpu)


def validate(task: Task, model: Recommender) -> tuple[Candidates, Evaluation]:
    """Lists of every user with something held out for validation (in that order, in dataset indices), and how good they are."""
    return evaluate_on(task, model, task.split.train, task.split.validation_fold_in, task.split.validation_targets)


def evaluate_on(
    task: Task, model: Recommender, fitted_on: sparse.csr_matrix, histories: sparse.csr_matrix, targets: sparse.csr_matrix
) -> tuple[Candidates, Evaluation]:
    """Lists for `histories` of every user with something in `targets` (in that order, in dataset indices), and how good they are.

    fitted_on: what the model was fitted on. All three are csr [users, all items].
    """
    tested = np.flatnonzero(np.diff(targets.indptr) > 0)
    made = make_candidates(
        as_scorer(model),
        popular(task, fitted_on),
        histories[tested],
        task.items,
        strangers=None if model.folds_in else np.diff(task.columns(fitted_on).indptr)[tested] == 0,
        rows=tested,
        listener=task.listener,
    )
    found = evaluate_lists(made.items[:, : max(DEFAULT_AT)], targets[tested].tocsr(), at=DEFAULT_AT)
    return made, Evaluation(tested[found.users].astype(np.int32), found.names, found.values, found.catalogue)


def popular(task: Task, pairs: sparse.csr_matrix) -> Scorer:
    """Best sellers of these pairs: the lists of users whom the model knows nothing of."""
    counts = np.asarray(task.columns(pairs).sum(axis=0), dtype=np.float32).ravel()
    return build_scorer({"kind": "constant"}, {"scorer/scores.npy": counts}.__getitem__)


def refit(task: Task, chosen: Chosen) -> Recommender:
    """Once more with what was chosen, on training and validation rows together."""
    model = model_class(task.model)(chosen.settings)
    iterates = task.spec.family != "closed form"
    model.fit(
        task.columns(task.split.refit),
        FitContext(
            seed=task.seed,
            listener=replace(task.listener, part="refit"),
            epochs=chosen.report.epochs,
            learned=chosen.report.learned,
            metric=task.metric,
            checkpoint=CheckpointFile(task.folder / "refit.safetensors") if iterates else None,
            threads=task.threads,
            side=task.side,
        ),
    )
    return model
