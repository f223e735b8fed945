"""The epoch loop: batches in a seeded order, a validation score an epoch, the best kept, a checkpoint after each, early stop.

It knows no model. It is given a `Trainee`: something that takes a batch of row numbers and makes a step, and that can
hand over and take back its state as arrays.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from recsys_core.training.checkpoint import CheckpointFile
from recsys_core.training.events import Listener

Arrays = dict[str, NDArray[Any]]


class Trainee(Protocol):
    """A model in training, as far as the loop needs to know it."""

    def step(self, rows: NDArray[np.int64], update: int) -> dict[str, float]:
        """One optimiser step on these rows; `update` counts all steps from 0. Returns the parts of the loss to show."""

    def weights(self) -> Arrays:
        """The weights as arrays; they may share memory with the model, so that a later step changes them."""

    def load_weights(self, arrays: Arrays) -> None:
        """Take weights back."""

    def state(self) -> Arrays:
        """Everything else a bit-exact continuation needs: optimiser moments, random states; may share memory, as `weights`."""

    def load_state(self, arrays: Arrays) -> None:
        """Take the state back."""


@dataclass(frozen=True)
class LoopSettings:
    """epochs: at most this many. patience: epochs without a better validation score before stopping, None never stops early."""

    epochs: int
    batch_size: int
    seed: int
    patience: int | None = None


@dataclass
class LoopResult:
    """curves: one dict an epoch. best_epoch: whose weights the trainee holds now (the last one's where nothing was validated)."""

    curves: list[dict[str, float]] = field(default_factory=list)
    best_epoch: int = 0
    best_value: float = float("-inf")


def run_epochs(
    trainee: Trainee,
    n_rows: int,
    settings: LoopSettings,
    *,
    listener: Listener,
    validate: Callable[[], float] | None = None,
    metric: str = "validation",
    measure: Callable[[], dict[str, float]] | None = None,
    checkpoint: CheckpointFile | None = None,
) -> LoopResult:
    """Train on rows 0..n_rows-1 and leave the trainee with the weights of its best epoch.

    An epoch's order comes from (seed, epoch) alone and the trainee's own random state is in the checkpoint, so a training that
    was killed and resumed ends bit for bit where an undisturbed one ends. `listener.check` may raise between two batches.
    measure: more to show of each epoch than its steps and its validation say, by curve name.
    """
    result, best = _restore(trainee, checkpoint, listener)
    batches = -(-n_rows // settings.batch_size)
    for epoch in range(len(result.curves) + 1, settings.epochs + 1):
        if _stalled(result, settings.patience):
            break
        started = time.perf_counter()
        order = np.random.default_rng([settings.seed, epoch]).permutation(n_rows)
        sums: dict[str, float] = {}
        for batch in range(batches):
            listener.check()
            rows = order[batch * settings.batch_size : (batch + 1) * settings.batch_size]
            parts = trainee.step(rows, (epoch - 1) * batches + batch)
            for name, value in parts.items():
                sums[name] = sums.get(name, 0.0) + value * len(rows) / n_rows
        values: dict[str, float] = {"epoch": epoch, **sums}
        if validate is not None:
            values[metric] = validate()
        if measure is not None:
            values |= measure()
        values["seconds"] = time.perf_counter() - started
        result.curves.append(values)
        if validate is None or values[metric] > result.best_value:
            result.best_epoch, result.best_value = epoch, values.get(metric, float("-inf"))
            best = _copied(trainee.weights(), best) if validate is not None else None
        if checkpoint is not None:
            _save(trainee, result, best, checkpoint)
        listener.epoch(values)
        listener.progress(epoch / settings.epochs, f"epoch {epoch} of at most {settings.epochs}")
    if best is not None:
        trainee.load_weights(best)
    return result


def _copied(weights: Arrays, into: Arrays | None) -> Arrays:
    if into is None:
        return {name: array.copy() for name, array in weights.items()}
    for name, array in weights.items():
        np.copyto(into[name], array)
    return into


def _stalled(result: LoopResult, patience: int | None) -> bool:
    return patience is not None and len(result.curves) - result.best_epoch >= patience


def _save(trainee: Trainee, result: LoopResult, best: Arrays | None, checkpoint: CheckpointFile) -> None:
    arrays = {f"weights/{k}": v for k, v in trainee.weights().items()} | {f"state/{k}": v for k, v in trainee.state().items()}
    if best is not None:
        arrays |= {f"best/{k}": v for k, v in best.items()}
    checkpoint.save(arrays, {"curves": result.curves, "best_epoch": result.best_epoch, "best_value": repr(result.best_value)})


def _restore(trainee: Trainee, checkpoint: CheckpointFile | None, listener: Listener) -> tuple[LoopResult, Arrays | None]:
    saved = checkpoint.load() if checkpoint is not None else None
    if saved is None:
        return LoopResult(), None
    trainee.load_weights(saved.part("weights/"))
    trainee.load_state(saved.part("state/"))
    for values in saved.head["curves"]:
        listener.epoch(values)
    return LoopResult(saved.head["curves"], saved.head["best_epoch"], float(saved.head["best_value"])), saved.part("best/") or None
