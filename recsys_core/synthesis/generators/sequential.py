"""A fitted sequential generator: the next product drawn by an item-item model's score given the products drawn so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from recsys_core.errors import InputError
from recsys_core.synthesis.contract import DrawnShoppers, Ints, RealShoppers, Wish
from recsys_core.synthesis.generators.copies import RealSets
from recsys_core.synthesis.generators.lengths import LengthLaw
from recsys_core.synthesis.generators.sequential_kernel import draw_sets

Floats = NDArray[np.float32]
TABLED = (
    6000  # products up to which the whole item-item matrix is made for a draw (144 MB): measured 1.6 to 2.8 times as fast as its factors
)

BLOCK = 16  # scores are made anew after each of the first 32 draws, then after each 1/16 more (not measured against blocks of one)
COARSE = 4  # the same without a table: of 30 products of 41,000, half the time


@dataclass(frozen=True)
class SequentialGenerator:
    """An autoregressive log-linear model of sets (an orderless linear NADE: Uria, Murray, Larochelle 2014; the softmax of EASE's place).

    bias, slope: float32 [I], a product's log-odds and how they rise with a shopper's activity. of_segment: float32 [segments + 1, I], the
    last 0. given, scored: float32 [I, d]; the item-item matrix is given @ scored.T: what having j adds to the log-odds of i. power: how
    fast one product among n counts less, n^-power. sharpness: what the scores are multiplied by so that co-occurrence is as strong as in
    the real log. activity: mean and standard deviation of the log lengths. share: float64 [I], of the shoppers. early: float32 [I],
    log-odds that a product is taken before a random other of the same shopper.
    """

    bias: Floats
    slope: Floats
    of_segment: Floats
    given: Floats
    scored: Floats
    power: float
    sharpness: float
    activity: tuple[float, float]
    share: NDArray[np.float64]
    early: Floats
    lengths: LengthLaw
    real_sets: RealSets

    def draw(self, n: int, wish: Wish, *, seed: int) -> DrawnShoppers:
        """n shoppers; raises InputError where the wish names no segment there is, or leaves no product."""
        allowed = check(wish, n, len(self.bias), segments=len(self.of_segment) - 1)
        rng = np.random.default_rng(seed)
        segment = self.lengths.segments(n, wish.segment, rng)
        lengths = self.lengths.draw(segment, wish.activity, int(allowed.sum()), rng)
        indptr = np.concatenate([[0], np.cumsum(lengths)])

        def sets(rows: NDArray[np.int64]) -> Ints:
            return self._sets(segment[rows], lengths[rows], allowed, wish, rng)

        with threadpool_limits(1):  # sums in one order, whatever the machine
            items = self.real_sets.avoided(sets(np.arange(n)), indptr, len(self.bias), sets)
        return DrawnShoppers(indptr, in_order(items, indptr, self.early, rng), segment)

    def _sets(
        self,
        segment: Ints,
        lengths: NDArray[np.int64],
        allowed: NDArray[np.bool_],
        wish: Wish,
        rng: np.random.Generator,
    ) -> Ints:
        indptr = np.concatenate([[0], np.cumsum(lengths)])
        items = np.empty(indptr[-1], np.int32)
        scale = np.float32(self.sharpness / wish.temperature)
        given, scored = (self.given * scale).astype(np.float32), np.ascontiguousarray(self.scored.T)
        rarer = np.float32(wish.tail) * np.log(self.share).astype(np.float32)
        mean, deviation = self.activity
        table = np.asarray(given @ scored, np.float32) if len(given) <= TABLED else np.empty((0, 0), np.float32)
        draw_sets(
            self.bias * scale - rarer,
            self.slope * scale,
            self.of_segment * scale,
            given,
            scored,
            table,
            ((np.log(lengths) - mean) / deviation).astype(np.float32),
            segment,
            indptr,
            rng.random(len(items)),
            allowed,
            self.power,
            BLOCK if len(table) else COARSE,
            items,
        )
        return items

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        """What an artifact keeps of it; `from_arrays` is the way back."""
        own = {name: getattr(self, name) for name in ("bias", "slope", "of_segment", "given", "scored", "share", "early")}
        return (
            own
            | {"numbers": np.array([self.power, self.sharpness, *self.activity])}
            | dict(self.lengths.arrays())
            | {"real_sets": self.real_sets.sums}
        )

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> SequentialGenerator:
        """The same generator."""
        own = {name: arrays[name] for name in ("bias", "slope", "of_segment", "given", "scored", "share", "early")}
        power, sharpness, mean, deviation = (float(number) for number in arrays["numbers"])
        lengths = LengthLaw(arrays["length_quantiles"], arrays["segment_share"])
        return cls(
            **own, power=power, sharpness=sharpness, activity=(mean, deviation), lengths=lengths, real_sets=RealSets(arrays["real_sets"])
        )


def in_order(items: Ints, indptr: NDArray[np.int64], early: Floats, rng: np.random.Generator) -> Ints:
    """Each shopper's products in the order in which they are taken: Plackett and Luce's law with the log-weights `early`."""
    shopper = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    return items[np.lexsort((-(early[items] + rng.gumbel(size=len(items))), shopper))]


def earliness(real: RealShoppers) -> Floats:
    """Float32 [I]: log-odds that a product comes before a random other of its shopper, shrunk to 0 by ten shoppers."""
    shopper = np.repeat(np.arange(len(real.lengths)), real.lengths)
    place = (real.first + 0.5) / real.lengths[shopper]
    weight = np.bincount(real.sets.indices, minlength=real.n_items) + 10.0
    mean = (np.bincount(real.sets.indices, weights=place, minlength=real.n_items) + 5.0) / weight
    return np.log((1.0 - mean) / mean).astype(np.float32)


def check(wish: Wish, n: int, items: int, segments: int) -> NDArray[np.bool_]:
    """Which products may be drawn, bool [items]. Raises InputError for a wish that cannot be met."""
    allowed = np.ones(items, np.bool_) if wish.items is None else np.ascontiguousarray(wish.items, np.bool_)
    if n < 1:
        raise InputError(f"{n} shoppers cannot be drawn.", "Ask for at least one.")
    if wish.segment is not None and not 0 <= wish.segment < segments:
        raise InputError(f"There is no segment {wish.segment}.", f"The generator learned {segments}, numbered from 0.")
    if not wish.temperature > 0:
        raise InputError(f"The temperature is {wish.temperature}.", "It must be above 0; 1 is as learned.")
    if wish.activity is not None and not 1 <= wish.activity[0] <= wish.activity[1]:
        raise InputError(f"The activity {wish.activity} is no range.", "Give the least and the most products a shopper, from 1.")
    if not allowed.any():
        raise InputError("No product may be drawn.", "Widen the choice of products.")
    if wish.activity is not None and wish.activity[0] > allowed.sum():
        raise InputError(
            f"{wish.activity[0]} different products are asked for, {allowed.sum()} may be drawn.", "Widen the choice of products."
        )
    return allowed
