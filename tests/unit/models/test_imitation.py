"""What a linear path can say of a predictor, against the same regression by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from recsys_core.inference.kinds.constant import ConstantScorer
from recsys_core.inference.kinds.item_item import ItemItemScorer
from recsys_core.models import imitation
from recsys_core.models.contract import FitContext
from recsys_core.models.imitation import imitation_weights, inverse_diagonal, unseen_counts
from recsys_core.models.linear_part import fit_edlae

pytestmark = pytest.mark.unit
ITEMS = 9


@pytest.fixture
def matrix():
    return sparse.random(60, ITEMS, 0.4, format="csr", random_state=3, data_rvs=np.ones).astype(np.float32)


@pytest.fixture
def predictor():
    return ItemItemScorer(np.random.default_rng(5).normal(size=(ITEMS, ITEMS)).astype(np.float32))


def made(matrix, **settings):
    context = FitContext(seed=0)
    return fit_edlae({"l2": 5.0, "dropout": 0.2, **settings}, matrix, context)[0], context


def expected(matrix, targets, linear):
    """Ridge of each column of `targets` on all other items of `matrix`."""
    gram = (matrix.T @ matrix).toarray().astype(np.float64)
    system = gram + np.diag(linear.penalty(np.diag(gram)))
    weights = np.zeros_like(gram)
    for item in range(len(gram)):
        others = np.arange(len(gram)) != item
        weights[others, item] = np.linalg.solve(system[np.ix_(others, others)], (matrix.T @ targets)[others, item])
    return weights


@pytest.mark.parametrize("settings", [{"form": "dense"}, {"form": "sparse", "neighbours": ITEMS}])
def test_it_is_the_regression_on_all_other_items(matrix, predictor, settings):
    linear, context = made(matrix, **settings)
    targets = np.concatenate([counts for _, counts in unseen_counts(predictor, matrix, context)])
    found = imitation_weights(predictor, linear, matrix, context)
    found = found.toarray() if sparse.issparse(found) else found
    assert_allclose(found, expected(matrix, targets, linear), atol=2e-5)


def test_edlae_on_its_own_purchases_imitates_itself(matrix):
    linear, _ = made(matrix)
    assert_allclose(linear.weights_, expected(matrix, matrix.toarray(), linear), atol=1e-5)


def test_what_a_user_has_is_predicted_without_it(matrix):
    own_item_only = ItemItemScorer(10 * np.eye(ITEMS, dtype=np.float32))
    counts = np.concatenate([counts for _, counts in unseen_counts(own_item_only, matrix, FitContext(seed=0))])
    had = matrix.toarray() > 0
    several = had.sum(axis=1) > 1
    assert (counts[several] * had[several]).max() < 0.01 * matrix.sum(axis=1).max()
    again = np.concatenate([counts for _, counts in unseen_counts(own_item_only, matrix, FitContext(seed=0))])
    assert_array_equal(counts, again)


def test_what_does_not_hang_on_the_history_is_left_as_it_is(matrix):
    always = ConstantScorer(np.log(np.arange(1, ITEMS + 1)).astype(np.float32))
    counts = np.concatenate([counts for _, counts in unseen_counts(always, matrix, FitContext(seed=0))])
    share = np.arange(1, ITEMS + 1) / np.arange(1, ITEMS + 1).sum()
    assert_allclose(counts, np.maximum(np.diff(matrix.indptr), 1)[:, None] * share, rtol=1e-5)


def test_the_diagonal_of_the_inverse(matrix):
    linear, context = made(matrix)
    gram = (matrix.T @ matrix).toarray().astype(np.float64)
    inverse = np.linalg.inv(gram + np.diag(linear.penalty(np.diag(gram))))
    assert_allclose(inverse_diagonal(linear, matrix, context), np.diag(inverse), rtol=1e-4)


def test_a_large_log_is_read_by_a_sample_of_its_users(matrix, predictor, monkeypatch):
    linear, context = made(sparse.vstack([matrix] * 4).tocsr())
    whole = imitation_weights(predictor, linear, sparse.vstack([matrix] * 4).tocsr(), context)
    monkeypatch.setattr(imitation, "CELLS", 120 * ITEMS)
    sampled = imitation_weights(predictor, linear, sparse.vstack([matrix] * 4).tocsr(), context)
    assert np.abs(sampled - whole).max() > 0
    assert np.corrcoef(sampled.ravel(), whole.ravel())[0, 1] > 0.9
