"""The sparse form of EASE against a plain ridge regression of each item on its neighbours."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from recsys_core.models.gram import gram_matrix, item_weights
from recsys_core.models.neighbour_ridge import co_occurrences, neighbour_weights
from recsys_core.training.events import Listener

pytestmark = pytest.mark.unit
QUIET = Listener()


def made(users=80, items=30, density=0.15, seed=1):
    return sparse.random(users, items, density, format="csr", random_state=seed, data_rvs=np.ones).astype(np.float32)


def plain(gram, penalty, size):
    """The definition, item by item."""
    weights = np.zeros_like(gram, dtype=np.float64)
    diagonal = np.diag(gram) + penalty
    for item in range(len(gram)):
        gains = gram[item] ** 2 / diagonal
        gains[item] = 0
        near = [i for i in np.argsort(-gains, kind="stable")[:size] if gains[i] > 0]
        weights[near, item] = np.linalg.solve(gram[np.ix_(near, near)] + np.diag(penalty[near]), gram[near, item])
    return weights


def test_three_products_by_hand():
    # 0 and 1 are had together by 2, 0 and 2 by 1; one neighbour each: w = G_ij / (G_ii + 1)
    train = sparse.csr_matrix(np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1]], dtype=np.float32))
    weights = neighbour_weights(co_occurrences(train, QUIET), np.ones(3), 1, QUIET).toarray()
    assert_allclose(weights, [[0, 2 / 4, 1 / 4], [2 / 3, 0, 0], [0, 0, 0]], rtol=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 40), st.integers(1, 45), st.floats(0.5, 100), st.integers(0, 99))
def test_every_column_is_the_ridge_regression_on_its_neighbours(items, size, l2, seed):
    train = made(items=items, seed=seed)
    penalty = l2 + 0.3 * np.arange(items)  # no ties between gains that rounding could turn
    weights = neighbour_weights(co_occurrences(train, QUIET), penalty, size, QUIET)
    assert_allclose(weights.toarray(), plain(gram_matrix(train).astype(np.float64), penalty, size), atol=2e-5)
    assert weights.diagonal().sum() == 0
    assert weights.getnnz(axis=0).max(initial=0) <= size


def test_with_every_item_a_neighbour_it_is_the_dense_form():
    train = made(users=400, items=20, density=0.4)
    assert (gram_matrix(train) > 0).all()
    penalty = np.full(20, 7.0)
    weights = neighbour_weights(co_occurrences(train, QUIET), penalty, 1000, QUIET)
    assert_allclose(weights.toarray(), item_weights(gram_matrix(train), penalty), atol=1e-6)


def test_co_occurrences_are_the_gram_matrix_until_there_are_too_many():
    train = made()
    gram = gram_matrix(train)
    assert_array_equal(co_occurrences(train, QUIET).toarray(), gram)
    few = co_occurrences(train, QUIET, pairs=30 * 4)
    assert few.nnz <= 2 * 30 * 4
    assert_array_equal(few.diagonal(), np.diag(gram))
    assert (few != few.T).nnz == 0
    kept = few.toarray() > 0
    assert_array_equal(few.toarray()[kept], gram[kept])
    for item in range(30):
        rest = gram[item][~kept[item]]
        assert rest.max(initial=0) <= np.sort(gram[item])[-4]
    weights = neighbour_weights(few, np.full(30, 2.0), 10, QUIET)
    assert np.isfinite(weights.data).all()


def test_an_item_nobody_had_gets_no_weight():
    train = sparse.hstack([made(items=5), sparse.csr_matrix((80, 1), dtype=np.float32)]).tocsr()
    weights = neighbour_weights(co_occurrences(train, QUIET), np.ones(6), 3, QUIET).toarray()
    assert not weights[5].any()
    assert not weights[:, 5].any()


def test_an_item_keeps_its_own_count_where_as_many_share_every_partner():
    """Two shoppers with everything: each item has all others as often as itself, and only two pairs an item are kept."""
    few = co_occurrences(sparse.csr_matrix(np.ones((2, 6), dtype=np.float32)), QUIET, pairs=6 * 2)
    assert_array_equal(few.diagonal(), np.full(6, 2))
