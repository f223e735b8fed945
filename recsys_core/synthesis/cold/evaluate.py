"""How well new products are placed: a fifth of the products is left out of everything and ranked afterwards, among themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import TooSmallError
from recsys_core.evaluation.compare import compare
from recsys_core.evaluation.intervals import bootstrap_intervals
from recsys_core.evaluation.protocol import list_hits
from recsys_core.evaluation.ranking_metrics import ndcg_at_k
from recsys_core.inference.contract import Floats
from recsys_core.inference.top_k import top_k
from recsys_core.synthesis.cold.blend import AT, SHARE, Blend, learn_blend, make_folds, tune_likeness
from recsys_core.synthesis.cold.catalogue import Catalogue
from recsys_core.synthesis.cold.content import Content, learn_content
from recsys_core.synthesis.cold.signals import Asked, Known, Likeness, Signal, learn_known

OURS, CONTENT_KNN, CATEGORY, RANDOM = "ours", "content-knn", "category", "random"
METHODS = (OURS, CONTENT_KNN, CATEGORY, RANDOM)
FEWEST_ITEMS, FEWEST_SHOPPERS = 20, 10
_BATCH = 512
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Learned:
    """What is known of new products once some are known: content, signals' sources, the blend, content-kNN tuned on the same folds."""

    content: Content
    known: Known
    blend: Blend
    likeness: Likeness


@dataclass(frozen=True)
class ColdEvaluation:
    """left_out, warm: item numbers. users: int64 [n], shoppers with something left out. ndcg, hits: method -> float64 [n], NDCG@20 and
    whether one of the first 20 was right. learned: from the warm items alone.
    """

    left_out: NDArray[np.int64]
    warm: NDArray[np.int64]
    users: NDArray[np.int64]
    ndcg: dict[str, NDArray[np.float64]]
    hits: dict[str, NDArray[np.float64]]
    learned: Learned
    asked: Asked

    def to_json(self, seed: int = 0) -> dict[str, Any]:
        """Means with 95 % bootstrap intervals over shoppers, and paired differences of ours less each other."""
        names = list(self.ndcg)
        tables = {"ndcg@20": self.ndcg, "hit@20": self.hits}
        methods: dict[str, dict[str, Any]] = {name: {} for name in names}
        for measure, table in tables.items():
            found = bootstrap_intervals(np.stack([table[name] for name in names], axis=1), seed=seed)
            for name, interval in zip(names, found, strict=True):
                methods[name][measure] = {"value": interval.value, "low": interval.low, "high": interval.high}
        pairs = compare({name: (self.users, self.ndcg[name]) for name in reversed(names)}, against=OURS, seed=seed)
        differences = [
            {"first": pair.second, "second": pair.first, "value": pair.value, "low": pair.low, "high": pair.high, "p_value": pair.p_value}
            for pair in reversed(pairs)
        ]
        return {
            "items_left_out": len(self.left_out),
            "items_known": len(self.warm),
            "shoppers": len(self.users),
            "k": AT,
            "methods": methods,
            "differences": differences,
            "blend": self.learned.blend.to_json(),
            "content_knn": {name: getattr(self.learned.likeness, name) for name in ("k", "power", "shrink")},
            "parts": list(self.learned.content.parts),
            "words": [_sentence(difference) for difference in differences],
        }


def learn(catalogue: Catalogue, pairs: sparse.csr_matrix, *, seed: int, progress: Progress = lambda fraction, message: None) -> Learned:
    """Everything from known products alone. pairs: csr of ones [users, items], aligned with the catalogue. Raises TooSmallError."""
    if len(catalogue) < FEWEST_ITEMS or int((np.diff(pairs.indptr) > 0).sum()) < FEWEST_SHOPPERS:
        raise TooSmallError(
            f"{len(catalogue)} products that somebody bought are too few to learn from.",
            f"It takes {FEWEST_ITEMS} products and 10 shoppers.",
        )
    progress(0.0, "reading the catalogue")
    content = learn_content(catalogue)
    if not content.parts:
        raise TooSmallError(
            "The catalogue says nothing that products could be compared by.",
            "Give a catalogue with titles, categories or brands: `python -m recsys_core ingest LOG --items FILE`.",
        )
    rows = content.rows(catalogue)
    progress(0.1, "leaving out products to choose by")
    folds = make_folds(rows, pairs, seed)
    if not folds:
        raise TooSmallError("No shopper bought enough of these products to choose by.", "Give a longer log.")
    progress(0.3, "tuning content-kNN")
    likeness = tune_likeness(folds)
    progress(0.5, "learning who bought what from content")
    known = learn_known(rows, pairs)
    progress(0.6, "choosing what to blend")
    return Learned(content, known, learn_blend(folds, likeness, known), likeness)


def evaluate_cold(
    catalogue: Catalogue,
    pairs: sparse.csr_matrix,
    *,
    seed: int = 0,
    groups: NDArray[np.int32] | None = None,
    share: float = SHARE,
    progress: Progress = lambda fraction, message: None,
) -> ColdEvaluation:
    """Leave out a share of the products that anybody had, learn from the others, rank the left-out ones for whoever had one of them.

    pairs: csr of ones [users, items], aligned with the catalogue. groups: int32 [items], the category of each, or its cluster; -1 for
    none. Everything is learned and chosen without the left-out products; equal scores are ranked in an order drawn by the seed. Raises
    TooSmallError.
    """
    buyers = np.asarray(pairs.sum(axis=0)).ravel()
    rng = np.random.Generator(np.random.PCG64(seed))
    order = rng.permutation(np.flatnonzero(buyers > 0))
    left_out = order[: int(share * len(order))]  # in the drawn order, so that ties fall at random
    warm = np.sort(order[len(left_out) :])
    targets = pairs[:, left_out].tocsr()
    users = np.flatnonzero(np.diff(targets.indptr))
    if not len(users):
        raise TooSmallError("Nobody bought a product that was left out.", "Give a longer log.")
    targets = targets[users].sorted_indices()
    learned = learn(catalogue.of(warm), pairs[:, warm].tocsr(), seed=seed, progress=lambda at, what: progress(0.7 * at, what))
    progress(0.7, "ranking the products that were left out")
    asked = Asked(learned.known, learned.content.rows(catalogue.of(left_out)))
    plain = Signal("likeness", k=learned.likeness.k, power=learned.likeness.power, shrink=learned.likeness.shrink)
    alike = category_means(buyers, warm, left_out, groups)
    chance = rng.random(len(left_out)).astype(np.float32)
    scorers: dict[str, Callable[[NDArray[np.int64]], Floats]] = {
        OURS: lambda some: learned.blend.score(asked, some),
        CONTENT_KNN: lambda some: asked.raw(plain, some),
        CATEGORY: lambda some: np.tile(alike, (len(some), 1)),
        RANDOM: lambda some: np.tile(chance, (len(some), 1)),
    }
    ndcg = {name: np.zeros(len(users)) for name in METHODS}
    hits = {name: np.zeros(len(users)) for name in METHODS}
    for start in range(0, len(users), _BATCH):
        progress(0.7 + 0.3 * start / len(users), "ranking the products that were left out")
        some = slice(start, start + _BATCH)
        for name, score in scorers.items():
            right = list_hits(top_k(score(users[some]), min(AT, len(left_out)))[0], targets[some])
            ndcg[name][some] = ndcg_at_k(right, np.diff(targets[some].indptr).astype(np.int64))
            hits[name][some] = right.any(axis=1)
    return ColdEvaluation(left_out, warm, users, ndcg, hits, learned, asked)


def category_means(
    buyers: NDArray[np.floating], warm: NDArray[np.int64], left_out: NDArray[np.int64], groups: NDArray[np.int32] | None
) -> Floats:
    """The mean number of buyers of the warm products of each left-out product's group, of all where it has none: float32 [left_out]."""
    overall = float(buyers[warm].mean()) if len(warm) else 0.0
    if groups is None:
        return np.full(len(left_out), overall, np.float32)
    n = int(groups.max(initial=-1)) + 1
    known = groups[warm] >= 0
    sums = np.bincount(groups[warm][known], weights=buyers[warm][known], minlength=n)
    counts = np.bincount(groups[warm][known], minlength=n)
    means = np.append(np.where(counts > 0, sums / np.maximum(counts, 1), overall), overall)
    return means[groups[left_out]].astype(np.float32)


def _sentence(difference: dict[str, Any]) -> str:
    against = {CONTENT_KNN: "content-kNN", CATEGORY: "popularity in the category", RANDOM: "chance"}[difference["second"]]
    value, low, high = (difference[name] for name in ("value", "low", "high"))
    how = "better than" if low > 0 else "worse than" if high < 0 else "no clear difference from"
    return f"NDCG@20 {value:+.3f} ({low:+.3f} to {high:+.3f}): {how} {against}."
