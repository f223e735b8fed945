"""How good the credit is: the score of an item as past items go in order of credit, against random orders.

The deletion test of saliency maps (Petsiuk et al. 2018), as counterfactual explainers of recommenders are judged by it (Barkan et al.
2024, "LXR"). Credit that finds what matters drops the score at once; the area between the two curves is the figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_core.errors import TooSmallError
from recsys_core.evaluation.intervals import Interval, bootstrap_intervals
from recsys_core.explain.leave_one_out import leave_one_out
from recsys_core.explain.shopper import READS_HISTORY, Shopper

ORDERS = 10


@dataclass(frozen=True)
class DeletionCurve:
    """removed: int64 [h + 1], how many past items are gone. by_credit, at_random: float64 [h + 1], the item's score then, on a scale where
    the two curves together span 0 to 1; at_random is the mean over `orders` seeded orders. area: mean of at_random - by_credit over the
    steps, -1..1, above 0 where credit finds what matters.
    """

    item: int
    removed: NDArray[np.int64]
    by_credit: NDArray[np.float64]
    at_random: NDArray[np.float64]
    area: float
    orders: int
    seed: int


@dataclass(frozen=True)
class DeletionQuality:
    """area: mean over the shoppers with its 95 % interval. shoppers: how many had a past to take away."""

    area: Interval
    shoppers: int
    orders: int
    seed: int


def deletion_curve(shopper: Shopper, item: int, *, orders: int = ORDERS, seed: int = 0) -> DeletionCurve:
    """The curve of one item (dataset index).

    Raises TooSmallError for a past of fewer than 2 items, for a list that is not made from one, and for an item that the run does not know.
    """
    place, past = shopper.places(np.array([item])), len(shopper.history)
    if past < 2 or place[0] < 0 or shopper.reads != READS_HISTORY:
        raise TooSmallError(
            "There is no past to take away from this item.", "Choose a shopper with two products or more, and one of theirs."
        )
    rng = np.random.default_rng(seed)
    worth = leave_one_out(shopper, np.array([item])).worth[:, 0]
    order = np.stack([np.argsort(-worth, kind="stable"), *(rng.permutation(past) for _ in range(orders))])
    gone_at = np.argsort(order, axis=1)  # the step at which each past item goes
    keep = gone_at[:, None, :] >= np.arange(past + 1)[None, :, None]
    scores = shopper.scores(keep.reshape(-1, past), place).astype(np.float64).reshape(orders + 1, past + 1)
    curves = np.stack([scores[0], scores[1:].mean(axis=0)])
    low, span = curves.min(), np.ptp(curves)
    by_credit, at_random = (curves - low) / (span if span > 0 else 1.0)
    return DeletionCurve(item, np.arange(past + 1), by_credit, at_random, float((at_random - by_credit).mean()), orders, seed)


def deletion_quality(picks: Iterable[tuple[Shopper, int]], *, orders: int = ORDERS, seed: int = 0) -> DeletionQuality:
    """The mean area over (shopper, item), one item a shopper, such as the first of each list; those without a curve are left out.

    Raises TooSmallError where none is left.
    """
    areas: list[float] = []
    for shopper, item in picks:
        if len(shopper.history) > 1 and shopper.reads == READS_HISTORY:
            areas.append(deletion_curve(shopper, item, orders=orders, seed=seed + len(areas)).area)
    if not areas:
        raise TooSmallError("No shopper has a past to take away.", "Choose shoppers with two products or more.")
    return DeletionQuality(bootstrap_intervals(np.array(areas), seed=seed)[0], len(areas), orders, seed)
