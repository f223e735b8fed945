"""Whether generated shoppers lie where real ones do, in a model's own space. Light: numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_core.errors import TooSmallError
from recsys_core.evaluation.intervals import Interval, bootstrap_intervals
from recsys_core.latent.nearest import unit_rows

NEAREST = 5
MOST = 2000  # of each side
FEWEST = 20
SAME, APART = 0.6, 0.75  # how often the nearest one is of the own side, or of the other, of the side where that is farther from a half


@dataclass(frozen=True)
class TwoSamples:
    """Real against generated points.

    covered: share of real neighbourhoods with a generated point in them: within the distance to a real one's 5th nearest real one (Naeem
    et al. 2020, coverage). ceiling: the same of other real points, as many. told: how often a point's nearest is of its own side
    (the accuracy of a 1-nearest-neighbour two-sample test, Lopez-Paz & Oquab 2017): 0.5 where nobody could tell, 1 where all are told.
    told_real, told_generated: the same of each side alone. Generated points that crowd in the middle are the nearest of everybody: all of
    theirs are told and none of the real ones, 0.5 on the whole. real, generated: how many were compared.
    """

    covered: Interval
    ceiling: float
    told: Interval
    told_real: float
    told_generated: float
    real: int
    generated: int

    @property
    def alike(self) -> str:
        """ "alike" where the nearest one is of either side as often, of both sides; "apart" where of one side it hardly ever is."""
        off = 0.5 + max(abs(side - 0.5) for side in (self.told_real, self.told_generated))
        return "alike" if off <= SAME else "apart" if off > APART else "partly"


def compare_clouds(real: NDArray[np.floating], generated: NDArray[np.floating], *, seed: int = 0) -> TwoSamples:
    """Of vectors [n, d] and [m, d], by cosine, over at most 2,000 of each, as many of the one as of the other.

    A third cloud of real ones, that were not compared, gives the ceiling. Raises TooSmallError where a side has fewer than 20.
    """
    if len(real) < 2 * FEWEST or len(generated) < FEWEST:
        raise TooSmallError(
            f"{len(real):,} real and {len(generated):,} synthetic shoppers are too few to compare.", f"It takes {2 * FEWEST} and {FEWEST}."
        )
    rng = np.random.default_rng(seed)
    size = min(MOST, len(real) // 2, len(generated))
    order = rng.permutation(len(real))
    here, other = unit_rows(real[order[:size]]), unit_rows(real[order[size : 2 * size]])
    made = unit_rows(generated[rng.permutation(len(generated))[:size]])
    among = _distance(here, here)
    np.fill_diagonal(among, np.inf)
    nearest = min(NEAREST, size - 1)
    radius = np.partition(among, nearest - 1, axis=1)[:, nearest - 1]
    across, held = _distance(here, made), _distance(here, other)
    within = _distance(made, made)
    np.fill_diagonal(within, np.inf)
    told = np.concatenate([_own_side(among, across), _own_side(within, across.T)])
    covered = np.asarray((across <= radius[:, None]).any(axis=1), np.float64)
    ceiling = float((held <= radius[:, None]).any(axis=1).mean())
    sides = float(told[:size].mean()), float(told[size:].mean())
    return TwoSamples(bootstrap_intervals(covered, seed=seed)[0], ceiling, bootstrap_intervals(told, seed=seed)[0], *sides, size, size)


def _own_side(own: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float64]:
    """1 where the nearest is of the own side, 0 where of the other, 1/2 where both are as near."""
    mine, theirs = own.min(axis=1), other.min(axis=1)
    return np.where(mine < theirs, 1.0, np.where(mine > theirs, 0.0, 0.5))


def _distance(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """1 - cosine, rounded so that equal points are at 0 however they are multiplied."""
    return np.asarray(np.round(1.0 - one @ other.T, 6))
