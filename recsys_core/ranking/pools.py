"""A pool: the candidates of some users, ready to be ranked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.ranking.blocks import in_blocks
from recsys_core.ranking.plan import own_array

DEFAULT_POOL = 100
"""How many of a run's candidates the studio ranks unless told otherwise (DESIGN.md, Defaults)."""


@dataclass(frozen=True)
class Pool:
    """Candidates of U users, the most relevant first and equals by item index: the order in which kernels break ties.

    items: int32 [U, C] item index, -1 where a pool is short. relevance: float32 [U, C] in 0..1 (see `relative_relevance`).
    own: int32 [U], how many at the front the model found itself; the others are best sellers (None: all are its own).
    had: csr [U, items], what a shopper must not be shown again, pinned or not (None: nothing).
    """

    items: NDArray[np.int32]
    relevance: NDArray[np.float32]
    own: NDArray[np.int32] | None = None
    had: sparse.csr_matrix | None = None

    def __len__(self) -> int:
        return len(self.items)

    def of(self, users: NDArray[np.integer]) -> Pool:
        """The pool of some of its users: indices [n]."""
        own = None if self.own is None else self.own[users]
        return Pool(self.items[users], self.relevance[users], own, None if self.had is None else self.had[users])


def relative_relevance(scores: NDArray[np.floating], present: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Scores on a scale of 0 to 1 within each user's own pool, so that a weight means the same for every model and user.

    (s - min) / (max - min) over the present candidates of a row; a constant pool gets 1, absent places 0. Shapes [U, C].
    """
    found = np.zeros(np.shape(scores), np.float32)
    _relative(np.ascontiguousarray(scores, dtype=np.float64), np.ascontiguousarray(present, dtype=np.bool_), found)
    return found


def make_pool(
    candidates: NDArray[np.integer],
    scores: NDArray[np.floating],
    size: int = DEFAULT_POOL,
    *,
    k: int = 0,
    eligible: NDArray[np.bool_] | None = None,
    audience: NDArray[np.integer] | None = None,
    had: sparse.csr_matrix | None = None,
    best_sellers: NDArray[np.integer] | None = None,
    fallback: NDArray[np.bool_] | None = None,
    found: NDArray[np.floating] | None = None,
    threads: int = 1,
) -> Pool:
    """The first `size` eligible candidates of each user that the user has not had.

    candidates: int [U, C], -1 padded, any order; scores: float [U, C]. eligible: bool [A, items], for each `audience` (int [U]; else
    the first). had: csr [U, items]. Where fewer than `k` are left, eligible unseen `best_sellers` (item indices, best first) follow with
    relevance 0. fallback: bool [U], whose candidates are best sellers already. found: [U], the score from which on a candidate is a user's
    own and not a best seller (None: all are). Works in blocks of users: of candidates that lie in a file, no more than a block is copied.
    """
    users, width = candidates.shape
    last = max(int(candidates.max(initial=-1)), -1 if best_sellers is None else int(np.max(best_sellers, initial=-1)))
    allowed = np.ones((1, last + 1), np.bool_) if eligible is None else eligible
    if had is not None:
        had = had if had.has_sorted_indices else had.sorted_indices()
    size = max(min(size, width), k if best_sellers is not None else 0)
    items, relevance = np.full((users, size), -1, np.int32), np.zeros((users, size), np.float32)
    own = np.zeros(users, np.int32)
    may, whose = own_array(allowed, np.bool_), own_array(np.zeros(users) if audience is None else audience, np.int32)
    had_start, had_items = had_arrays(had, users)
    sold = own_array(np.empty(0) if best_sellers is None else best_sellers, np.int32)

    def choose(start: int, stop: int) -> None:
        kept = np.full((stop - start, size), -np.inf, np.float32)
        here = (own_array(candidates[start:stop], np.int32), own_array(scores[start:stop], np.float32), may, whose[start:stop])
        _choose(*here, had_start[start : stop + 1], had_items, sold, min(k, size), items[start:stop], kept, own[start:stop])
        relevance[start:stop] = relative_relevance(kept, np.arange(size) < own[start:stop, None])
        if found is not None:
            own[start:stop] = np.minimum(own[start:stop], (kept >= np.asarray(found[start:stop])[:, None]).sum(axis=1))

    in_blocks(choose, users, threads=threads)
    if fallback is not None:
        own = np.where(fallback, 0, own).astype(np.int32)
    return Pool(items, relevance, own, had)


def had_arrays(had: sparse.csr_matrix | None, users: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """(indptr int64 [U + 1], indices int32, ascending within a user) of what users had."""
    if had is None:
        return np.zeros(users + 1, np.int64), np.empty(0, np.int32)
    rows = had if had.has_sorted_indices else had.sorted_indices()
    return own_array(rows.indptr, np.int64), own_array(rows.indices, np.int32)


def unit_rows(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    """Rows scaled to length 1, float32 and contiguous; rows of zeros stay zero (no vector: like nothing, far from nothing)."""
    table = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(table, axis=1, keepdims=True)
    return np.ascontiguousarray(np.where(lengths > 0, table / np.maximum(lengths, 1e-12), 0.0), dtype=np.float32)


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _choose(  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    candidates, scores, eligible, audience, had_start, had_items, best_sellers, k, items, kept, own
):
    """Fills items, kept (their scores) and own. Insertion into a sorted row: candidates come sorted, so it is a scan."""
    users, size = items.shape
    barred = np.full(eligible.shape[1], -1, np.int64)  # the last user who had the item, or has it in the pool
    for user in range(users):
        who, filled = audience[user], 0
        for at in range(had_start[user], had_start[user + 1]):
            if had_items[at] < len(barred):
                barred[had_items[at]] = user
        for c in range(candidates.shape[1]):
            item, score = candidates[user, c], scores[user, c]
            if item < 0 or not eligible[who, item] or barred[item] == user:
                continue
            place = filled if filled < size else size
            while place > 0 and (kept[user, place - 1] < score or (kept[user, place - 1] == score and items[user, place - 1] > item)):
                if place < size:
                    kept[user, place], items[user, place] = kept[user, place - 1], items[user, place - 1]
                place -= 1
            if place < size:
                kept[user, place], items[user, place] = score, item
                filled = min(filled + 1, size)
        own[user] = filled
        if filled >= k:
            continue
        for c in range(filled):
            barred[items[user, c]] = user
        for item in best_sellers:
            if filled < k and eligible[who, item] and barred[item] != user:
                items[user, filled] = item
                filled += 1


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _relative(scores, present, found):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    for user in range(len(scores)):
        low, high = np.inf, -np.inf
        for c in range(scores.shape[1]):
            if present[user, c]:
                low, high = min(low, scores[user, c]), max(high, scores[user, c])
        for c in range(scores.shape[1]):
            if present[user, c]:
                found[user, c] = (scores[user, c] - low) / (high - low) if high > low else 1.0
