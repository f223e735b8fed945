"""What keeps two players that train against each other in step: rate schedules, rates that follow the balance, a stop on divergence.

Knows no model and no torch. A trainee asks for the two learning rates before a step and reports the critic's loss after it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

DRAW = 2 * math.log(2)  # cross-entropy, real and made-up together, of a critic that cannot tell: where both players are level
SMOOTHING = 0.95  # of the critic's loss, as in Hazimeh & Ponomareva 2023
TOLERANCE = 0.25  # share of DRAW by which the loss may be off before a rate stands at its bound
EXPLODING = 1e4  # a gradient whose norm is that many times the usual one, and that large itself, says that training has diverged

ScheduleKind = Literal["constant", "cosine", "linear"]


class Diverged(Exception):
    """A loss or a gradient is not a number, or explodes. The step that raises it has changed nothing."""


@dataclass(frozen=True)
class Schedule:
    """A factor for the learning rate at each update: a linear warm-up, then constant, or falling to 0 as a cosine or a line.

    warm_up, total: in updates. `total` is that of the longest training, not of the chosen epochs, so that a refit for the chosen
    epochs has the rates that the choice was made with.
    """

    kind: ScheduleKind
    warm_up: int
    total: int

    def factor(self, update: int) -> float:
        """From 0 (exclusive, in the warm-up) to 1; `update` counts from 0."""
        if update < self.warm_up:
            return (update + 1) / self.warm_up
        if self.kind == "constant":
            return 1.0
        share = min(1.0, (update - self.warm_up) / max(1, self.total - self.warm_up))
        return 1 - share if self.kind == "linear" else 0.5 * (1 + math.cos(math.pi * share))


class Balance:
    """Learning rates that follow the players' balance.

    The critic's loss at a draw is known beforehand. Where its smoothed loss is below that, it is winning: its rate falls and the
    generator's rises; above, the other way round. Both stay within [1 / bound, bound] of what they are set to, and a bound of 1 leaves
    them alone. The critic's half is the gap-aware scheduler of Hazimeh & Ponomareva (AISTATS 2023); the generator's mirrors it.
    """

    def __init__(self, bound: float, draw: float = DRAW) -> None:
        self.bound, self.draw, self.loss = bound, draw, draw

    def heard(self, d_loss: float) -> None:
        """Take in the critic's loss of one step."""
        self.loss = SMOOTHING * self.loss + (1 - SMOOTHING) * d_loss

    def factors(self) -> tuple[float, float]:
        """What to multiply (the critic's rate, the generator's rate) by."""
        gap = (self.loss - self.draw) / (TOLERANCE * self.draw)
        critic = self.bound ** min(1.0, max(-1.0, gap))
        return critic, 1 / critic

    def state(self) -> NDArray[np.float64]:
        """All that a resumed training needs of it."""
        return np.array([self.loss])

    def load_state(self, state: NDArray[np.float64]) -> None:
        """The opposite of `state`."""
        self.loss = float(state[0])


class GradientGuard:
    """Tells a gradient that explodes from one that is large: it knows the usual norm of each player's."""

    def __init__(self, players: int) -> None:
        self.usual = np.zeros(players)

    def check(self, player: int, norm: float) -> None:
        """Raise Diverged where `norm` is not finite or EXPLODING times the usual; else learn from it."""
        usual = self.usual[player]
        if not math.isfinite(norm) or (usual > 0 and norm > EXPLODING * max(usual, 1.0)):
            raise Diverged
        self.usual[player] = norm if usual == 0 else SMOOTHING * usual + (1 - SMOOTHING) * norm


def averaging(decay: float, update: int) -> float:
    """The decay of averaged weights at an update: smaller in the beginning, so that the first weights are soon forgotten."""
    return min(decay, (1 + update) / (10 + update))
