"""iALS against its loss, and folding in against the training it follows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import sparse

from recsys_core.inference.kinds.least_squares import CHUNK, fold_in
from recsys_core.models.contract import FitContext, Side
from recsys_core.models.ials import Ials

pytestmark = pytest.mark.unit


@pytest.fixture
def matrix():
    return sparse.random(40, 15, 0.3, format="csr", random_state=3, data_rvs=np.ones).astype(np.float32)


def loss(dense, confidence, users, items, unobserved, reg):
    """Rendle et al. 2022, eq. 1, nu = 1, with confidences where they are."""
    scores = users @ items.T
    seen = (confidence * (scores - 1) ** 2)[dense > 0].sum()
    frequent_users = confidence.sum(axis=1) + unobserved * dense.shape[1]
    frequent_items = confidence.sum(axis=0) + unobserved * (dense.sum(axis=1) > 0).sum()
    size = (frequent_users * (users**2).sum(axis=1)).sum() + (frequent_items * (items**2).sum(axis=1)).sum()
    return seen + unobserved * (scores**2).sum() + reg * size


def test_one_factor_by_hand():
    # items 2 and 1; the user had the first: (2 * 2 + .5 * 5 + .1 * (1 + .5 * 2)) w = 2
    rows = sparse.csr_matrix(np.array([[1, 0], [0, 0]], dtype=np.float32))
    factors = np.array([[2], [1]], dtype=np.float32)
    assert_allclose(fold_in(rows, factors, factors.T @ factors, 0.5, 0.1), [[2 / 6.7], [0]], rtol=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 20), st.floats(0.01, 2), st.floats(0.01, 1), st.booleans(), st.integers(0, 99))
def test_each_vector_solves_its_own_least_squares(d, unobserved, reg, weighted, seed):
    rng = np.random.default_rng(seed)
    rows = sparse.random(6, 12, 0.4, format="csr", random_state=seed, data_rvs=np.ones)
    factors = rng.normal(size=(12, d)).astype(np.float32)
    confidence = rng.uniform(0.2, 3, rows.nnz).astype(np.float32) if weighted else np.ones(rows.nnz, dtype=np.float32)
    found = fold_in(rows, factors, factors.T @ factors, unobserved, reg, confidence=confidence if weighted else None)
    weights = sparse.csr_matrix((confidence, rows.indices, rows.indptr), shape=rows.shape).toarray()
    wide = factors.astype(np.float64)
    for row, weight in zip(found, weights, strict=True):
        if weight.any():
            system = wide.T @ (wide * (weight + unobserved)[:, None]) + reg * (weight.sum() + unobserved * 12) * np.eye(d)
            assert_allclose(row, np.linalg.solve(system, wide.T @ weight), atol=2e-4)
        else:
            assert not row.any()


def test_a_history_longer_than_what_is_gathered_at_once():
    items = 2 * CHUNK + 7
    factors = np.random.default_rng(0).normal(size=(items, 5)).astype(np.float32)
    everything = sparse.csr_matrix(np.ones((1, items), dtype=np.float32))
    found = fold_in(everything, factors, factors.T @ factors, 0.1, 0.01)
    wide = factors.astype(np.float64)
    expected = np.linalg.solve(1.1 * wide.T @ wide + 0.01 * 1.1 * items * np.eye(5), wide.sum(axis=0))
    assert_allclose(found[0], expected, atol=1e-5)


@pytest.mark.parametrize("way", ["equal", "strength"])
def test_every_round_lowers_the_loss_to_a_stationary_point(matrix, way):
    class Strong(Side):
        def strengths(self, pairs):
            return (1 + pairs.indices % 5).astype(np.float32)

    dense, confidence = matrix.toarray().astype(np.float64), matrix.toarray().astype(np.float64)
    if way == "strength":
        confidence[dense > 0] = np.log1p(1 + np.nonzero(dense)[1] % 5)
        confidence[dense > 0] /= confidence[dense > 0].mean()
    losses = []
    for epochs in (1, 2, 4, 60):
        model = Ials({"factors": 4, "epochs": epochs, "unobserved": 0.2, "reg": 0.01, "confidence": way})
        model.fit(matrix, FitContext(seed=0, side=Strong()))
        items = model.item_vectors()
        weights = confidence[dense > 0].astype(np.float32) if way == "strength" else None
        users = fold_in(matrix, items, items.T @ items, 0.2, 0.01, confidence=weights)
        losses.append(loss(dense, confidence, users.astype(np.float64), items.astype(np.float64), 0.2, 0.01))
    assert losses[0] > losses[1] > losses[2] > losses[3]
    rng = np.random.default_rng(1)
    for _ in range(20):  # no small step of the items' factors makes it better
        step = 1e-3 * rng.normal(size=items.shape)
        assert loss(dense, confidence, users, items + step, 0.2, 0.01) > losses[3] - 1e-4


def test_folding_in_is_the_user_step_of_the_training(matrix):
    model = Ials({"factors": 4, "epochs": 5})
    model.fit(matrix, FitContext(seed=0))
    vectors = model.user_vectors(matrix)
    assert_allclose(model.user_vectors(matrix[7:9]), vectors[7:9], atol=1e-7)
    assert_allclose(model.score(matrix), vectors @ model.item_vectors().T, atol=1e-6)


def test_confidence_without_strengths_is_equal(matrix):
    plain, weighted = (Ials({"factors": 4, "confidence": way}) for way in ("equal", "strength"))
    for model in (plain, weighted):
        model.fit(matrix, FitContext(seed=0))
    assert_allclose(weighted.item_vectors(), plain.item_vectors())
