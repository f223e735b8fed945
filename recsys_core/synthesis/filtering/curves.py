"""What the slider does to fidelity, utility and privacy: three measures of the scorecard, at every stop, on one axis.

Fewer shoppers look worse for being fewer: co-occurrence is noisier, EASE's penalty weighs more. So each stop is compared with as many
shoppers taken at random from the whole set, and what is shown is the whole set's figure plus that difference: at equal size.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.synthesis.filtering.marks import FEWEST, Floats, Marks, kept
from recsys_core.synthesis.filtering.store import Point, Stop
from recsys_core.synthesis.scorecard import co_occurrence, membership, utility
from recsys_core.synthesis.scorecard.events import Events
from recsys_core.synthesis.scorecard.nearness import CLOSE, sampled_rows

STOPS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
F9, U1, P1, P3 = FIGURES = ("F9_item_cooccurrence", "U1_tstr", "P1_membership_auc", "P3_users_too_close")
SHARES, DRAWS = (0.15, 0.3, 0.55), 3  # of the set, sizes at which shoppers are taken at random, and how often
MOST_ITEMS, MOST_TESTED, MOST_ATTACKED = 600, 1500, 1000
INTERVAL = 1.96
LARGEST = 1 - 1e-9  # correlation
TITLES = {
    "fidelity": "Whether the same products are found with the same shoppers as in the real log (F9).",
    "utility": "What a recommender learns from it, over what it learns from the real log (U1).",
    "privacy": "1 less the advantage over guessing of an attacker who knows half of a shopper's products (1 - (2 P1 - 1)).",
}
NO_HOLDOUT = "1 less the share of shoppers nearer to a real one than real ones are to each other (P3)."
Progress = Callable[[float, str], None]
Figures = Mapping[str, float]


@dataclass(frozen=True)
class Measures:
    """The real side, computed once. real: its rows. targets: csr [real users, items] of held-out new pairs, None without any.

    among_real: how like the next real shopper each real one is.
    """

    real: Events
    targets: sparse.csr_matrix | None
    among_real: Floats
    seed: int

    @cached_property
    def bench(self) -> utility.Bench | None:
        """Where recommenders are tested: the scorecard's, over fewer products and shoppers."""
        found = None if self.targets is None else utility.make_bench(self.real, self.targets, MOST_ITEMS)
        if found is None:
            return None
        rows = sampled_rows(len(found.users), MOST_TESTED, np.random.default_rng([self.seed, 1]))
        return replace(found, users=found.users[rows], histories=found.histories[rows], targets=found.targets[rows])

    @cached_property
    def ndcg_real(self) -> float:
        """Of EASE learned from the real log."""
        assert self.bench is not None
        return float(self.bench.ndcg_of_ease(self.bench.gram(self.real)).mean())

    @cached_property
    def attacked(self) -> tuple[Events, sparse.csr_matrix] | None:
        """Some real shoppers, and their held-out products."""
        if self.targets is None:
            return None
        rows = sampled_rows(self.real.n_users, MOST_ATTACKED, np.random.default_rng([self.seed, 2]))
        return as_events(self.real.matrix[rows]), self.targets[rows]

    @cached_property
    def _top(self) -> NDArray[np.int64]:
        return co_occurrence.top_items(self.real)

    @cached_property
    def _phi(self) -> co_occurrence.Matrix:
        return co_occurrence.item_correlations(self.real, self._top)

    def of(self, sets: sparse.csr_matrix, nearest: Floats) -> dict[str, float]:
        """FIGURES of some synthetic shoppers, without what is undefined. sets: csr of ones; nearest: of each, Jaccard to a real one."""
        events = as_events(sets)
        limit = np.quantile(self.among_real, CLOSE)
        found = {
            F9: co_occurrence.likeness(self._phi, co_occurrence.item_correlations(events, self._top)),
            P3: max(0.0, float((nearest >= limit).mean() - (self.among_real >= limit).mean())),
        }
        if self.bench is not None and self.ndcg_real > 0:
            found[U1] = float(self.bench.ndcg_of_ease(self.bench.gram(events)).mean()) / self.ndcg_real
        if self.attacked is not None:
            found[P1] = membership.interaction_membership(self.attacked[0], events, self.attacked[1], self.seed)
        return {name: value for name, value in found.items() if not np.isnan(value)}


def as_events(sets: sparse.csr_matrix) -> Events:
    """Shoppers' products as one row each, nothing else known of them. sets: csr of ones [users, items]."""
    user = np.repeat(np.arange(sets.shape[0]), np.diff(sets.indptr)).astype(np.int64)
    return Events(user, sets.indices.astype(np.int64), sets.shape[0], sets.shape[1], {})


def curves(
    measures: Measures, sets: sparse.csr_matrix, marks: Marks, progress: Progress = lambda fraction, message: None
) -> tuple[Stop, ...]:
    """A stop for each of STOPS, and the whole set last. sets: csr of ones [n, items], by shopper as the marks; empty ones count nowhere."""
    there = np.diff(sets.indptr) > 0
    chosen = [(keep, np.flatnonzero(kept(marks, keep) & there)) for keep in STOPS if marks.passes.any()]
    chosen = [(keep, rows) for keep, rows in chosen if len(rows) >= FEWEST]
    whole = np.flatnonzero(there)
    steps, done = len(chosen) + len(SHARES) * DRAWS + 1, 0

    def of(rows: NDArray[np.int64]) -> dict[str, float]:
        nonlocal done
        done += 1
        progress(done / steps, "measuring the stops of the slider")
        return measures.of(sets[rows], marks.nearest[rows])

    full = of(whole)
    chance = _Chance.of(full, len(whole), of, whole, np.random.default_rng([measures.seed, 3]))
    stops = [_stop(keep, rows, of(rows), chance) for keep, rows in chosen]
    return (*stops, _stop(None, whole, full, chance))


@dataclass(frozen=True)
class _Chance:
    """Figures of shoppers taken at random. sizes: rising, the whole set last. means: figure -> [sizes]. spread: figure -> the variance of
    one draw of s shoppers of n is this times 1 / s - 1 / n.
    """

    sizes: NDArray[np.int64]
    means: Mapping[str, Floats]
    spread: Mapping[str, float]

    @classmethod
    def of(
        cls, full: Figures, n: int, measure: Callable[[NDArray[np.int64]], Figures], rows: NDArray[np.int64], rng: np.random.Generator
    ) -> _Chance:
        sizes = sorted({max(round(share * n), min(FEWEST, n)) for share in SHARES} - {n})
        drawn = [[measure(np.sort(rng.choice(rows, size, replace=False))) for _ in range(DRAWS)] for size in sizes]
        names = [name for name in full if all(name in each for draws in drawn for each in draws)]
        values = {name: _even(name, np.array([[e[name] for e in draws] for draws in drawn]).reshape(len(sizes), -1)) for name in names}
        room = np.array([1 / size - 1 / n for size in sizes])
        return cls(
            np.array([*sizes, n]),
            {name: np.append(value.mean(axis=1), _even(name, full[name])) for name, value in values.items()},
            {name: float((value.var(axis=1, ddof=1) / room).mean()) if sizes else 0.0 for name, value in values.items()},
        )

    def point(self, name: str, value: float, size: int) -> Point:
        """A figure at equal size: the whole set's, plus what it is above as many at random."""
        means = self.means[name]
        usual = float(np.interp(np.log(size), np.log(self.sizes), means))
        room = max(1 / size - 1 / self.sizes[-1], 0.0)
        wide = INTERVAL * np.sqrt(self.spread[name] * room * (1 + 1 / DRAWS))
        at = float(means[-1]) + float(_even(name, value)) - usual
        return Point(*(float(np.tanh(each)) if name == F9 else float(each) for each in (at, at - wide, at + wide)))


def _even(name: str, value: Any) -> Any:
    """A correlation on the scale on which differences of it are alike anywhere (Fisher 1915); other figures as they are."""
    return np.arctanh(np.clip(value, -LARGEST, LARGEST)) if name == F9 else np.asarray(value)


def _stop(keep: float | None, rows: NDArray[np.int64], figures: Figures, chance: _Chance) -> Stop:
    points = {name: chance.point(name, figures[name], len(rows)) for name in chance.means if name in figures}
    private = _advantage_free(points[P1]) if P1 in points else _upside_down(points.get(P3))
    return Stop(keep, len(rows), points.get(F9), points.get(U1), private, dict(figures))


def _advantage_free(auc: Point) -> Point:
    """1 less what an attack is better than guessing: 2 AUC - 1 (Yeom et al. 2018), 0 where it is worse."""
    value, high, low = (1 - max(0.0, 2 * each - 1) for each in (auc.value, auc.low, auc.high))
    return Point(value, low, high)


def _upside_down(share: Point | None) -> Point | None:
    return None if share is None else Point(1 - share.value, 1 - share.high, 1 - share.low)


def notes(measures: Measures) -> tuple[str, ...]:
    """What was capped or left out, a sentence each."""
    found = ["Each stop is shown at equal size: the whole set's figure plus what the stop is above as many shoppers taken at random."]
    if measures.bench is None:
        found.append("Nothing was held out of this log, so utility is not measured, and privacy is by distance alone.")
    elif len(measures.bench.items) < measures.real.n_items:
        found.append(f"Utility is measured on the {len(measures.bench.items):,} most popular products, so it differs from the scorecard's.")
    return tuple(found)


def titles(measures: Measures) -> dict[str, str]:
    """What each curve is of."""
    return TITLES if measures.attacked is not None else {**TITLES, "privacy": NO_HOLDOUT}
