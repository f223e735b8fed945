"""Signals put together: which ones, with what weight, is chosen on known products that are left out, as if they were new.

score of shopper u for product i = sum over signals of weight x signal(u, i) / spread_u, where spread_u is the signal's standard deviation
over left-out products for this shopper. Signals join one by one while NDCG@20 among the left-out products grows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.evaluation.protocol import list_hits
from recsys_core.evaluation.ranking_metrics import ndcg_at_k
from recsys_core.inference.contract import Floats
from recsys_core.inference.top_k import top_k
from recsys_core.synthesis.cold.signals import Asked, Known, Likeness, Signal, Users, learn_known, shaped

AT = 20
SHARE = 0.2  # of the known products, left out to choose by
FOLDS = 3
MANY = 6000  # products: with so many one fold says enough
MOST_ITEMS, MOST_SHOPPERS = 4000, 1000  # of a fold
STEPS = (0.1, 0.3, 1.0)
ROUNDS = 8
GAIN = 0.001  # relative growth of NDCG below which no signal joins
FLOOR = 0.03  # of a signal's mean: what its logarithm does not fall below
KS, POWERS, SHRINKS = (5, 10, 20, 50, 100, 300), (1.0, 2.0, 4.0), (0.0, 0.1, 0.3, 1.0, 3.0, 10.0)


def ndcg_of(scores: Floats, targets: sparse.csr_matrix) -> NDArray[np.float64]:
    """NDCG@20 of each row of scores [n, m] against targets csr [n, m], ties by place."""
    hits = list_hits(top_k(scores, min(AT, scores.shape[1]))[0], targets)
    return ndcg_at_k(hits, np.diff(targets.indptr).astype(np.int64))


@dataclass(frozen=True)
class Fold:
    """Known products left out: asked about, for some shoppers (rows of the pairs) and what each of them had of those, csr [users, m]."""

    asked: Asked
    users: NDArray[np.int64]
    targets: sparse.csr_matrix

    def ndcg(self, scores: Floats) -> float:
        """Mean over the fold's shoppers."""
        wide = np.broadcast_to(scores, self.targets.shape)
        return float(ndcg_of(np.ascontiguousarray(wide), self.targets).mean())


def make_folds(rows: sparse.csr_matrix, pairs: sparse.csr_matrix, seed: int, check: Callable[[], None] = lambda: None) -> list[Fold]:
    """Three disjoint fifths of the products of a small catalogue, or 4,000 products of a large one, each left out once."""
    rng = np.random.Generator(np.random.PCG64(seed))
    order = rng.permutation(rows.shape[0])
    size = min(max(1, int(SHARE * len(order))), MOST_ITEMS)
    folds = []
    for number in range(FOLDS if len(order) < MANY else 1):
        left_out = order[number * size : (number + 1) * size]
        rest = np.setdiff1d(np.arange(rows.shape[0]), left_out)
        targets = pairs[:, left_out].tocsr()
        users = np.flatnonzero(np.diff(targets.indptr))
        if not len(users) or not len(rest):
            continue
        if len(users) > MOST_SHOPPERS:
            users = np.sort(rng.choice(users, MOST_SHOPPERS, replace=False))
        known = learn_known(rows[rest], pairs[:, rest].tocsr(), check=check)
        folds.append(Fold(Asked(known, rows[left_out]), users, targets[users].sorted_indices()))
    return folds


def tune_likeness(folds: Sequence[Fold]) -> Likeness:
    """Content-kNN's k, power and shrink by NDCG@20 on the folds: 18 pairs of k and power, then 6 shrinks of the best. Ties: the first."""

    def value(how: Likeness) -> float:
        signal = Signal("likeness", k=how.k, power=how.power, shrink=how.shrink)
        return sum(fold.ndcg(fold.asked.raw(signal, fold.users)) for fold in folds)

    best = max((Likeness(k, power, 1.0) for k, power in product(KS, POWERS)), key=value)
    return max((replace(best, shrink=shrink) for shrink in SHRINKS), key=value)


@dataclass(frozen=True)
class Blend:
    """signals with weights, best first. spread: float32 [signals, users], what each is divided by."""

    signals: tuple[Signal, ...]
    weights: tuple[float, ...]
    spread: Floats

    def score(self, asked: Asked, users: Users = None) -> Floats:
        """Float32 [users, m]."""
        spread = self.spread if users is None else self.spread[:, users]
        total = np.zeros((spread.shape[1], len(asked)), np.float32)
        for signal, weight, own in zip(self.signals, self.weights, spread, strict=True):
            total += np.float32(weight) * shaped(signal, asked.raw(signal, users)) / own[:, None]
        return total

    def to_json(self) -> list[dict[str, Any]]:
        """Signals and weights, without the spread."""
        return [signal.to_json() | {"weight": weight} for signal, weight in zip(self.signals, self.weights, strict=True)]

    @classmethod
    def from_json(cls, told: Sequence[Mapping[str, Any]], spread: Floats) -> Blend:
        """From `to_json` and the spread."""
        signals = tuple(Signal(**{name: value for name, value in one.items() if name != "weight"}) for one in told)
        return cls(signals, tuple(float(one["weight"]) for one in told), spread)


def candidates(likeness: Likeness) -> list[Signal]:
    """The signals that may join: the tuned content-kNN, others of a fixed kind, and the logarithm of each."""
    plain = [
        Signal("likeness", k=likeness.k, power=likeness.power, shrink=likeness.shrink),
        Signal("likeness", k=10, power=1.0, shrink=1.0),
        Signal("likeness", k=30, power=2.0, shrink=1.0),
        Signal("likeness", k=100, power=4.0, shrink=1.0),
        Signal("local", width=0.3),
        Signal("local", width=0.1),
        Signal("taste"),
    ]
    plain = list(dict.fromkeys(plain))
    return [*plain, *(replace(signal, logarithm=True) for signal in plain), Signal("sold")]


def learn_blend(folds: Sequence[Fold], likeness: Likeness, known: Known, check: Callable[[], None] = lambda: None) -> Blend:
    """Which signals with which weights (greedy forward selection). known: what they will be read from later, for the spread."""
    tried = [_with_floor(signal, folds[0]) for signal in candidates(likeness)]
    tables = [[_even(shaped(signal, fold.asked.raw(signal, fold.users))) for fold in folds] for signal in tried]
    totals = [np.zeros(fold.targets.shape, np.float32) for fold in folds]
    weights: dict[int, float] = {}
    best = 0.0
    for _ in range(ROUNDS):
        found: list[tuple[float, int, float]] = []
        for place in range(len(tried)):
            check()
            for step in STEPS if weights else (1.0,):
                scores = (total + np.float32(step) * table for total, table in zip(totals, tables[place], strict=True))
                found.append((float(np.mean([fold.ndcg(own) for fold, own in zip(folds, scores, strict=True)])), -place, -step))
        value, place, step = max(found)
        if value <= best * (1 + GAIN):
            break
        best, place, step = value, -place, -step
        weights[place] = weights.get(place, 0.0) + step
        totals = [total + np.float32(step) * table for total, table in zip(totals, tables[place], strict=True)]
    chosen = weights or {0: 1.0}
    signals = tuple(tried[place] for place in chosen)
    return Blend(signals, tuple(chosen.values()), spread_of(signals, folds[0], known.pairs.shape[0]))


def spread_of(signals: Sequence[Signal], fold: Fold, n_users: int) -> Floats:
    """Standard deviation of each signal over a fold's products, for every shopper: float32 [signals, users]; nowhere below a tenth of the
    median.
    """
    found = np.ones((len(signals), n_users), np.float32)
    for row, signal in enumerate(signals):
        for start in range(0, n_users, 512):
            users = slice(start, min(start + 512, n_users))
            found[row, users] = shaped(signal, fold.asked.raw(signal, users)).std(axis=1)
    usual = np.median(found, axis=1, keepdims=True)
    usual = np.where(usual > 0, usual, 1.0)
    return np.asarray(np.maximum(found, 0.1 * usual), dtype=np.float32)


def _with_floor(signal: Signal, fold: Fold) -> Signal:
    if not signal.logarithm:
        return signal
    mean = float(np.maximum(fold.asked.raw(signal, fold.users), 0).mean(dtype=np.float64))
    return replace(signal, floor=max(FLOOR * mean, 1e-12))


def _even(table: Floats) -> Floats:
    spread = table.std(axis=1, keepdims=True)
    usual = float(np.median(spread)) or 1.0
    return np.asarray(table / np.maximum(spread, 0.1 * usual), dtype=np.float32)
