"""Vectors of products from the normalised Gram matrix, against a dense decomposition."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from recsys_core.models.spectral import leading_directions, spectral_vectors

pytestmark = pytest.mark.unit


@pytest.fixture(params=[(60, 9), (9, 60)], ids=["more users", "more items"])
def matrix(request):
    return sparse.random(*request.param, 0.4, format="csr", random_state=3, data_rvs=np.ones).astype(np.float32)


def test_vectors_are_the_leading_directions_of_the_cosines_between_items(matrix):
    dense = matrix.toarray().astype(np.float64)
    scaled = dense / np.sqrt(np.maximum(dense.sum(axis=0), 1))
    values, directions = np.linalg.eigh(scaled.T @ scaled)
    best = (directions[:, -4:] * values[-4:]) @ directions[:, -4:].T
    vectors = spectral_vectors(matrix, 4).astype(np.float64)
    assert_allclose(vectors @ vectors.T, best, atol=1e-5)


def test_directions_are_those_of_a_dense_decomposition_largest_first(matrix):
    values, directions = leading_directions(matrix, 3)
    _, expected, rows = np.linalg.svd(matrix.toarray())
    assert_allclose(values, expected[:3], rtol=1e-6)
    assert_allclose(np.abs(np.sum(directions * rows[:3].T, axis=0)), 1, atol=1e-6)
    assert (directions[np.abs(directions).argmax(axis=0), np.arange(3)] > 0).all()


def test_the_same_bits_every_time(matrix):
    assert_array_equal(spectral_vectors(matrix, 5), spectral_vectors(matrix, 5))


def test_no_more_dimensions_than_there_are():
    assert spectral_vectors(sparse.csr_matrix(np.eye(4, dtype=np.float32)), 64).shape == (4, 3)
    assert spectral_vectors(sparse.csr_matrix(np.ones((1, 4), dtype=np.float32)), 64).shape == (4, 1)
