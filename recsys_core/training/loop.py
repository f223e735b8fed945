"""The epoch loop: batches in a seeded order, a validation score an epoch, the best kept, a checkpoint after each, early stop.

It knows no model. It is given a `Trainee`: something that takes a batch of row numbers and makes a step, and that can
hand over and take back its state as arrays.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from recsys_core.errors import InputError
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
    """epochs: at most this many. patience: epochs without a better validation score before stopping, None never stops early.

    passes: how often an epoch goes over all rows, each time in an order of its own. checkpoint_share: of the time since the last
    checkpoint, how much the next one may take (by what the last one took); None writes one after each epoch.
    """

    epochs: int
    batch_size: int
    seed: int
    patience: int | None = None
    passes: int = 1
    checkpoint_share: float | None = None


@dataclass
class LoopResult:
    """curves: one dict an epoch. best_epoch: whose weights the trainee holds now (the last one's where nothing was validated).

    alarms: as in `FitReport`; a training whose loss stopped being a number.
    """

    curves: list[dict[str, float]] = field(default_factory=list)
    best_epoch: int = 0
    best_value: float = float("-inf")
    alarms: list[dict[str, Any]] = field(default_factory=list)


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
    measure: more to show of each epoch than its steps and its validation say, by curve name. A loss that is not a number ends the
    training with an alarm and the best epoch so far; raises InputError where no epoch was validated.
    """
    result, best = _restore(trainee, checkpoint, settings.epochs, listener)
    batches = -(-n_rows // settings.batch_size)
    saved_at, save_cost = float("-inf"), 0.0
    for epoch in range(len(result.curves) + 1, settings.epochs + 1):
        if _stalled(result, settings.patience):
            break
        started = time.perf_counter()
        trained = _train(trainee, n_rows, settings, epoch, batches, listener, may_end=best is not None)
        if trained is None:
            if checkpoint is not None:
                _save(trainee, result, best, checkpoint, ended=True)
            break
        values: dict[str, float] = {"epoch": epoch, **trained}
        if not all(map(math.isfinite, values.values())):
            result.alarms.append(_broken_off(result, best, epoch, listener))
            break
        if measure is not None:
            values |= measure()
        if validate is not None:
            values[metric] = validate()
        values["seconds"] = time.perf_counter() - started
        result.curves.append(values)
        if validate is None or values[metric] > result.best_value:
            result.best_epoch, result.best_value = epoch, values.get(metric, float("-inf"))
            best = _copied(trainee.weights(), best) if validate is not None else None
        now = time.perf_counter()
        if checkpoint is not None and now - saved_at >= save_cost / (settings.checkpoint_share or float("inf")):
            _save(trainee, result, best, checkpoint)
            saved_at = time.perf_counter()
            save_cost = saved_at - now
        listener.epoch(values)
        listener.progress(epoch / settings.epochs, f"epoch {epoch} of at most {settings.epochs}")
    if best is not None:
        trainee.load_weights(best)
    return result


def _train(
    trainee: Trainee, n_rows: int, settings: LoopSettings, epoch: int, batches: int, listener: Listener, *, may_end: bool
) -> dict[str, float] | None:
    """One epoch of steps; the mean of what they return over the rows that were in them. None where the listener has had enough."""
    rng = np.random.default_rng([settings.seed, epoch])
    sums: dict[str, float] = {}
    seen: dict[str, int] = {}
    update = (epoch - 1) * batches * settings.passes
    for _ in range(settings.passes):
        order = rng.permutation(n_rows)
        for start in range(0, n_rows, settings.batch_size):
            if may_end and listener.enough():
                return None
            listener.check()
            rows = order[start : start + settings.batch_size]
            for name, value in trainee.step(rows, update).items():
                sums[name] = sums.get(name, 0.0) + value * len(rows)
                seen[name] = seen.get(name, 0) + len(rows)
            update += 1
    return {name: value / seen[name] for name, value in sums.items()}


def _broken_off(result: LoopResult, best: Arrays | None, epoch: int, listener: Listener) -> dict[str, Any]:
    """The alarm of a training whose loss is not a number in `epoch`, told."""
    if best is None:
        raise InputError(f"The training broke off in epoch {epoch}: its loss is no longer a number.", "Set a lower learning_rate.")
    message = (
        f"Training broke off in epoch {epoch}: its loss is no longer a number. Epoch {result.best_epoch} is kept. Lower the learning rate."
    )
    listener.alarm("divergence", message, epoch)
    return {"name": "divergence", "message": message, "epoch": epoch}


def _copied(weights: Arrays, into: Arrays | None) -> Arrays:
    if into is None:
        return {name: array.copy() for name, array in weights.items()}
    for name, array in weights.items():
        np.copyto(into[name], array)
    return into


def _stalled(result: LoopResult, patience: int | None) -> bool:
    return patience is not None and len(result.curves) - result.best_epoch >= patience


def _save(trainee: Trainee, result: LoopResult, best: Arrays | None, checkpoint: CheckpointFile, *, ended: bool = False) -> None:
    arrays = {f"weights/{k}": v for k, v in trainee.weights().items()} | {f"state/{k}": v for k, v in trainee.state().items()}
    if best is not None:
        arrays |= {f"best/{k}": v for k, v in best.items()}
    head = {"curves": result.curves, "best_epoch": result.best_epoch, "best_value": repr(result.best_value)}
    checkpoint.save(arrays, head | {"ended": True} if ended else head)


def _restore(trainee: Trainee, checkpoint: CheckpointFile | None, epochs: int, listener: Listener) -> tuple[LoopResult, Arrays | None]:
    saved = checkpoint.load() if checkpoint is not None else None
    if saved is None or (saved.head.get("ended") and len(saved.head["curves"]) < epochs):  # it ended within an epoch
        return LoopResult(), None
    trainee.load_weights(saved.part("weights/"))
    trainee.load_state(saved.part("state/"))
    for values in saved.head["curves"]:
        listener.epoch(values)
    best = {name: np.array(array) for name, array in saved.part("best/").items()}
    return LoopResult(saved.head["curves"], saved.head["best_epoch"], float(saved.head["best_value"])), best or None
