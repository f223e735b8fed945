"""The weight of synthetic shoppers and a model's settings, chosen on what is set aside of the real ones: never on what tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.models.registry import model_spec
from recsys_core.synthesis.augmenting.learners import CHOSEN_AT, CHOSEN_BY, as_validation, found, learn, mixed
from recsys_core.synthesis.augmenting.trial import Fold, Trial
from recsys_core.training.events import Listener

WEIGHTS = (0.0, 0.03, 0.1, 0.25, 0.5, 1.0)
ALONE = float("inf")  # the "weight" of synthetic shoppers without any real one
Grid = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Choice:
    """What one arm is trained with. values: CHOSEN_BY of each shopper of the validation, float64 [n]. epochs: of a network."""

    weight: float
    settings: Mapping[str, Any]
    values: NDArray[np.float64]
    epochs: int | None = None

    @property
    def value(self) -> float:
        """What was chosen by."""
        return float(self.values.mean())


@dataclass(frozen=True)
class Arms:
    """The three ways to train a model in one seed."""

    real: Choice
    fused: Choice
    synthetic: Choice


def training_rows(model: str, part: Fold | Trial, weight: float, seed: int) -> sparse.csr_matrix:
    """What is trained on at a weight: csr [shoppers, items]."""
    return part.synthetic if weight == ALONE else mixed(model, part.real.sets, part.synthetic, weight, seed)


def choose(
    model: str, trial: Trial, weights: Sequence[float], *, grid: Grid | None, listener: Listener, threads: int, told: Callable[[], None]
) -> Arms:
    """Every weight gets every point of the grid (the model's own where None), and so does real alone: budgets are equal.

    weights: to choose the fused arm's from; one alone is taken as it is. A weight above 0 is chosen where it beats 0 by more than one
    standard error of their paired difference (the rule of Breiman et al. 1984: of what cannot be told apart the simpler). A network's
    epochs are chosen inside its fits on the first fold. told: called after each fit.
    """
    spec = model_spec(model)
    points = [dict(point) for point in ((spec.grid or ({},)) if grid is None else grid)]
    best: dict[float, Choice] = {}
    for weight in sorted({0.0, *weights, ALONE}):
        best[weight] = _best(model, trial, weight, points, spec.family == "neural", listener, threads, told)
    fused = max((best[weight] for weight in sorted(weights)), key=lambda choice: choice.value)
    if 0.0 in weights and not _clearly_better(fused, best[0.0]):
        fused = best[0.0]
    return Arms(best[0.0], fused, best[ALONE])


def _clearly_better(choice: Choice, than: Choice) -> bool:
    delta = choice.values - than.values
    return bool(delta.mean() > delta.std(ddof=1) / len(delta) ** 0.5) if len(delta) > 1 else False


def fits(model: str, trial_folds: int, weights: Sequence[float], grid: Grid | None) -> int:
    """How many fits `choose` makes."""
    spec = model_spec(model)
    points = len((spec.grid or ({},)) if grid is None else grid)
    return len({0.0, *weights, ALONE}) * points * (1 if spec.family == "neural" else trial_folds)


def _best(
    model: str,
    trial: Trial,
    weight: float,
    points: list[dict[str, Any]],
    iterates: bool,
    listener: Listener,
    threads: int,
    told: Callable[[], None],
) -> Choice:
    values: list[list[NDArray[np.float64]]] = [[] for _ in points]
    epochs: list[int | None] = [None] * len(points)
    for fold in trial.folds[: 1 if iterates else None]:
        rows, memo = training_rows(model, fold, weight, trial.seed), dict[str, Any]()
        for place, point in enumerate(points):
            listener.check()
            validation = as_validation(fold.tests) if iterates else None
            settings = {**point, "metric": CHOSEN_BY}
            fitted, report = learn(
                model, settings, rows, seed=trial.seed, memo=memo, listener=listener, validation=validation, threads=threads
            )
            values[place].append(found(fitted, fold.tests, CHOSEN_AT))
            epochs[place] = report.epochs if iterates else None
            told()
    joined = [np.concatenate(each) for each in values]
    at = int(np.argmax([each.mean() for each in joined]))
    return Choice(weight, points[at], joined[at], epochs[at])
