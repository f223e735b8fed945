"""Two players in torch: their steps, their averaged weights, and a training that survives a collapse or a divergence."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, cast

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor, nn

from recsys_core.inference.contract import Scorer
from recsys_core.inference.scorers import rank
from recsys_core.models.contract import FitContext, FitReport
from recsys_core.models.spec import Value
from recsys_core.models.trainee_torch import Arrays, TorchTrainee
from recsys_core.training.checkpoint import CheckpointFile
from recsys_core.training.collapse import CollapseWatch
from recsys_core.training.loop import LoopSettings, run_epochs
from recsys_core.training.players import Balance, Diverged, GradientGuard, Schedule, ScheduleKind, averaging

TOP = 10
SAMPLE = 500  # users whose top tens tell coverage, the same ones after each epoch
CRITIC, GENERATOR = 0, 1


class TwoPlayers(TorchTrainee):
    """A generator and a critic with an Adam each. A model adds `step`, and calls `begin`, `improve_critic` and `improve_generator` in it.

    average: the generator with averaged weights, which is what scores. updates: steps of the loop in the longest training.
    generator_follows: whether the generator's rate follows the balance too; not where most of its loss is not the critic's.
    """

    generator_follows: ClassVar[bool] = True

    def __init__(
        self, player: nn.Module, critic: nn.Module, settings: Mapping[str, Value], generator: torch.Generator, updates: int
    ) -> None:
        self.player, self.critic, self.settings = player, critic, settings
        self.average = copy.deepcopy(player).requires_grad_(False)
        rates = {"critic": "d_learning_rate", "generator": "g_learning_rate"}
        adams = {
            name: torch.optim.Adam(
                module.parameters(),
                lr=float(settings[rates[name]]),
                betas=(float(settings["beta1"]), 0.999),
                weight_decay=float(settings["weight_decay"]),
                fused=True,
            )
            for name, module in (("critic", critic), ("generator", player))
        }
        super().__init__(nn.ModuleDict({"generator": player, "critic": critic, "average": self.average}), adams, generator)
        self.balance = Balance(float(settings["rate_bound"]))
        self.guard = GradientGuard(2)
        self.schedule = Schedule(
            cast(ScheduleKind, settings["schedule"]), int(settings["warm_up"]) * (updates // int(settings["epochs"])), updates
        )

    def begin(self, update: int) -> dict[str, float]:
        """Set both learning rates for one step of the loop; returns them as curves."""
        shared = self.schedule.factor(update)
        d_factor, g_factor = self.balance.factors()
        rates = {
            "d_lr": float(self.settings["d_learning_rate"]) * shared * d_factor,
            "g_lr": float(self.settings["g_learning_rate"]) * shared * (g_factor if self.generator_follows else 1.0),
        }
        self.optimizers["critic"].param_groups[0]["lr"] = rates["d_lr"]
        self.optimizers["generator"].param_groups[0]["lr"] = rates["g_lr"]
        return rates

    def improve_critic(self, loss: Tensor) -> float:
        """One Adam step of the critic on its loss; returns the gradient's norm before clipping. Raises Diverged."""
        norm = self._improve("critic", CRITIC, loss)
        self.balance.heard(loss.item())
        return norm

    def improve_generator(self, loss: Tensor) -> float:
        """The same for the generator."""
        return self._improve("generator", GENERATOR, loss)

    def _improve(self, name: str, player: int, loss: Tensor) -> float:
        optimizer = self.optimizers[name]
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        gradients = [p.grad for p in optimizer.param_groups[0]["params"] if p.grad is not None]
        norm = float(torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients))))
        self.guard.check(player, norm if torch.isfinite(loss) else float("nan"))
        longest = float(self.settings["clip_norm"])
        if longest and norm > longest:
            torch._foreach_mul_(gradients, longest / norm)
        optimizer.step()
        return norm

    def end(self, update: int) -> None:
        """Take the generator's weights into their average."""
        decay = averaging(float(self.settings["ema_decay"]), update)
        with torch.no_grad():
            torch._foreach_lerp_(list(self.average.parameters()), list(self.player.parameters()), 1 - decay)

    @contextmanager
    def frozen_critic(self) -> Iterator[None]:
        """While the generator learns through the critic, no gradients of the critic's own weights are computed."""
        self.critic.requires_grad_(False)
        yield
        self.critic.requires_grad_(True)

    def state(self) -> Arrays:
        """And the balance and the usual gradient norms."""
        return {**super().state(), "balance": self.balance.state(), "usual": self.guard.usual}

    def load_state(self, arrays: Arrays) -> None:
        """The opposite of `state`."""
        super().load_state(arrays)
        self.balance.load_state(arrays["balance"])
        self.guard.usual = np.array(arrays["usual"])


def train_players(
    trainee: TwoPlayers, n_rows: int, batch_size: int, context: FitContext, scorer: Callable[[], Scorer], histories: sparse.csr_matrix
) -> FitReport:
    """Run the epochs and leave the trainee with the best one's weights, whatever happens on the way.

    scorer: the exported form of the present averaged weights. histories: csr [users, items], what trains, for coverage. A loss or a
    gradient that is not a number ends the training at the best epoch so far, with an alarm.
    """
    settings, validate = trainee.settings, context.validation
    sample = _sample(histories, context.seed)
    watch = CollapseWatch(context.listener, context.metric if validate else None, _real_coverage(histories[sample], context.seed))

    def measure() -> dict[str, float]:
        lists, _ = rank(scorer(), histories[sample], TOP, users=sample)
        return {"coverage": _touched(lists[lists >= 0], histories.shape[1])}

    with tempfile.TemporaryDirectory() as folder:
        checkpoint = context.checkpoint or CheckpointFile(Path(folder) / "players.safetensors")
        try:
            result = run_epochs(
                trainee,
                n_rows,
                LoopSettings(
                    epochs=context.epochs or int(settings["epochs"]),
                    batch_size=batch_size,
                    seed=context.seed,
                    patience=int(settings["patience"]) if validate is not None and context.epochs is None else None,
                ),
                listener=watch,
                validate=None if validate is None else lambda: validate(scorer()),
                metric=context.metric,
                measure=measure,
                checkpoint=checkpoint,
            )
            curves, kept = result.curves, result.best_epoch
        except Diverged:
            curves, kept = _recover(trainee, checkpoint, watch)
    watch.ended(kept)
    return FitReport(curves, max(1, kept), alarms=watch.alarms)


def _recover(trainee: TwoPlayers, checkpoint: CheckpointFile, watch: CollapseWatch) -> tuple[list[dict[str, float]], int]:
    saved = checkpoint.load()
    curves: list[dict[str, float]] = saved.head["curves"] if saved else []
    kept = int(saved.head["best_epoch"]) if saved else 0
    if saved is not None:
        trainee.load_weights(saved.part("best/") or saved.part("weights/"))
    watch.alarm(
        "divergence",
        f"Training broke off in epoch {len(curves) + 1}: the losses are no longer numbers, or the gradients explode."
        f" {f'Epoch {kept} is kept.' if kept else 'Nothing was learned.'} Lower the learning rates or clip the gradients.",
        len(curves) + 1,
    )
    return curves, kept


def _sample(histories: sparse.csr_matrix, seed: int) -> NDArray[np.int64]:
    users = np.flatnonzero(np.diff(histories.indptr) > 0)
    return np.sort(np.random.default_rng(seed).choice(users, min(SAMPLE, len(users)), replace=False))


def _real_coverage(histories: sparse.csr_matrix, seed: int) -> float:
    rng = np.random.default_rng(seed)
    rows = (histories.indices[start:stop] for start, stop in zip(histories.indptr[:-1], histories.indptr[1:], strict=True))
    drawn = [rng.choice(items, min(TOP, len(items)), replace=False) for items in rows]
    return _touched(np.concatenate(drawn), histories.shape[1])


def _touched(items: NDArray[np.integer], n_items: int) -> float:
    return int(np.unique(items).size) / n_items
