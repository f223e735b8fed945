"""The experiment: models learned from real, synthetic and both, tested on what no generator saw, over several seeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_core.synthesis.augmenting.choosing import WEIGHTS, Arms, Choice, Grid, choose, fits, training_rows
from recsys_core.synthesis.augmenting.learners import found, learn, takes_weights
from recsys_core.synthesis.augmenting.result import FULL, SCARCE, AugmentResult, SeedPoint
from recsys_core.synthesis.augmenting.trial import Drawing, Fit, Histories, Trial, make_trial
from recsys_core.synthesis.augmenting.verdict import Measured, findings, sentences
from recsys_core.synthesis.contract import Wish
from recsys_core.training.events import Listener


@dataclass(frozen=True)
class Plan:
    """What is tried.

    share: of the shoppers that are all there is to learn from (the scarce regime); None for everybody's rows (the full one). ratio:
    synthetic shoppers per real one, drawn from so many `fits` of the generator (`Drawing`). weight: of a synthetic shopper; None has it
    chosen on validation among WEIGHTS. at: the length of list that is tested, by its NDCG. grids: model -> points to choose its settings
    from, else those that it declares. repeats: of the validation in the scarce regime (`make_trial`).
    """

    models: tuple[str, ...]
    seeds: tuple[int, ...]
    share: float | None = None
    ratio: float = 4.0
    fits: int = 1
    weight: float | None = None
    at: int = 10
    repeats: int | None = None
    wish: Wish = field(default_factory=Wish)
    grids: Mapping[str, Grid] = field(default_factory=dict)
    threads: int = 1


def run_experiment(histories: Histories, fit: Fit, plan: Plan, *, generator: str, listener: Listener | None = None) -> AugmentResult:
    """Train and test all that is planned. fit: the generator's, which hears of nothing but the shoppers it learns from.

    The listener hears an epoch a seed and model (`real`, `fused`, `weight`), and may stop it. The same plan gives the same figures.
    Raises TooSmallError.
    """
    listener, weights = listener or Listener(), WEIGHTS if plan.weight is None else (plan.weight,)
    measured: dict[str, list[Measured]] = {model: [] for model in plan.models}
    curve: list[SeedPoint] = []
    sizes = (0, 0)
    for number, seed in enumerate(plan.seeds):
        listener.check()
        trial = make_trial(histories, Drawing(fit, plan.ratio, plan.fits, plan.wish), share=plan.share, seed=seed, repeats=plan.repeats)
        sizes = trial.real.sets.shape[0], len(trial.tests.users)
        bar = _Bar(listener, number, plan, sum(fits(model, len(trial.folds), weights, plan.grids.get(model)) for model in plan.models))
        for model in plan.models:
            arms = choose(model, trial, weights, grid=plan.grids.get(model), listener=listener, threads=plan.threads, told=bar.step)
            values = _tested(model, trial, arms, listener, plan)
            measured[model].append(values)
            point = _point(model, seed, arms, values)
            curve.append(point)
            listener.epoch(
                {"epoch": float(seed), f"{model} real": point.real, f"{model} fused": point.fused, f"{model} weight": point.weight}
            )
    rows = findings(measured, histories)
    chosen = {model: [point.weight for point in curve if point.model == model] for model in plan.models}
    return AugmentResult(
        regime=FULL if plan.share is None else SCARCE,
        share=plan.share,
        metric=f"ndcg@{plan.at}",
        generator=generator,
        ratio=plan.ratio,
        weight=plan.weight,
        seeds=plan.seeds,
        trained=sizes[0],
        tested=sizes[1],
        findings=rows,
        curve=tuple(curve),
        sentences=sentences(rows, chosen),
        notes=_notes(plan),
    )


def _tested(model: str, trial: Trial, arms: Arms, listener: Listener, plan: Plan) -> Measured:
    known: dict[tuple[float, str, int | None], NDArray[np.float64]] = {}

    def values(choice: Choice) -> NDArray[np.float64]:
        key = (choice.weight, repr(sorted(choice.settings.items())), choice.epochs)
        if key not in known:
            listener.check()
            rows, memo = training_rows(model, trial, choice.weight, trial.seed), dict[str, Any]()
            fitted, _ = learn(
                model, choice.settings, rows, seed=trial.seed, memo=memo, listener=listener, epochs=choice.epochs, threads=plan.threads
            )
            known[key] = found(fitted, trial.tests, plan.at, trial.tail)
        return known[key]

    return Measured(trial.tests.users, values(arms.real), values(arms.synthetic), values(arms.fused))


def _point(model: str, seed: int, arms: Arms, values: Measured) -> SeedPoint:
    means = [float(each[:, 0].mean()) for each in (values.real, values.synthetic, values.fused)]
    told = {"settings_real": dict(arms.real.settings), "settings_fused": dict(arms.fused.settings)}
    return SeedPoint(model, seed, arms.fused.weight, means[0], means[1], means[2], arms.real.value, arms.fused.value, **told)


def _notes(plan: Plan) -> tuple[str, ...]:
    notes = []
    for model in plan.models:
        if not takes_weights(model):
            notes.append(f"{model} takes no weights: of the synthetic shoppers a share as large as the weight was added instead.")
    if len(plan.seeds) < 3:
        notes.append("With fewer than three seeds the interval hardly knows how much a generator's fits differ.")
    return tuple(notes)


class _Bar:
    """The experiment's share of the progress bar, fit by fit."""

    def __init__(self, listener: Listener, number: int, plan: Plan, fits: int) -> None:
        self._listener, self._number, self._of, self._fits, self._done = listener, number, len(plan.seeds), fits, 0

    def step(self) -> None:
        self._done += 1
        self._listener.progress(
            (self._number + self._done / self._fits) / self._of, f"seed {self._number + 1} of {self._of}: {self._done} of {self._fits} fits"
        )
