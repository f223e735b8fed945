"""Shoppers as readable histories, real and synthetic alike, and pairs of similar length to be held side by side. Knows no Streamlit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

READABLE = (4, 40)  # rows of a shopper that a person reads through
ALIKE = 25  # real shoppers nearest in length, of whom one is drawn
DAY_US = 86_400_000_000
FIRST_DAY = -719_162  # 1 Jan of the year 1: a row without a time has the least number of all

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Visit:
    """What a shopper had on one day. day: None where the log does not say when. items: (product, kind of event or "", how often)."""

    day: np.datetime64 | None
    items: tuple[tuple[int, str, int], ...]


@dataclass(frozen=True)
class History:
    """One shopper. items: different products, in the order in which they came."""

    number: int
    visits: tuple[Visit, ...]
    rows: int
    items: tuple[int, ...]

    @property
    def span(self) -> int | None:
        """Days from the first to the last visit; None without times."""
        days = [visit.day for visit in self.visits if visit.day is not None]
        return int((days[-1] - days[0]) / np.timedelta64(1, "D")) if days else None


@dataclass(frozen=True)
class Side:
    """A log by shopper. start: int64 [shoppers + 1], into item (int32, product numbers), moment (int64 microseconds, or None), kind.

    Rows of a shopper are in the order of time.
    """

    start: Ints
    item: NDArray[np.int32]
    moment: Ints | None
    kind: NDArray[np.int32]
    kinds: tuple[str, ...]

    @property
    def rows(self) -> Ints:
        """Of each shopper."""
        return np.diff(self.start)

    def days(self, shopper: int) -> int:
        """On how many days the shopper came; 1 without times."""
        if self.moment is None:
            return 1
        part = slice(self.start[shopper], self.start[shopper + 1])
        return len(np.unique(self.moment[part] // DAY_US))

    def history(self, shopper: int) -> History:
        """Its rows, by day."""
        part = slice(int(self.start[shopper]), int(self.start[shopper + 1]))
        items, kinds = self.item[part], self.kind[part]
        days = np.zeros(len(items), np.int64) if self.moment is None else self.moment[part] // DAY_US
        cuts = [0, *(np.flatnonzero(np.diff(days)) + 1).tolist(), len(items)]
        visits = []
        for begin, end in pairwise(cuts):
            if begin == end:
                continue
            had = Counter(zip(items[begin:end].tolist(), kinds[begin:end].tolist(), strict=True))
            day = None if self.moment is None or days[begin] < FIRST_DAY else np.datetime64(int(days[begin]), "D")
            visits.append(Visit(day, tuple((item, self.kinds[kind] if kind >= 0 else "", n) for (item, kind), n in had.items())))
        return History(shopper, tuple(visits), len(items), tuple(dict.fromkeys(items.tolist())))


def side_of(user: NDArray[np.integer], item: NDArray[np.integer], moment: Ints | None, event: pd.Series | None, shoppers: int) -> Side:
    """user, item: numbers, [rows]; rows without a known product (-1) are left out. event: kinds as text, or None."""
    known = np.flatnonzero(np.asarray(item) >= 0)
    user, item = np.asarray(user)[known], np.asarray(item)[known]
    when = None if moment is None else np.asarray(moment)[known]
    order = np.lexsort((np.arange(len(user)) if when is None else when, user))
    codes, names = (np.full(len(known), -1), []) if event is None else pd.factorize(event.to_numpy()[known])
    several = len(names) > 1  # a log of one kind need not name it
    return Side(
        start=np.concatenate([[0], np.cumsum(np.bincount(user, minlength=shoppers))]).astype(np.int64),
        item=item[order].astype(np.int32),
        moment=None if when is None else when[order],
        kind=(np.asarray(codes)[order] if several else np.full(len(known), -1)).astype(np.int32),
        kinds=tuple(str(name) for name in names) if several else (),
    )


@dataclass(frozen=True)
class People:
    """Both logs, and what goes together in the real one."""

    real: Side
    made: Side

    def pair(self, seed: int, turn: int) -> tuple[int, int]:
        """(real shopper, synthetic shopper) of similar length, the same for the same seed and turn."""
        rng = np.random.default_rng([seed, turn])
        made = _readable(self.made)
        synthetic = int(made[rng.integers(len(made))])
        return self.like(synthetic, rng), synthetic

    def like(self, synthetic: int, rng: np.random.Generator) -> int:
        """One of the real shoppers most like a synthetic one in rows and days."""
        pool = _readable(self.real)
        rows, days = self.made.rows[synthetic], self.made.days(synthetic)
        near = pool[np.argsort(np.abs(np.log(self.real.rows[pool] / rows)), kind="stable")[: 4 * ALIKE]]
        apart = [abs(np.log(self.real.rows[k] / rows)) + abs(np.log(self.real.days(int(k)) / days)) for k in near]
        best = near[np.argsort(apart, kind="stable")[:ALIKE]]
        return int(best[rng.integers(len(best))])


def _readable(side: Side) -> Ints:
    found = np.flatnonzero((side.rows >= READABLE[0]) & (side.rows <= READABLE[1]))
    if not len(found):
        found = np.argsort(-side.rows, kind="stable")[:ALIKE]
        found = found[side.rows[found] > 0]
    return found
