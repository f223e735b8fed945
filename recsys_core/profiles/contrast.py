"""What distinguishes a cohort from everybody else: shares inside against outside, price and size, each with its interval."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrc, ndtri, stdtr, stdtrit

from recsys_core.data.dataset import Dataset
from recsys_core.errors import InputError
from recsys_core.profiles.traits import Traits, traits_of

LEVEL = 0.05
TOLD = 12  # lifts of each kind
_Z = float(ndtri(1 - LEVEL / 2))
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Lift:
    """How much more often something is found in a cohort than elsewhere.

    kind: see `traits.Trait`, such as "group", "product", "term", "segment". name: on screen, in the language of the catalogue. item: the
    product's index where kind is "product". inside, outside: the share of the cohort and of all others that has it. lift: inside over
    outside, low..high its 95 % interval by itself (Katz et al. 1978; where a count is 0 with Haldane's and Anscombe's half). p: of no
    difference, Holm-adjusted over all that was looked at. clear: p below 5 %; what is not clear may be chance.
    """

    kind: str
    name: str
    item: int | None
    inside: float
    outside: float
    lift: float
    low: float
    high: float
    p: float
    clear: bool


@dataclass(frozen=True)
class Level:
    """A figure of the cohort beside that of all others: name "price", "products", "spend" or "buyers".

    inside, outside: geometric means, each shopper (product) counting once. ratio: one over the other, low..high its 95 % interval
    (Welch's t on logarithms). p, clear: as in `Lift`.
    """

    name: str
    inside: float
    outside: float
    ratio: float
    low: float
    high: float
    p: float
    clear: bool


@dataclass(frozen=True)
class Contrast:
    """What distinguishes a cohort.

    what: "users" or "items". size: in the cohort. compared, others: those of them, and of all others, that count: shoppers who bought
    something, all products. looked: at how many things. lifts: of each kind at most 12, clear ones first, then by what they tell (the
    Kullback-Leibler divergence of the two shares); those that the cohort has less of (lift below 1) too. levels: price and the like.
    reason: why there are none, else "".
    """

    what: str
    size: int
    compared: int
    others: int
    looked: int
    lifts: tuple[Lift, ...]
    levels: tuple[Level, ...]
    reason: str = ""

    def of(self, kind: str, more: bool = True) -> tuple[Lift, ...]:
        """The lifts of one kind, those that the cohort has more of alone unless told otherwise."""
        return tuple(lift for lift in self.lifts if lift.kind == kind and (lift.lift > 1 or not more))

    def level(self, name: str) -> Level | None:
        """A figure by name; None where it is not known."""
        return next((level for level in self.levels if level.name == name), None)

    def to_json(self) -> dict[str, Any]:
        """As plain lists and numbers."""
        return asdict(self)


def contrast(dataset: Dataset, what: str, rows: NDArray[np.integer]) -> Contrast:
    """What distinguishes these shoppers ("users") or products ("items") of a dataset from all others. rows: int [m], dataset indices.

    `traits_of` and `contrast_of` are the two halves, for those who ask more than once. Raises InputError for rows that are not there.
    """
    return contrast_of(traits_of(dataset, what), rows)


def contrast_of(traits: Traits, rows: NDArray[np.integer], told: int = TOLD) -> Contrast:
    """The same, of traits that were read before: milliseconds. told: lifts of each kind at most.

    Shares are of shoppers who bought something (once is enough), so that no heavy shopper makes a lift. What is looked at does not hang
    on the cohort, and Holm's adjustment (1979) counts all of it: of cohorts drawn by chance, at most one in twenty shows anything clear.
    """
    inside = np.zeros(len(traits.counted), dtype=np.bool_)
    rows = np.unique(np.asarray(rows, dtype=np.int64))
    if len(rows) and (rows[0] < 0 or rows[-1] >= len(inside)):
        raise InputError(
            f"Row {rows[-1] if rows[-1] >= len(inside) else rows[0]} is not in the dataset.", f"Rows end at {len(inside) - 1}."
        )
    inside[rows] = True
    n, m = int((inside & traits.counted).sum()), int((~inside & traits.counted).sum())
    if not n or not m:
        whose = "this cohort" if not n else "the rest"
        return Contrast(traits.what, len(rows), n, m, 0, (), (), f"There is nobody in {whose} to compare.")
    a = np.asarray(traits.has[rows].sum(axis=0, dtype=np.int64)).ravel()
    b = traits.holders - a
    measured = (_level(name, values[inside], values[~inside]) for name, values in traits.figures.items())
    levels = [level for level in measured if level is not None]
    p = holm(np.concatenate([tail(a, n, b, m), [level.p for level in levels]]))
    lift, low, high = relative_risk(a, n, b, m)
    share, other = a / n, b / m
    clear = (p[: len(a)] < LEVEL) & ((low > 1) | (high < 1))
    tells = _divergence(a, n, b, m)
    kinds = np.array([trait.kind for trait in traits.traits], dtype=object)
    chosen: list[int] = []
    for kind in dict.fromkeys(kinds.tolist()):
        own = np.flatnonzero((kinds == kind) & (tells > 0))
        chosen += own[np.lexsort((own, -tells[own], ~clear[own]))][:told].tolist()
    columns = [each.tolist() for each in (share, other, lift, low, high, p[: len(a)], clear)]
    told_of = [(traits.traits[i], [column[i] for column in columns]) for i in chosen]
    lifts = tuple(Lift(trait.kind, trait.name, trait.item, *figures) for trait, figures in told_of)
    adjusted = p[len(a) :].tolist()
    shown = tuple(replace(level, p=own, clear=own < LEVEL) for level, own in zip(levels, adjusted, strict=True))
    return Contrast(traits.what, len(rows), n, m, len(p), lifts, shown)


def relative_risk(a: NDArray[np.integer], n: int, b: NDArray[np.integer], m: int) -> tuple[Floats, Floats, Floats]:
    """(a / n) / (b / m) with its 95 % interval, of counts that are arrays, by the log ratio of proportions.

    Katz, Baptista, Azen & Pike (1978): exp(log ratio +- 1.96 sqrt(1/a - 1/n + 1/b - 1/m)). Where a or b is 0 a half is added to all four
    (Haldane 1956, Anscombe 1956), so that ratio and interval are finite.
    """
    half = np.where((np.asarray(a) == 0) | (np.asarray(b) == 0), 0.5, 0.0)
    has, of, had, off = a + half, n + half, b + half, m + half
    log = np.log(has) - np.log(of) - np.log(had) + np.log(off)
    spread = _Z * np.sqrt(np.maximum(1 / has - 1 / of + 1 / had - 1 / off, 0.0))
    return np.exp(log), np.exp(log - spread), np.exp(log + spread)


def tail(a: NDArray[np.integer], n: int, b: NDArray[np.integer], m: int) -> Floats:
    """Two-sided p of a of n against b of m, given a + b: exact for the binomial, an upper bound of Fisher's exact test.

    Given how many have something at all, the number inside is hypergeometric. Drawn with replacement (of the cohort, or of those who have
    it) it is binomial, which spreads more (Hoeffding 1963, theorem 4); the narrower of the two is taken. Far tails of few stay honest,
    where a z would not.
    """
    has, everybody = np.asarray(a + b, dtype=np.float64), float(n + m)
    of_holders = has / everybody < n / everybody  # draw the holders, each inside with n / (n + m); else the cohort, each a holder
    draws = np.where(of_holders, has, n)
    chance = np.where(of_holders, n / everybody, has / everybody)
    at = np.asarray(a, dtype=np.float64)
    more = bdtrc(at - 1, draws, chance)
    less = bdtr(at, draws, chance)
    return np.asarray(np.minimum(1.0, 2 * np.minimum(more, less)))


def holm(p: NDArray[np.floating]) -> Floats:
    """P-values adjusted for having looked at all of them (Holm 1979), in their order."""
    order = np.argsort(p, kind="stable")
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate((len(p) - np.arange(len(p))) * np.asarray(p)[order]))
    return adjusted


def _level(name: str, inside: Floats, outside: Floats) -> Level | None:
    """Geometric means and their ratio; None where one side has fewer than two values (Welch 1947)."""
    logs = [np.log(side[np.isfinite(side)]) for side in (inside, outside)]
    if min(len(log) for log in logs) < 2:
        return None
    (one, v), (other, w) = ((float(log.mean()), float(log.var(ddof=1)) / len(log)) for log in logs)
    difference, error = one - other, float(np.sqrt(v + w))
    if error == 0:
        return None
    freedom = (v + w) ** 2 / (v**2 / (len(logs[0]) - 1) + w**2 / (len(logs[1]) - 1))
    reach = float(stdtrit(freedom, 1 - LEVEL / 2)) * error
    p = 2 * float(stdtr(freedom, -abs(difference) / error))
    at, of, ratio, low, high = np.exp([one, other, difference, difference - reach, difference + reach]).tolist()
    return Level(name, at, of, ratio, low, high, p, p < LEVEL)


def _divergence(a: NDArray[np.integer], n: int, b: NDArray[np.integer], m: int) -> Floats:
    """Kullback-Leibler divergence of having it inside from having it outside, nats; shares with half a count on either side."""
    inside, outside = (a + 0.5) / (n + 1), (b + 0.5) / (m + 1)
    return np.asarray(inside * np.log(inside / outside) + (1 - inside) * np.log((1 - inside) / (1 - outside)))
