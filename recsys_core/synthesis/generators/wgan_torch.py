"""A Wasserstein GAN with gradient penalty (Gulrajani et al. 2017), packed (Lin et al. 2018), over profiles given a condition."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from recsys_core.inference.kinds.autoencoder import Layer
from recsys_core.models.adversarial_torch import TwoPlayers
from recsys_core.synthesis.generators.noise import LEAK
from recsys_core.training.events import Listener
from recsys_core.training.loop import LoopSettings, run_epochs
from recsys_core.training.players import DRAW, SMOOTHING, TOLERANCE, Balance, Diverged

SECOND_MOMENT = 0.9  # Adam's second decay, as in the paper
STEPS = 20  # of the generator in an epoch at least, so that a small log's curves are not all epochs
LASTING = 3  # epochs in a row
NARROW = 0.5  # of what real shoppers cover of each other
SAMPLE = 500  # shoppers whose coverage is measured
SLOWER = 0.99  # smoothing of what the distance usually is


class WGAN(TwoPlayers):
    """A subclass says what is real and what is made, and how the critic sees both. condition: [shoppers, c].

    settings: of `specs.PLAYERS`, with epochs, packing and gradient_penalty. A condition is shared by what is real and what is made, so that
    the critic compares shoppers of the same activity and segment.
    """

    balance: DistanceBalance
    condition: Tensor

    def __init__(
        self, player: nn.Module, critic: nn.Module, settings: Mapping[str, Any], generator: torch.Generator, shoppers: int, updates: int
    ) -> None:
        super().__init__(player, critic, settings, generator, updates)
        self.shoppers, self.balance = shoppers, DistanceBalance(float(settings["rate_bound"]))
        self.packing = int(settings["packing"])
        for optimizer in self.optimizers.values():
            optimizer.param_groups[0]["betas"] = (float(settings["beta1"]), SECOND_MOMENT)

    @abstractmethod
    def real(self, rows: Tensor) -> Tensor:
        """Profiles of these shoppers, [n, d]."""

    @abstractmethod
    def made(self, player: nn.Module, rows: Tensor) -> Tensor:
        """Profiles of a generator for the conditions of these shoppers, with a gradient: [n, d]."""

    def step(self, rows: NDArray[np.int64], update: int) -> dict[str, float]:
        """The critic's steps, then one of the generator; shoppers are drawn anew for each."""
        values = self.begin(update)
        size = max(1, len(rows) // self.packing) * self.packing
        for _ in range(int(self.settings["d_steps"])):
            values |= self._critic_step(self._some(size))
        chosen = self._some(size)
        with self.frozen_critic():
            loss = -self.critic(self.made(self.player, chosen), self.condition[chosen]).mean()
            norm = self.improve_generator(loss)
        self.end(update)
        return {**values, "g_loss": loss.item(), "g_grad": norm}

    def measure(self) -> dict[str, float]:
        """Coverage of real profiles by the averaged generator's; takes nothing from the stream of random numbers."""
        state = self.generator.get_state()
        rows = self._some(SAMPLE)
        with torch.no_grad():
            found = coverage(self.real(rows).numpy(), self.made(self.average, rows).numpy())
        self.generator.set_state(state)
        return {"coverage": found}

    def usual_coverage(self) -> float:
        """What real shoppers cover of others."""
        return coverage(self.real(self._some(SAMPLE)).numpy(), self.real(self._some(SAMPLE)).numpy())

    def _some(self, size: int) -> Tensor:
        return torch.randint(self.shoppers, (size,), generator=self.generator, device=self.generator.device)

    def _critic_step(self, rows: Tensor) -> dict[str, float]:
        real, condition = self.real(rows), self.condition[rows]
        with torch.no_grad():
            made = self.made(self.player, rows)
        share = torch.rand((len(rows), 1), generator=self.generator, device=made.device)
        between = (share * real + (1 - share) * made).requires_grad_(True)
        (slope,) = torch.autograd.grad(self.critic(between, condition).sum(), between, create_graph=True)
        steepness = slope.view(len(rows) // self.packing, -1).norm(dim=1)
        penalty = (steepness - 1).square().mean()
        distance = self.critic(real, condition).mean() - self.critic(made, condition).mean()
        loss = float(self.settings["gradient_penalty"]) * penalty - distance
        norm = self.improve_critic(loss)
        self.balance.saw(distance.item())
        return {"critic_loss": loss.item(), "wasserstein": distance.item(), "gradient_penalty": penalty.item(), "d_grad": norm}


class DistanceBalance(Balance):
    """Learning rates that follow the critic's distance: above what it usually is, the generator falls behind and the critic slows down."""

    def __init__(self, bound: float) -> None:
        super().__init__(bound)
        self.usual = 0.0

    def heard(self, d_loss: float) -> None:
        """A Wasserstein critic's loss has no level of its own; `saw` is what counts."""

    def saw(self, distance: float) -> None:
        """Take in the distance of one step."""
        self.usual = distance if self.usual == 0 else SLOWER * self.usual + (1 - SLOWER) * distance
        beyond = (distance - self.usual) / max(abs(self.usual), 1e-6)
        loss = DRAW * (1 - TOLERANCE * float(np.clip(beyond, -4, 4)))
        self.loss = SMOOTHING * self.loss + (1 - SMOOTHING) * loss


class Critic(nn.Module):
    """Two hidden layers over `packing` profiles and their conditions at once, to one number a pack."""

    def __init__(self, numbers: int, hidden: int, packing: int, generator: torch.Generator) -> None:
        super().__init__()
        self.packing = packing
        widths = (numbers * packing, hidden, hidden, 1)
        self.layers = nn.ModuleList([nn.Linear(a, b) for a, b in pairwise(widths)])
        initialise(self, generator)

    def forward(self, profiles: Tensor, condition: Tensor) -> Tensor:
        """[n / packing, 1] of profiles [n, d] and conditions [n, c]."""
        hidden = torch.cat([profiles, condition], dim=1).view(len(profiles) // self.packing, -1)
        return bent(self.layers, hidden)


def bent(layers: nn.ModuleList, given: Tensor) -> Tensor:
    """Layers with a leaky ReLU between them."""
    hidden = given
    for place, layer in enumerate(layers):
        hidden = layer(F.leaky_relu(hidden, LEAK) if place else hidden)
    return hidden


def initialise(network: nn.Module, generator: torch.Generator) -> None:
    """Weights by He's rule for leaky ReLUs, biases 0."""
    for parameter in network.parameters():
        if parameter.dim() > 1:
            nn.init.kaiming_normal_(parameter, LEAK, generator=generator)
        else:
            nn.init.zeros_(parameter)


def exported(layers: nn.ModuleList) -> tuple[Layer, ...]:
    """As numpy layers, [inputs, outputs]."""
    return tuple(Layer(_numpy(layer.weight).T.copy(), _numpy(layer.bias)) for layer in layers)


def _numpy(tensor: Any) -> NDArray[np.float32]:
    return np.array(tensor.detach().cpu().numpy(), np.float32)


@dataclass
class CodeWatch(Listener):
    """Passes everything on, and alarms where what is made comes to cover much less than it did, or in the end than real shoppers do.

    real: what as many real shoppers cover, of `coverage`. settled: the epoch from which that is asked: a generator begins narrow.
    """

    inner: Listener
    real: float
    settled: int
    alarmed: set[str] = field(default_factory=set)
    _best: float = 0.0
    _low: int = 0

    def epoch(self, values: Mapping[str, float]) -> None:
        """Pass it on, then look at it."""
        self.inner.epoch(values)
        self._best = max(self._best, values["coverage"])
        level = self.real if values["epoch"] >= self.settled else self._best
        self._low = self._low + 1 if values["coverage"] < NARROW * level else 0
        if self._low >= LASTING:
            self.alarm(
                "collapse",
                f"Variety collapsed: made-up shoppers come close to {values['coverage']:.0%} of the real ones; as many real ones to"
                f" {self.real:.0%}. Lower the learning rates or pack more shoppers together.",
                int(values["epoch"]),
            )

    def alarm(self, name: str, message: str, epoch: int) -> None:
        """Once a name."""
        if name not in self.alarmed:
            self.alarmed.add(name)
            self.inner.alarm(name, message, epoch)

    def progress(self, fraction: float, message: str) -> None:
        """Passed on."""
        self.inner.progress(fraction, message)

    def check(self) -> None:
        """Passed on."""
        self.inner.check()


def play(trainee: WGAN, epochs: int, batch: int, seed: int, listener: Listener) -> None:
    """Run the epochs; the averaged generator is then `trainee.average`. A training that diverges stops with an alarm before the step."""
    watch = CodeWatch(listener, trainee.usual_coverage(), settled=epochs // 2)
    passes = max(1, -(-STEPS * batch // trainee.shoppers))
    heard = Last(watch)
    try:
        run_epochs(trainee, trainee.shoppers, LoopSettings(epochs, batch, seed, passes=passes), listener=heard, measure=trainee.measure)
    except Diverged:
        heard.alarm(
            "divergence", "Training broke off: the gradients explode. What was learned so far is kept. Lower the learning rates.", 0
        )


@dataclass
class Last(Listener):
    """Passes everything on and remembers the last epoch, which an alarm from outside the loop is of."""

    inner: Listener
    last: int = 0

    def epoch(self, values: Mapping[str, float]) -> None:
        """Passed on."""
        self.last = int(values["epoch"])
        self.inner.epoch(values)

    def alarm(self, name: str, message: str, epoch: int) -> None:
        """With the epoch after the last one where none is said."""
        self.inner.alarm(name, message, epoch or self.last + 1)

    def progress(self, fraction: float, message: str) -> None:
        """Passed on."""
        self.inner.progress(fraction, message)

    def check(self) -> None:
        """Passed on."""
        self.inner.check()


def updates_of(epochs: int, batch: int, shoppers: int) -> int:
    """Steps of the generator that `play` makes."""
    return epochs * max(1, -(-STEPS * batch // shoppers)) * -(-shoppers // batch)


def coverage(real: NDArray[np.floating], made: NDArray[np.floating], near: int = 5) -> float:
    """Share of the real codes that have a made one nearer than their 5th nearest real one (Naeem et al. 2020, eq. 10)."""
    own = _distances(real, real)
    reach = np.partition(own, min(near, len(own) - 1), axis=1)[:, min(near, len(own) - 1)]
    return float((_distances(real, made).min(axis=1) < reach).mean())


def _distances(first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.floating]:
    found: NDArray[np.floating] = (first**2).sum(axis=1)[:, None] + (second**2).sum(axis=1) - 2 * first @ second.T
    return found
