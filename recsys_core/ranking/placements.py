"""Candidates for every placement, in the one form that the one engine ranks: a product page, a basket, a category, a shopper's own list.

What says nothing is never passed off as a find: lists are short where the anchor knows no more, and `Placed.pool` fills them up with best
sellers, marked as fallback.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys_core.errors import InputError, UnsupportedError
from recsys_core.inference.contract import Floats
from recsys_core.inference.top_k import mask_seen, top_k
from recsys_core.ranking.pools import DEFAULT_POOL, Pool, make_pool, relative_relevance

SIZE = 200
"""Candidates of an anchor, as many as a run stores for a shopper."""
NOTHING = 1e-20  # scores up to here say nothing: sparse scorers rank best sellers below it (`sparse_item_item.LARGEST_PRIOR`)
_CELLS = 16_000_000  # scores held at once

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Placed:
    """Candidates of n anchors. items: int32 [n, C], best first, -1 where short. scores: float32 [n, C], -inf there.

    had: csr [n, items], what an anchor's list must never show. best_sellers: int32, item indices, best first, what may fill it up.
    fallback: bool [n], whose candidates are best sellers already; None: nobody's. found: float32 [n], as in `Ground`.
    """

    items: NDArray[np.int32]
    scores: Floats
    had: csr_matrix
    best_sellers: NDArray[np.int32]
    fallback: Mask | None = None
    found: Floats | None = None

    def __len__(self) -> int:
        return len(self.items)

    def pool(self, k: int, size: int = DEFAULT_POOL, *, eligible: Mask | None = None, audience: NDArray[np.integer] | None = None) -> Pool:
        """What the engine ranks, filled up to `k`. eligible: bool [A, items], for each `audience` (int [n]); see `make_pool`."""
        return make_pool(
            self.items,
            self.scores,
            size,
            k=k,
            eligible=eligible,
            audience=audience,
            had=self.had,
            best_sellers=self.best_sellers,
            fallback=self.fallback,
            found=self.found,
        )


@dataclass(frozen=True)
class Shelf:
    """What may be shown. eligible: bool [items], to anybody. popularity: [items], what best sellers are told by; 0: nobody's choice."""

    eligible: Mask
    popularity: NDArray[np.floating]

    @property
    def best_sellers(self) -> NDArray[np.int32]:
        """Eligible items that somebody chose, the most popular first, the smaller index of equal ones."""
        order = np.argsort(-self.popularity, kind="stable")
        return order[(self.eligible & (self.popularity > 0))[order]].astype(np.int32)

    def only(self, some: Mask) -> Shelf:
        """The same of some products."""
        return Shelf(self.eligible & some, self.popularity)


@dataclass(frozen=True)
class Likeness:
    """One way for products to be alike. vectors: float32 [items, d], rows of length 1, or of zeros without one. weight: above 0."""

    vectors: Floats
    weight: float = 1.0


def more_like_this(anchors: NDArray[np.integer], alike: Sequence[Likeness], shelf: Shelf, size: int = SIZE) -> Placed:
    """For a product page: what is nearest to each anchor, never itself, and nothing that is nothing like it (cosine 0 or less).

    anchors: int [n] item indices. alike: by a run's item vectors, by attributes (the profile's items.npy), or a blend, whose score is the
    weighted mean of the cosines; a way in which one of two products has no vector counts 0. Raises UnsupportedError without any.
    """
    if not alike:
        raise UnsupportedError(
            "Nothing tells which products are alike.", "Choose a run of another model, or make a profile of the dataset."
        )
    anchors = np.asarray(anchors, dtype=np.int64)
    shape = (len(anchors), len(shelf.eligible))
    itself = csr_matrix((np.ones(len(anchors), np.float32), anchors, np.arange(len(anchors) + 1)), shape=shape)
    total = sum(one.weight for one in alike)

    def score(start: int, stop: int) -> Floats:
        found = np.zeros((stop - start, shape[1]), dtype=np.float32)
        for one in alike:
            found += np.float32(one.weight / total) * (one.vectors[anchors[start:stop]] @ one.vectors.T)
        return found

    return Placed(*_best(score, itself, shelf.eligible, size), itself, shelf.best_sellers)


def bought_together(
    baskets: csr_matrix, score: Callable[[csr_matrix], Floats], items: NDArray[np.int32], shelf: Shelf, size: int = SIZE
) -> Placed:
    """For a basket: what completes it, never what is in it. baskets: csr of ones [n, all items].

    score: baskets -> float32 [n, known items], such as `BasketModel.score`. items: int32, the index of each known item.
    """
    found, scores = _best(lambda start, stop: score(baskets[start:stop]), baskets[:, items].tocsr(), shelf.eligible[items], size)
    return Placed(np.where(found >= 0, items[found], -1).astype(np.int32), scores, baskets, shelf.best_sellers)


def in_category(category: Mask, shelf: Shelf, own: Placed | None = None, size: int = SIZE) -> Placed:
    """For a category page: a shopper's own candidates in it, then its best sellers. category: bool [items].

    own: of n shoppers, from `shopper_list`; None: for anybody, one list of best sellers. Scores are 1 to 2 of a shopper's own, by the
    model's, and below 1 of best sellers, by their popularity. Raises InputError where nothing may be shown.
    """
    within = shelf.only(category)
    if not within.eligible.any():
        raise InputError("Nothing of this category may be shown.", "Choose another category, or loosen the filters.")
    if own is not None:
        told = own if own.fallback is None else replace(own, items=np.where(own.fallback[:, None], -1, own.items))  # never finds
        items, scores = _kept(told.items, own.scores, within.eligible, size)
        scores = np.where(items >= 0, 1 + relative_relevance(scores, items >= 0), -np.inf).astype(np.float32)
        _append(items, scores, own.had, within)
        return Placed(items, scores, own.had, within.best_sellers, own.fallback, np.ones(len(items), np.float32))
    some = within.best_sellers[:size][None, :]
    nobody = csr_matrix((1, len(category)), dtype=np.float32)
    scores = within.popularity[some].astype(np.float32)
    return Placed(some, scores, nobody, within.best_sellers, np.ones(1, np.bool_))


def shopper_list(
    candidates: NDArray[np.integer], scores: NDArray[np.floating], fallback: Mask, had: csr_matrix, shelf: Shelf, size: int = SIZE
) -> Placed:
    """For home and e-mail: a run's stored candidates [n, C] and scores that may be shown. fallback: bool [n], as in `Run`.

    had: csr [n, items], what these shoppers had or sent back.
    """
    return Placed(*_kept(candidates, scores, shelf.eligible, size), had, shelf.best_sellers, np.asarray(fallback))


def _best(score: Callable[[int, int], Floats], without: csr_matrix, eligible: Mask, size: int) -> tuple[NDArray[np.int32], Floats]:
    """(columns, scores) [n, size] of the best that is scored, some anchors at a time; without: csr [n, columns], never listed."""
    n, width = without.shape
    found, scores = np.full((n, size), -1, np.int32), np.full((n, size), -np.inf, np.float32)
    batch = max(1, _CELLS // max(width, 1))
    for start in range(0, n, batch):
        stop = min(start + batch, n)
        some = np.array(score(start, stop), dtype=np.float32)
        some[:, ~eligible] = -np.inf
        some[~(some > NOTHING)] = -np.inf
        found[start:stop], scores[start:stop] = top_k(mask_seen(some, without[start:stop]), size)
    return found, scores


def _append(items: NDArray[np.int32], scores: Floats, had: csr_matrix, shelf: Shelf) -> None:
    """Fill the end of each row with best sellers that are not in it and that the shopper has not had."""
    share = (shelf.popularity / (shelf.popularity.max(initial=0) + 1)).astype(np.float32)
    best_sellers = shelf.best_sellers
    for row in range(len(items)):
        filled = int((items[row] >= 0).sum())
        barred = np.concatenate([items[row, :filled], had.indices[had.indptr[row] : had.indptr[row + 1]]])
        some = best_sellers[: items.shape[1] + len(barred)]
        more = some[~np.isin(some, barred)][: items.shape[1] - filled]
        items[row, filled : filled + len(more)] = more
        scores[row, filled : filled + len(more)] = share[more]


def _kept(items: NDArray[np.integer], scores: NDArray[np.floating], eligible: Mask, size: int) -> tuple[NDArray[np.int32], Floats]:
    """The eligible candidates of each row at its front, in the same order."""
    wanted = (items >= 0) & eligible[items]
    place = wanted.cumsum(axis=1) - 1
    row, column = np.nonzero(wanted & (place < size))
    found, kept = np.full((len(items), size), -1, np.int32), np.full((len(items), size), -np.inf, np.float32)
    found[row, place[row, column]] = items[row, column]
    kept[row, place[row, column]] = scores[row, column]
    return found, kept
