"""Neighbours by hand, against scikit-learn, and what is said beside each of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_matrix
from sklearn.neighbors import NearestNeighbors

from recsys_core.errors import InputError
from recsys_core.latent.nearest import unit_rows
from recsys_core.latent.neighbours import Space, check_way

pytestmark = pytest.mark.unit


def a_space(vectors, rows=None, owned=None):
    n = len(vectors)
    rows = np.arange(n, dtype=np.int32) if rows is None else np.asarray(rows, np.int32)
    owned = csr_matrix((int(rows.max()) + 1, 1), dtype=np.float32) if owned is None else csr_matrix(owned)
    return Space("items", "model", unit_rows(np.asarray(vectors, np.float32)), rows, owned)


def test_the_nearest_come_first_and_nobody_is_a_neighbour_of_himself():
    found = a_space([[1, 0], [2, 0.2], [0, 1], [-1, 0]]).nearest([0], 3)
    assert found.rows.tolist() == [[1, 2, 3]]
    assert_allclose(found.similarity[0], [1 / np.sqrt(1.01), 0, -1], atol=1e-6)


def test_rows_are_those_of_the_dataset_and_one_without_a_vector_has_no_neighbours():
    found = a_space([[1, 0], [1, 0.1], [0, 1]], rows=[2, 5, 9]).nearest([5, 3, 9], 5)
    assert found.rows.tolist() == [[2, 9, -1, -1, -1], [-1] * 5, [5, 2, -1, -1, -1]]
    assert np.isnan(found.similarity[1]).all()
    assert np.isnan(found.similarity[0, 2:]).all()


def test_who_bought_both_is_counted_beside_what_chance_would_give():
    owned = np.array([[1, 1, 1, 0], [1, 1, 0, 0], [0, 0, 0, 1]], np.float32)  # products by shoppers
    found = a_space([[1, 0], [1, 0.1], [1, 0.2]], owned=owned).nearest([0], 2)
    assert found.rows.tolist() == [[1, 2]]
    assert found.shared.tolist() == [[2, 0]]
    assert_allclose(found.expected, [[3 * 2 / 4, 3 * 1 / 4]])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 60), st.integers(1, 12))
def test_they_are_scikit_learns(seed, n, k):
    vectors = np.random.default_rng(seed).normal(size=(n, 7)).astype(np.float32)
    found = a_space(vectors).nearest(np.arange(n), k)
    k = min(k, n - 1)
    distance, rows = NearestNeighbors(n_neighbors=k + 1, metric="cosine", algorithm="brute").fit(vectors).kneighbors(vectors)
    assert_array_equal(rows[:, 0], np.arange(n))
    assert_allclose(found.similarity[:, :k], 1 - distance[:, 1:], atol=1e-5)
    own = unit_rows(vectors)
    for one in range(n):
        assert_allclose(own[found.rows[one, :k]] @ own[one], found.similarity[one, :k], atol=1e-5)
        assert len({*found.rows[one, :k].tolist(), one}) == k + 1


def test_twins_are_each_others_neighbours():
    found = a_space([[1, 0]] * 5).nearest(np.arange(5), 4)
    for one, others in enumerate(found.rows.tolist()):
        assert sorted([one, *others]) == [0, 1, 2, 3, 4]


def test_ways_are_named():
    assert check_way("both") == ("model", "attributes")
    assert check_way("model") == ("model",)
    with pytest.raises(InputError, match="taste"):
        check_way("taste")
