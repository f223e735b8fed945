"""Pools: the most relevant of what a shopper may be shown, in the one order that ties go by."""

import numpy as np
import pytest
from scipy import sparse

from recsys_core.ranking.pools import Pool, make_pool, relative_relevance, unit_rows

CANDIDATES = np.array([[4, 2, 7, 1, -1], [3, 5, -1, -1, -1]])
SCORES = np.array([[9.0, 5.0, 5.0, 1.0, -np.inf], [2.0, 1.0, -np.inf, -np.inf, -np.inf]])


def without(*items: int) -> np.ndarray:
    eligible = np.ones((1, 9), dtype=bool)
    eligible[0, list(items)] = False
    return eligible


def test_relevance_is_relative_to_the_own_pool_and_to_no_scale():
    scores = np.array([[4.0, 2.0, 0.0], [7.0, 7.0, 7.0]])
    present = np.ones((2, 3), dtype=bool)
    expected = [[1, 0.5, 0], [1, 1, 1]]
    assert relative_relevance(scores, present).tolist() == expected
    assert relative_relevance(scores * 10 + 3, present).tolist() == expected


def test_the_first_candidates_become_the_pool():
    pool = make_pool(CANDIDATES, SCORES, 3)
    assert pool.items.tolist() == [[4, 2, 7], [3, 5, -1]]
    assert pool.relevance.tolist() == [[1, 0, 0], [1, 0, 0]]
    assert pool.own.tolist() == [3, 2]


def test_candidates_in_another_order_give_the_same_pool():
    """Most relevant first, equals by item index."""
    order = [3, 2, 0, 4, 1]
    pool, mixed = make_pool(CANDIDATES, SCORES), make_pool(CANDIDATES[:, order], SCORES[:, order])
    assert mixed.items.tolist() == pool.items.tolist() == [[4, 2, 7, 1, -1], [3, 5, -1, -1, -1]]


def test_what_may_not_be_shown_gives_way_to_the_next_candidate_and_relevance_is_of_those_left():
    pool = make_pool(CANDIDATES, SCORES, 2, eligible=without(4))
    assert pool.items.tolist() == [[2, 7], [3, 5]]
    assert pool.relevance.tolist() == [[1, 1], [1, 0]]
    had = sparse.csr_matrix(([1, 1], ([0, 1], [2, 3])), shape=(2, 9))
    assert make_pool(CANDIDATES, SCORES, 2, had=had).items.tolist() == [[4, 7], [5, -1]]


def test_audiences_have_their_own_exclusions():
    eligible = np.concatenate([without(4), without(3)])
    assert make_pool(CANDIDATES, SCORES, 2, eligible=eligible, audience=np.array([0, 1])).items.tolist() == [[2, 7], [5, -1]]


def test_a_short_pool_is_filled_with_best_sellers_up_to_the_list():
    had = sparse.csr_matrix(([1], ([1], [8])), shape=(2, 9))
    pool = make_pool(CANDIDATES, SCORES, 5, k=4, eligible=without(6), had=had, best_sellers=np.array([8, 6, 3, 0, 1, 2]))
    assert pool.items.tolist() == [[4, 2, 7, 1, -1], [3, 5, 0, 1, -1]]  # 8 was had, 6 is not eligible, 3 is there already
    assert pool.own.tolist() == [4, 2]
    assert pool.relevance[1].tolist() == [1, 0, 0, 0, 0]


def test_best_sellers_may_make_a_pool_of_nothing_and_longer_than_the_candidates():
    pool = make_pool(np.full((1, 2), -1), np.full((1, 2), -np.inf), k=4, best_sellers=np.arange(9))
    assert pool.items.tolist() == [[0, 1, 2, 3]]
    assert pool.own.tolist() == [0]


def test_candidates_that_are_best_sellers_already_say_so():
    assert make_pool(CANDIDATES, SCORES, fallback=np.array([False, True])).own.tolist() == [4, 0]


@pytest.mark.parametrize("shape", [(0, 5), (3, 0)])
def test_nobody_and_nothing(shape):
    pool = make_pool(np.empty(shape, np.int32), np.empty(shape, np.float32), k=2)
    assert pool.items.shape == shape
    assert len(pool) == shape[0]


def test_a_part_of_a_pool():
    had = sparse.csr_matrix(([1, 1], ([0, 1], [2, 3])), shape=(2, 9))
    part = make_pool(CANDIDATES, SCORES, had=had).of(np.array([1]))
    assert part.items.tolist() == [[5, -1, -1, -1, -1]]
    assert part.had.indices.tolist() == [3]
    assert Pool(CANDIDATES, SCORES).of(np.array([0])).own is None


def test_unit_rows_keep_what_has_no_vector():
    assert unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0, 0]]
