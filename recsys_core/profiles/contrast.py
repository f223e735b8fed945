"""What distinguishes a cohort from everybody else: shares inside against outside, price and size, each with its interval."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrc, ndtri, stdtr, stdtrit

from recsys_core.data.dataset import Dataset
from recsys_core.errors import InputError
from recsys_core.evaluation.intervals import holm
from recsys_core.profiles.traits import BOUGHT, Traits, traits_of

LEVEL = 0.05
TOLD = 12  # lifts of each kind
_NO_SPREAD = 1e-9  # of a mean of logarithms: rounding
_Z = float(ndtri(1 - LEVEL / 2))
Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Lift:
    """How much more often something is found in a cohort than elsewhere.

    kind: see `traits.Trait`, such as "group", "product", "term", "segment". name: on screen, in the language of the catalogue. item: the
    product's index where kind is "product". inside, outside: the share of the cohort and of others that has it. Of what shoppers bought
    the others are those who have as many products, spread as the cohort is: who buys more has more of everything. lift: inside over
    outside, low..high its 95 % interval by itself (`standardised`). p: of no difference, Holm-adjusted over all that was looked at. clear:
    p below 5 %; what is not clear may be chance.
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
    share, other, lift, low, high, chance = _compared(traits, rows)
    measured = (_level(name, values[inside], values[~inside]) for name, values in traits.figures.items())
    levels = [level for level in measured if level is not None]
    p = holm(np.concatenate([chance, [level.p for level in levels]]))
    clear = (p[: len(chance)] < LEVEL) & ((low > 1) | (high < 1))
    columns = [each.tolist() for each in (share, other, lift, low, high, p[: len(chance)], clear)]
    chosen = [(traits.traits[i], [column[i] for column in columns]) for i in _chosen(traits, _divergence(share, other, n, m), clear, told)]
    lifts = tuple(Lift(trait.kind, trait.name, trait.item, *figures) for trait, figures in chosen)
    adjusted = p[len(chance) :].tolist()
    shown = tuple(replace(level, p=own, clear=own < LEVEL) for level, own in zip(levels, adjusted, strict=True))
    return Contrast(traits.what, len(rows), n, m, len(p), lifts, shown)


def _chosen(traits: Traits, tells: Floats, clear: NDArray[np.bool_], most: int) -> list[int]:
    """Of each kind what tells most, clear ones first."""
    kinds = np.array([trait.kind for trait in traits.traits], dtype=object)
    found: list[int] = []
    for kind in dict.fromkeys(kinds.tolist()):
        own = np.flatnonzero((kinds == kind) & (tells > 0))
        found += own[np.lexsort((own, -tells[own], ~clear[own]))][:most].tolist()
    return found


def standardised(a: Counts, n: Counts, b: Counts, m: Counts) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """(share inside, share outside, their ratio, low, high) of traits over strata: a of n inside against b of m outside.

    a, b: int [strata, T]; n, m: int [strata]. The share outside is that of others spread over the strata as the cohort is (direct
    standardisation), of strata where there are both. The interval is of the log ratio, 95 %, by the delta method (Rothman & Greenland 1998,
    chapter 15); with one stratum Katz's (Katz, Baptista, Azen & Pike 1978): log ratio +- 1.96 sqrt(1/a - 1/n + 1/b - 1/m). Where nobody
    inside or outside has a trait, a half is added to all four counts, strata together (Haldane 1956, Anscombe 1956).
    """
    both = (n > 0) & (m > 0)
    a, n, b, m = a[both], n[both][:, None], b[both], m[both][:, None]
    size, others = float(n.sum()), float(m.sum())
    inside, outside = a.sum(axis=0) / size, (n / size * b / m).sum(axis=0)
    half = np.where((inside == 0) | (outside == 0), 0.5, 0.0)
    has, had = a.sum(axis=0) + half, b.sum(axis=0) + half
    crude = np.log(has / (size + half)) - np.log(had / (others + half))
    crude_variance = 1 / has - 1 / (size + half) + 1 / had - 1 / (others + half)
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(inside) - np.log(outside)
        variance = (a * (1 - a / n)).sum(axis=0) / (size * inside) ** 2
        variance += ((n / size) ** 2 * b / m * (1 - b / m) / m).sum(axis=0) / outside**2
    log, variance = np.where(half > 0, crude, log), np.where(half > 0, crude_variance, variance)
    spread = _Z * np.sqrt(np.maximum(variance, 0.0))
    return inside, outside, np.exp(log), np.exp(log - spread), np.exp(log + spread)


def tail(a: Counts, n: Counts, b: Counts, m: Counts) -> Floats:
    """Two-sided p of no difference in any stratum, shapes as in `standardised`: in its tails an upper bound of Fisher's exact test.

    Given how many have something in each stratum, the number inside is a sum of hypergeometric ones. Drawn with replacement (the cohort
    out of its strata, or those who have it into the cohort) it is a sum of Bernoulli trials, which spreads more (Hoeffding 1963, theorem
    4), and less than a binomial of the same mean (Hoeffding 1956); the one of fewer draws is the narrower. Far tails stay honest, where a
    z would not.
    """
    both = (n > 0) & (m > 0)
    a, n, b, m = a[both], n[both][:, None], b[both], m[both][:, None]
    at, has = a.sum(axis=0).astype(np.float64), (a + b).sum(axis=0)
    expected = ((a + b) * (n / (n + m))).sum(axis=0)
    draws = np.minimum(has, n.sum()).astype(np.int64)
    chance = np.clip(expected / np.maximum(draws, 1), 0.0, 1.0)
    return np.asarray(np.minimum(1.0, 2 * np.minimum(bdtrc(at - 1, draws, chance), bdtr(at, draws, chance))))


def _level(name: str, inside: Floats, outside: Floats) -> Level | None:
    """Geometric means and their ratio (Welch 1947); None where one side has fewer than two values, or all are the same."""
    logs = [np.log(side[np.isfinite(side)]) for side in (inside, outside)]
    if min(len(log) for log in logs) < 2:
        return None
    (one, v), (other, w) = ((float(log.mean()), float(log.var(ddof=1)) / len(log)) for log in logs)
    difference, error = one - other, float(np.sqrt(v + w))
    if error < _NO_SPREAD:
        return None
    freedom = (v + w) ** 2 / (v**2 / (len(logs[0]) - 1) + w**2 / (len(logs[1]) - 1))
    reach = float(stdtrit(freedom, 1 - LEVEL / 2)) * error
    p = 2 * float(stdtr(freedom, -abs(difference) / error))
    at, of, ratio, low, high = np.exp([one, other, difference, difference - reach, difference + reach]).tolist()
    return Level(name, at, of, ratio, low, high, p, p < LEVEL)


def _compared(traits: Traits, rows: NDArray[np.integer]) -> list[Floats]:
    """What `standardised` says of each trait, and its p: of what shoppers bought over strata, of all else over everybody together."""
    a, n = traits.among(rows), np.bincount(traits.stratum[rows[traits.counted[rows]]], minlength=len(traits.sizes))
    b, m = traits.holders - a, traits.sizes - n
    counts = [part.sum(axis=0, keepdims=True) for part in (a, n, b, m)]
    found = [*standardised(*counts), tail(*counts)]
    bought = [place for place, trait in enumerate(traits.traits) if trait.kind in BOUGHT]
    if len(traits.sizes) > 1 and ((n > 0) & (m > 0)).any():
        counts = [a[:, bought], n, b[:, bought], m]
        for column, own in zip(found, [*standardised(*counts), tail(*counts)], strict=True):
            column[bought] = own
    return found


def _divergence(inside: Floats, outside: Floats, n: int, m: int) -> Floats:
    """Kullback-Leibler divergence of having it inside from having it outside, nats; shares with half a count on either side."""
    one, other = (inside * n + 0.5) / (n + 1), (outside * m + 0.5) / (m + 1)
    return np.asarray(one * np.log(one / other) + (1 - one) * np.log((1 - one) / (1 - other)))
