"""MMR: three vectors by hand, the numpy version and pyversity as oracles, and the edges."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from pyversity import Strategy, diversify

from recsys_core.ranking.mmr import mmr, mmr_reference
from recsys_core.ranking.pools import Pool, make_pool, relative_relevance, unit_rows

pytestmark = pytest.mark.unit


def random_pool(seed, users=6, size=30, items=60, dimensions=8):
    rng = np.random.default_rng(seed)
    candidates = np.stack([rng.permutation(items)[:size] for _ in range(users)]).astype(np.int32)
    scores = -np.sort(-rng.normal(size=(users, size)).astype(np.float32), axis=1)
    return make_pool(candidates, scores, size), unit_rows(rng.normal(size=(items, dimensions)) + 0.4)


def test_three_vectors_by_hand():
    """Items 0 and 1 are twins, 2 is different. At a half: 2 scores .5*.4 - 0 = .2, the twin .5*.9 - .5*1 = -.05."""
    vectors = unit_rows(np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32))
    pool = Pool(np.array([[0, 1, 2]], dtype=np.int32), np.array([[1.0, 0.9, 0.4]], dtype=np.float32))
    assert mmr(pool, vectors, 0.0, 3).tolist() == [[0, 1, 2]]
    assert mmr(pool, vectors, 0.5, 3).tolist() == [[0, 2, 1]]


def test_no_trade_off_is_the_plain_list():
    pool, vectors = random_pool(1)
    assert_array_equal(mmr(pool, vectors, 0.0, 10), pool.items[:, :10])


def test_ties_go_to_the_more_relevant_then_to_the_smaller_id():
    pool = Pool(np.array([[5, 3, 4]], dtype=np.int32), np.array([[1, 1, 1]], dtype=np.float32))
    assert mmr(pool, unit_rows(np.eye(6, dtype=np.float32)), 0.3, 3).tolist() == [[3, 4, 5]]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.1, 0.35, 0.5, 0.8, 1.0]))
def test_the_kernel_equals_the_numpy_version(seed, trade_off):
    pool, vectors = random_pool(seed)
    same = mmr(pool, vectors, trade_off, 10) == mmr_reference(pool, vectors, trade_off, 10)
    assert same.all(axis=1).mean() >= 5 / 6  # float32 sums in another order may flip one tie


def test_pyversity_agrees_on_nearly_every_list():
    pool, vectors = random_pool(11, users=200, size=50, items=300, dimensions=16)
    ours = mmr(pool, vectors, 0.4, 15)
    theirs = [
        items[diversify(vectors[items], relevance, 15, strategy=Strategy.MMR, diversity=0.4).indices]
        for items, relevance in zip(pool.items, pool.relevance, strict=True)
    ]
    assert (ours == np.stack(theirs)).all(axis=1).mean() >= 0.99


def test_pools_shorter_than_the_list_leave_empty_places():
    pool = make_pool(np.array([[4, 2, -1, -1], [-1, -1, -1, -1]]), np.array([[2.0, 1.0, -np.inf, -np.inf], [-np.inf] * 4]), 4)
    assert mmr(pool, unit_rows(np.eye(5, dtype=np.float32)), 0.5, 3).tolist() == [[4, 2, -1], [-1, -1, -1]]


def test_threads_change_nothing():
    pool, vectors = random_pool(2, users=2500, size=20, items=50)
    assert_array_equal(mmr(pool, vectors, 0.6, 10, threads=2), mmr(pool, vectors, 0.6, 10))


def test_relevance_is_relative_to_the_own_pool_and_to_no_scale():
    scores = np.array([[4.0, 2.0, 0.0], [7.0, 7.0, 7.0]])
    present = np.ones((2, 3), dtype=bool)
    expected = [[1, 0.5, 0], [1, 1, 1]]
    assert relative_relevance(scores, present).tolist() == expected
    assert relative_relevance(scores * 10 + 3, present).tolist() == expected
