"""Candidates of every placement: what is near, what completes, what is a shopper's own, and what is only a best seller."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from recsys_core.errors import InputError, UnsupportedError
from recsys_core.inference.kinds.sparse_item_item import SparseItemItemScorer, best_sellers_last
from recsys_core.ranking.placements import Likeness, Placed, Shelf, bought_together, in_category, more_like_this, shopper_list
from recsys_core.ranking.pools import unit_rows

ITEMS = 6
POPULARITY = np.array([10, 50, 30, 20, 40, 0])


def shelf(*hidden: int) -> Shelf:
    eligible = np.ones(ITEMS, dtype=np.bool_)
    eligible[list(hidden)] = False
    return Shelf(eligible, POPULARITY)


def nothing(n: int) -> sparse.csr_matrix:
    return sparse.csr_matrix((n, ITEMS), dtype=np.float32)


def shown(placed: Placed, k: int) -> list[tuple[list[int], int]]:
    """(items, how many are the anchor's own) of every list that the engine gets."""
    pool = placed.pool(k)
    assert pool.own is not None
    return [(row[row >= 0][:k].tolist(), int(own)) for row, own in zip(pool.items, pool.own, strict=True)]


VECTORS = unit_rows(np.array([[1, 0], [1, 0.1], [1, 1], [-1, 0], [0, 0], [0.2, 1]]))


def test_more_like_this_is_the_nearest_without_itself() -> None:
    found = more_like_this(np.array([0, 4]), [Likeness(VECTORS)], shelf(), 5)
    assert_array_equal(found.items, [[1, 2, 5, -1, -1], [-1] * 5])  # 3 is the opposite, 4 has no vector
    assert_allclose(found.scores[0, :3], VECTORS[[1, 2, 5]] @ VECTORS[0], atol=1e-6)
    assert shown(found, 4) == [([1, 2, 5, 4], 3), ([1, 2, 3, 0], 0)]


def test_what_is_not_eligible_is_never_near() -> None:
    found = more_like_this(np.array([0]), [Likeness(VECTORS)], shelf(1, 4), 5)
    assert shown(found, 5) == [([2, 5, 3], 2)]


def test_a_blend_is_the_weighted_mean_of_cosines() -> None:
    words = unit_rows(np.array([[1, 0], [0, 1], [0, 0], [1, 0], [1, 0], [0, 1]]))
    found = more_like_this(np.array([0]), [Likeness(VECTORS, 3.0), Likeness(words, 1.0)], shelf(), ITEMS)
    cosines = 0.75 * VECTORS @ VECTORS[0] + 0.25 * words @ words[0]
    order = [i for i in np.argsort(-cosines, kind="stable") if i != 0 and cosines[i] > 0]
    assert found.items[0, : len(order)].tolist() == order
    assert 4 in order  # by words alone
    with pytest.raises(UnsupportedError):
        more_like_this(np.array([0]), [], shelf())


def basket_scorer() -> tuple[SparseItemItemScorer, np.ndarray]:
    """Knows items 0, 1, 2, 4: 0 goes with 1 and a little with 4; 2 speaks against 4."""
    weights = np.zeros((4, 4), dtype=np.float32)
    weights[0, 1], weights[0, 3], weights[2, 3] = 0.5, 0.2, -0.3
    matrix = sparse.csr_matrix(weights)
    return SparseItemItemScorer(matrix, best_sellers_last(matrix, np.array([10, 50, 30, 40]))), np.array([0, 1, 2, 4], dtype=np.int32)


def test_a_basket_is_completed_by_what_it_speaks_for_then_best_sellers() -> None:
    scorer, items = basket_scorer()
    baskets = sparse.csr_matrix(np.array([[1, 0, 0, 0, 0, 0], [1, 0, 1, 1, 0, 0], [0, 0, 0, 1, 0, 0]], dtype=np.float32))
    found = bought_together(baskets, lambda rows: scorer.score(rows[:, items]), items, shelf(), 4)
    assert_array_equal(found.items[:2], [[1, 4, -1, -1], [1, -1, -1, -1]])
    assert shown(found, 3) == [([1, 4, 2], 2), ([1, 4], 1), ([1, 4, 2], 0)]  # nothing twice, nothing of the basket
    hidden = bought_together(baskets, lambda rows: scorer.score(rows[:, items]), items, shelf(1), 4)
    assert shown(hidden, 2)[0] == ([4, 2], 1)


def test_many_anchors_are_scored_some_at_a_time(monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator) -> None:
    vectors = unit_rows(rng.normal(size=(ITEMS, 3)))
    whole = more_like_this(np.arange(ITEMS), [Likeness(vectors)], shelf(2))
    monkeypatch.setattr("recsys_core.ranking.placements._CELLS", 2 * ITEMS)
    parts = more_like_this(np.arange(ITEMS), [Likeness(vectors)], shelf(2))
    assert_array_equal(whole.items, parts.items)
    assert_allclose(whole.scores, parts.scores, atol=1e-6)


CANDIDATES = np.array([[4, 2, 1, 0], [1, 4, 2, -1]], dtype=np.int32)
SCORES = np.array([[0.9, 0.5, 0.4, 0.1], [50, 40, 30, -np.inf]], dtype=np.float32)


def test_a_shoppers_list_is_the_stored_one_without_what_is_not_eligible_or_was_had() -> None:
    had = sparse.csr_matrix(np.array([[0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 1, 0]], dtype=np.float32))
    found = shopper_list(CANDIDATES, SCORES, np.array([False, True]), had, shelf(2))
    assert_array_equal(found.items[:, :3], [[4, 1, 0], [1, 4, -1]])
    assert shown(found, 3) == [([4, 1, 0], 3), ([1, 3, 0], 0)]  # the second shopper's are best sellers already


def test_a_category_has_a_shoppers_own_then_its_best_sellers() -> None:
    category = np.array([True, True, False, True, False, True])
    own = shopper_list(CANDIDATES, SCORES, np.array([False, False]), nothing(2), shelf())
    assert shown(in_category(category, shelf(), own), 3) == [([1, 0, 3], 2), ([1, 3, 0], 1)]


def test_a_category_page_without_a_shopper_is_its_best_sellers_marked_so() -> None:
    category = np.array([True, True, False, True, False, True])
    found = in_category(category, shelf(1))
    assert_array_equal(found.items, [[3, 0]])  # 5 was never sold
    assert shown(found, 3) == [([3, 0], 0)]
    with pytest.raises(InputError, match="category"):
        in_category(category, shelf(0, 1, 3, 5))
