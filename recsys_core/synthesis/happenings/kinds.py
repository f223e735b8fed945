"""Kinds of event of a shopper and a product, as one law: views before carts before purchases, no play without a purchase."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_core.synthesis.happenings.quantile_law import QuantileLaw, learn_law
from recsys_core.synthesis.happenings.rows import Ints, LogRows, runs, within

PATTERNS, LONGEST = 32, 8  # courses told apart; events of one
DECILES, PRIOR = 10, 10.0  # events pairs of a product's decile of popularity in each product's own law
MOST_LAG = 2000


@dataclass(frozen=True)
class Kinds:
    """courses: int8 [P, LONGEST], the kinds of a pair's events in order, -1 after the last. chance: float32 [I, P], cumulative.

    lag: how many events of other products the shopper has between one event of a pair and the next.
    """

    courses: NDArray[np.int8]
    chance: NDArray[np.float32]
    lag: QuantileLaw


def learn_kinds(rows: LogRows, kind: Ints, kinds: int) -> Kinds:
    """kind: int64 [rows], 0 to kinds - 1."""
    place = within(np.bincount(rows.user))
    order = np.lexsort([np.arange(len(rows)), rows.item, rows.user])
    pair = (rows.user * rows.n_items + rows.item)[order]
    start, n = runs(pair)
    turn = within(n)
    code = np.zeros(len(start), dtype=np.int64)
    for step in range(LONGEST):
        here = order[start[n > step] + step]
        code[n > step] += (kind[here] + 1) * (kinds + 1) ** step
    usual, course = _usual(code, kinds)
    item = rows.item[order[start]]
    lag = np.diff(place[order], prepend=0)[turn > 0] - 1
    return Kinds(usual, _chances(item, course, len(usual), rows.n_items), learn_law(np.minimum(lag, MOST_LAG)))


def _usual(code: Ints, kinds: int) -> tuple[NDArray[np.int8], Ints]:
    """The commonest courses, and each pair's: a rarer one counts as the commonest of the same set of kinds, else as the commonest."""
    unique, inverse, count = np.unique(code, return_inverse=True, return_counts=True)
    digits = unique[:, None] // (kinds + 1) ** np.arange(LONGEST) % (kinds + 1) - 1
    order = np.argsort(-count, kind="stable")
    sets = [frozenset(row[row >= 0].tolist()) for row in digits]
    first_of = {sets[own]: own for own in order[::-1]}
    kept = list(dict.fromkeys([*order[: PATTERNS // 2].tolist(), *sorted(first_of.values(), key=lambda own: -count[own])]))[:PATTERNS]
    place = {own: number for number, own in enumerate(kept)}
    as_kept = [place.get(own, place.get(first_of[sets[own]], 0)) for own in range(len(unique))]
    return digits[kept].astype(np.int8), np.asarray(as_kept)[inverse]


def _chances(item: Ints, course: Ints, courses: int, n_items: int) -> NDArray[np.float32]:
    own = np.bincount(item * courses + course, minlength=n_items * courses).reshape(n_items, courses).astype(np.float64)
    popularity = own.sum(axis=1)
    decile = np.empty(n_items, dtype=np.int64)
    decile[np.argsort(popularity, kind="stable")] = np.arange(n_items) * DECILES // n_items
    near = np.zeros((DECILES, courses))
    np.add.at(near, decile, own)
    near += 1e-3 * own.sum(axis=0) / max(own.sum(), 1.0)
    near /= near.sum(axis=1, keepdims=True)
    law = own + PRIOR * near[decile]
    return np.asarray(np.cumsum(law, axis=1) / law.sum(axis=1, keepdims=True), dtype=np.float32)


def draw_kinds(kinds: Kinds, items: Ints, different: Ints, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """For the different products of shopper after shopper: events of each shopper, and product and kind of every event, in order."""
    u = rng.random(len(items), dtype=np.float32)
    course = np.minimum((u[:, None] >= kinds.chance[items]).sum(axis=1), len(kinds.courses) - 1)
    length = (kinds.courses >= 0).sum(axis=1)[course]
    user = np.repeat(np.repeat(np.arange(len(different)), different), length)
    pair = np.repeat(np.arange(len(items)), length)
    turn = within(length)
    lag = np.where(turn > 0, kinds.lag.draw(rng.random(len(pair)), smooth=True), 0.0)
    late = np.cumsum(lag)
    late -= late[np.cumsum(length) - length][pair]
    order = np.lexsort([np.arange(len(pair)) + np.floor(late), user])
    kind = kinds.courses[course[pair], turn].astype(np.int64)
    return np.bincount(user, minlength=len(different)), items[pair][order], kind[order]
