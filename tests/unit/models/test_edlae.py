"""EDLAE against its definition: least squares on histories of which a part is hidden."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import sparse

from recsys_core.errors import InputError
from recsys_core.models.contract import FitContext
from recsys_core.models.ease import Ease
from recsys_core.models.edlae import Edlae
from recsys_core.models.gram import edlae_weights, gram_matrix, item_weights

pytestmark = pytest.mark.unit


@pytest.fixture
def matrix():
    return sparse.random(60, 9, 0.4, format="csr", random_state=3, data_rvs=np.ones).astype(np.float32)


def test_two_products_by_hand():
    # had by 3 and 2 shoppers, by 1 together; p = .5 doubles the diagonal: B_01 = 1 / (2 * 3 + 4), B_10 = 1 / (2 * 2 + 4)
    train = sparse.csr_matrix(np.array([[1, 1], [1, 0], [1, 0], [0, 1]], dtype=np.float32))
    weights = edlae_weights(gram_matrix(train), 4.0, 0.5)
    assert_allclose(weights, [[0, 1 / 10], [1 / 8, 0]], rtol=1e-6)


def test_the_penalty_is_what_hiding_parts_of_histories_comes_to(matrix):
    # the mean over every way to hide: each other product is there with probability 1 - p, scaled up by 1 / (1 - p)
    dense, p, l2 = matrix.toarray().astype(np.float64), 0.3, 5.0
    weights = edlae_weights(gram_matrix(matrix), l2, p)
    rng = np.random.default_rng(0)
    second, cross, rounds = np.zeros((9, 9)), np.zeros((9, 9)), 4000
    for _ in range(rounds):
        noisy = dense * (rng.random(dense.shape) >= p) / (1 - p)
        second += noisy.T @ noisy / rounds
        cross += noisy.T @ dense / rounds
    for item in range(9):
        others = np.delete(np.arange(9), item)
        expected = np.linalg.solve(second[np.ix_(others, others)] + l2 * np.eye(8), cross[others, item])
        assert_allclose(weights[others, item], expected, atol=0.01)


def test_nothing_hidden_is_ease(matrix):
    plain, denoising = Ease({"l2": 5.0}), Edlae({"l2": 5.0, "dropout": 0.0})
    for model in (plain, denoising):
        model.fit(matrix, FitContext(seed=0))
    assert_allclose(denoising.weights_, plain.weights_, atol=1e-7)


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 40), st.floats(0.05, 1e4), st.floats(0, 0.9), st.integers(0, 99))
def test_weights_are_those_of_the_inverse_in_either_precision(items, l2, p, seed):
    train = sparse.random(50, items, 0.3, format="csr", random_state=seed, data_rvs=np.ones).astype(np.float32)
    gram = gram_matrix(train)
    before = gram.copy()
    weights = edlae_weights(gram, l2, p)
    exact = np.linalg.inv(gram.astype(np.float64) + np.diag(l2 + p / (1 - p) * np.diag(gram)))
    assert_allclose(weights, np.eye(items) - exact / np.diag(exact), atol=2e-5)
    assert (gram == before).all()


def test_products_that_cannot_be_told_apart_are_refused():
    twins = np.full((2, 2), 1e6, dtype=np.float32)
    with pytest.raises(InputError, match="smoothing is too small"):
        item_weights(twins, np.full(2, 1e-12))
