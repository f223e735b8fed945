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

LIKELY = 3  # points of a grid that every weight is tried with
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
    """Real alone gets every point of the grid (the model's own where None), and so do both together at the weight that is chosen: budgets
    are equal. Which weight that is, is seen with the points that suit real alone best.

    weights: to choose the fused arm's from; one alone is taken as it is. A weight above 0 is chosen where it beats 0 by more than one
    standard error of their paired difference (the rule of Breiman et al. 1984: of what cannot be told apart the simpler). A network's
    epochs are chosen inside its fits on the first fold. told: called after each fit.
    """
    points, iterates = _points(model, grid), model_spec(model).family == "neural"

    def tried(weight: float, some: Grid) -> list[Choice]:
        return _tried(model, trial, weight, some, iterates, listener, threads, told)

    alone = tried(0.0, points)
    order = sorted(range(len(points)), key=lambda at: -alone[at].value)
    likely, others = [points[at] for at in order[:LIKELY]], [points[at] for at in order[LIKELY:]]
    positive = [weight for weight in sorted(weights) if weight > 0]
    by_weight = {weight: tried(weight, likely) for weight in positive}
    fused = real = _best(alone)
    if positive:
        chosen = _best([_best(by_weight[weight]) for weight in positive]).weight
        best = _best([*by_weight[chosen], *tried(chosen, others)])
        fused = best if 0.0 not in weights or _clearly_better(best, real) else real
    return Arms(real, fused, _best(tried(ALONE, likely)))


def fits(model: str, folds: int, weights: Sequence[float], grid: Grid | None) -> int:
    """How many fits `choose` makes."""
    points = len(_points(model, grid))
    positive, likely = sum(weight > 0 for weight in weights), min(points, LIKELY)
    every = points + likely * (positive + 1) + (points - likely) * (positive > 0)
    return every * (1 if model_spec(model).family == "neural" else folds)


def _points(model: str, grid: Grid | None) -> list[dict[str, Any]]:
    return [dict(point) for point in ((model_spec(model).grid or ({},)) if grid is None else grid)]


def _best(choices: Sequence[Choice]) -> Choice:
    """The first of the best."""
    return max(choices, key=lambda choice: choice.value)


def _clearly_better(choice: Choice, than: Choice) -> bool:
    delta = choice.values - than.values
    return bool(delta.mean() > delta.std(ddof=1) / len(delta) ** 0.5) if len(delta) > 1 else False


def _tried(
    model: str,
    trial: Trial,
    weight: float,
    points: Grid,
    iterates: bool,
    listener: Listener,
    threads: int,
    told: Callable[[], None],
) -> list[Choice]:
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
    return [Choice(weight, point, np.concatenate(each), epoch) for point, each, epoch in zip(points, values, epochs, strict=True)]
