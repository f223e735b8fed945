"""What lists of some shoppers are measured by, made once for any number of lists; and what each figure of a list is, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.evaluation.against_past import breadth, echo, past_distance
from recsys_core.evaluation.between_lists import personalisation
from recsys_core.evaluation.beyond_accuracy import coverage_of, exposure_counts, gini_of, intra_list_distance
from recsys_core.evaluation.protocol import list_hits
from recsys_core.evaluation.ranking_metrics import ndcg_at_k
from recsys_core.ranking.blocks import in_blocks
from recsys_core.ranking.ground import Floats, Ground
from recsys_core.ranking.measures import PerUser, groups_listed, mean_of_listed, relevance_kept
from recsys_core.ranking.pools import Pool, make_pool
from recsys_core.ranking.scales import divergence

TOP_SHARE = 0.01  # of the products: the most shown ones, whose share of all places is a guardrail
NEW_DAYS = 90.0  # a product is new for so long
WHOLE = ("coverage", "never_shown", "gini", "personalisation", "top_share")
Lists = NDArray[np.int32]


@dataclass(frozen=True)
class Shoppers:
    """U shoppers of a ground. pool: their `reference_pool`. past: csr [U, I], what they had; mix: csr [U, G]; targets: csr [U, I], what was
    held out of a run, None where nothing was. distance: float64 [U], `past_distance`, None without vectors.
    """

    ground: Ground
    pool: Pool
    past: sparse.csr_matrix
    mix: sparse.csr_matrix
    targets: sparse.csr_matrix | None = None
    distance: PerUser | None = None

    def __len__(self) -> int:
        return len(self.pool)

    @property
    def names(self) -> tuple[str, ...]:
        """The figures that the data can tell of each shopper."""
        return tuple(name for name, (told, _) in _FIGURES.items() if told(self))

    def part(self, start: int, stop: int) -> Shoppers:
        """Consecutive ones of them."""
        here = slice(start, stop)
        return replace(
            self,
            pool=Pool(self.pool.items[here], self.pool.relevance[here]),
            past=self.past[here],
            mix=self.mix[here],
            targets=None if self.targets is None else self.targets[here],
            distance=None if self.distance is None else self.distance[here],
        )

    def by_user(self, lists: Lists, names: Sequence[str] | None = None, *, threads: int = 1) -> dict[str, PerUser]:
        """Figures of these lists [U, k]: float64 [U], NaN where a shopper has no value. names: which of `names`; None: all."""
        wanted = self.names if names is None else [name for name in self.names if name in names]
        found: dict[str, PerUser] = {name: np.empty(len(lists)) for name in wanted}

        def measure(start: int, stop: int) -> None:
            part, shown = self.part(start, stop), lists[start:stop]
            for name in wanted:
                found[name][start:stop] = _FIGURES[name][1](part, shown)

        in_blocks(measure, len(lists), threads=threads)
        return found

    def of_all(self, lists: Lists) -> dict[str, float]:
        """The figures of all lists together, `WHOLE`."""
        n_items = self.ground.n_items
        counts = exposure_counts(lists, n_items)
        most = max(1, round(TOP_SHARE * n_items))
        top = np.partition(counts, n_items - most)[n_items - most :].sum() / max(counts.sum(), 1)
        told = (coverage_of(counts), float((counts == 0).sum()), gini_of(counts), personalisation(lists, n_items), float(top))
        return dict(zip(WHOLE, told, strict=True))


def reference_pool(ground: Ground, size: int, users: NDArray[np.integer] | None = None, *, threads: int = 1) -> Pool:
    """The candidates of these shoppers without any rule or filter: what relevance is told by, so that what a rule takes away counts."""
    rows = slice(None) if users is None else users
    return make_pool(ground.candidates[rows], ground.scores[rows], size, threads=threads)


def shoppers_of(ground: Ground, pool: Pool, targets: sparse.csr_matrix | None = None, users: NDArray[np.integer] | None = None) -> Shoppers:
    """Some shoppers of a ground, all where users (int [n]) is None. pool: theirs. targets: csr of all shoppers."""
    past, mix = (ground.had, ground.mix) if users is None else (ground.had[users], ground.mix[users])
    vectors = _vectors(ground)
    distance = None if vectors is None else past_distance(past, vectors)
    return Shoppers(ground, pool, past, mix, targets if users is None or targets is None else targets[users], distance)


def _vectors(ground: Ground) -> Floats | None:
    return ground.model_vectors if ground.model_vectors is not None else ground.attribute_vectors


def _unit(part: Shoppers) -> Floats:
    vectors = _vectors(part.ground)
    assert vectors is not None
    return vectors


def _balance(part: Shoppers, lists: Lists) -> PerUser:
    known = np.asarray(part.mix.sum(axis=1)).ravel() > 0
    return np.where(known, divergence(part.mix, lists, part.ground.group), np.nan)


def _fresh(part: Shoppers, lists: Lists) -> PerUser:
    age = part.ground.age
    return mean_of_listed(np.where(np.isfinite(age), age <= NEW_DAYS, np.nan), lists)


def _hits(part: Shoppers, lists: Lists) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """(hits, how much was held out of each shopper)."""
    assert part.targets is not None
    return list_hits(lists, part.targets), np.diff(part.targets.indptr).astype(np.int64)


def _ndcg(part: Shoppers, lists: Lists) -> PerUser:
    hits, wanted = _hits(part, lists)
    return np.where(wanted > 0, ndcg_at_k(hits, np.maximum(wanted, 1)), np.nan)


def _revenue(part: Shoppers, lists: Lists) -> PerUser:
    """Of the held-out purchases that are found, what they cost together."""
    hits, wanted = _hits(part, lists)
    worth = np.where(hits, np.nan_to_num(part.ground.price)[np.maximum(lists, 0)], 0.0).sum(axis=1)
    return np.where(wanted > 0, worth, np.nan)


def _always(_: Shoppers) -> bool:
    return True


def _has_vectors(part: Shoppers) -> bool:
    return _vectors(part.ground) is not None


def _has(what: str) -> Callable[[Shoppers], bool]:
    return lambda part: part.ground.has(what)


_FIGURES: Mapping[str, tuple[Callable[[Shoppers], bool], Callable[[Shoppers, Lists], PerUser]]] = MappingProxyType(
    {
        "relevance_kept": (_always, lambda part, lists: relevance_kept(part.pool, lists)),
        "ild": (_has_vectors, lambda part, lists: intra_list_distance(lists, _unit(part))),
        "breadth": (_has_vectors, lambda part, lists: breadth(lists, part.past, _unit(part), part.distance)),
        "echo": (_has_vectors, lambda part, lists: echo(lists, part.past, _unit(part))),
        "novelty": (_always, lambda part, lists: mean_of_listed(part.ground.surprise, lists)),
        "tail": (_always, lambda part, lists: mean_of_listed(part.ground.tail, lists)),
        "fresh": (_has("freshness"), _fresh),
        "price": (_has("price"), lambda part, lists: mean_of_listed(part.ground.price, lists)),
        "margin": (_has("margin"), lambda part, lists: mean_of_listed(part.ground.margin, lists)),
        "calibration": (_has("balance"), _balance),
        "groups": (_has("balance"), lambda part, lists: groups_listed(part.ground.group, lists)),
        "ndcg": (lambda part: part.targets is not None, _ndcg),
        "revenue": (lambda part: part.targets is not None and part.ground.has("price"), _revenue),
    }
)
