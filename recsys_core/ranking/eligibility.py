"""How much the filters leave: products, and shoppers for whom the model found too few of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys_core.ranking.ground import Ground
from recsys_core.ranking.planning import filtered
from recsys_core.ranking.scenario import Scenario


@dataclass(frozen=True)
class Left:
    """products: that pass the filters. short: shoppers with fewer than k of them among their candidates; best sellers fill their lists."""

    products: int
    short: int


def left(scenario: Scenario, ground: Ground) -> Left:
    """What the filters of a scenario leave; rules, and what a shopper had, are not counted. Raises UnsupportedError."""
    passed = filtered(scenario, ground)
    found = ground.candidates
    few = (passed[np.maximum(found, 0)] & (found >= 0)).sum(axis=1) < scenario.k
    return Left(int(passed.sum()), int((few & ~ground.fallback).sum()))
