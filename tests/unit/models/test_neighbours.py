"""The nearest items of every item, against all pairs at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from recsys_core.errors import InputError
from recsys_core.models import neighbours
from recsys_core.models.neighbours import nearest_items

pytestmark = pytest.mark.unit


def nearest(matrix, k, shrink=0.0, check=lambda: None):
    matrix = matrix.astype(np.float64)
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=0)).ravel())
    return nearest_items(matrix.T.tocsr(), matrix, lengths, shrink, k, check)


def test_three_products_by_hand():
    log = sparse.csr_matrix(np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1], [1, 0, 0]], dtype=np.float32))
    found = nearest(log, 2)
    assert_array_equal(found.items, [[1, 2], [0, -1], [0, -1]])
    assert_allclose(found.values, [[2 / np.sqrt(8), 1 / 2], [2 / np.sqrt(8), 0], [1 / 2, 0]], rtol=1e-6)


def test_shrinkage_holds_rare_pairs_apart():
    log = sparse.csr_matrix(np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1], [1, 0, 0]], dtype=np.float32))
    assert_allclose(nearest(log, 1, shrink=10).values.ravel(), [2 / (np.sqrt(8) + 10), 2 / (np.sqrt(8) + 10), 1 / 12], rtol=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 25), st.integers(1, 12), st.floats(0.05, 0.9), st.integers(0, 1000), st.sampled_from([0.0, 3.0]))
def test_the_k_nearest_are_those_of_the_whole_matrix_ties_to_the_smaller_number(items, k, density, seed, shrink):
    log = sparse.random(15, items, density, format="csr", random_state=seed, data_rvs=np.ones)
    lengths = np.linalg.norm(log.toarray(), axis=0)
    cosine = (log.T @ log).toarray() / np.maximum(np.outer(lengths, lengths) + shrink, 1e-12)
    np.fill_diagonal(cosine, 0)
    found = nearest(log, k, shrink)
    for i in range(items):
        order = [j for j in np.lexsort((np.arange(items), -cosine[i])) if cosine[i, j] > 0][:k]
        assert [j for j in found.items[i] if j >= 0] == order
        assert_allclose(found.values[i, : len(order)], cosine[i, order], rtol=1e-5)


def test_blocks_do_not_show(monkeypatch):
    log = sparse.random(80, 60, 0.2, format="csr", random_state=1, data_rvs=np.ones)
    whole, checks = nearest(log, 7), []
    monkeypatch.setattr(neighbours, "BLOCK", 13)
    parts = nearest(log, 7, check=lambda: checks.append(1))
    assert_array_equal(parts.items, whole.items)
    assert_array_equal(parts.values, whole.values)
    assert len(checks) == 5


def test_fewer_neighbours_are_the_first_of_more():
    log = sparse.random(80, 30, 0.2, format="csr", random_state=1, data_rvs=np.ones)
    assert (nearest(log, 9).weights(4) != nearest(log, 4).weights(4)).nnz == 0
    assert (np.diff(nearest(log, 9).weights(4).indptr) <= 4).all()


def test_more_than_fits_is_refused_before_it_starts(monkeypatch):
    monkeypatch.setattr(neighbours.psutil, "virtual_memory", lambda: type("Memory", (), {"available": 1000})())
    with pytest.raises(InputError, match=r"5 neighbours of each of 30 products need .* GB") as caught:
        nearest(sparse.random(80, 30, 0.2, format="csr", random_state=1), 5)
    assert "smaller k" in caught.value.hint
