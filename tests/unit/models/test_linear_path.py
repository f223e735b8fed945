"""EDLAE's scores for rows that it was fitted on, as if it had not been."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse

from recsys_core.models.contract import FitContext
from recsys_core.models.edlae import Edlae
from recsys_core.models.linear_path import LinearPath

pytestmark = pytest.mark.unit


@pytest.fixture
def matrix():
    return sparse.random(60, 9, 0.4, format="csr", random_state=3, data_rvs=np.ones).astype(np.float32)


def path(matrix, **settings):
    model = Edlae({"l2": 5.0, "dropout": 0.0, **settings})
    model.fit(matrix, FitContext(seed=0))
    return LinearPath.of(model, matrix, {})


@pytest.mark.parametrize("user", [0, 7, 31])
def test_scores_without_a_row_are_those_of_a_fit_without_it(matrix, user):
    others = matrix[np.delete(np.arange(60), user)]
    thinned = matrix[user].copy()
    thinned.data[::2] = 0
    thinned.eliminate_zeros()
    expected = path(others).score(thinned)
    found = path(matrix).without_own(matrix[user], thinned)
    assert_allclose(found, expected, atol=1e-5)
    assert np.abs(found - path(matrix).score(thinned)).max() > 1e-3


def test_rows_are_left_out_one_by_one(matrix):
    together = path(matrix).without_own(matrix[:4], matrix[:4])
    apart = np.concatenate([path(matrix).without_own(matrix[row], matrix[row]) for row in range(4)])
    assert_allclose(together, apart, atol=1e-6)


def test_the_sparse_form_scores_as_it_is(matrix):
    found = path(matrix, form="sparse", neighbours=8)
    assert_allclose(found.without_own(matrix[:3], matrix[:3]), found.score(matrix[:3]))


def test_empty_rows_score_zero(matrix):
    nothing = sparse.csr_matrix((2, 9), dtype=np.float32)
    assert_allclose(path(matrix).without_own(nothing, nothing), np.zeros((2, 9)), atol=1e-7)
