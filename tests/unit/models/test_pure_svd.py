"""PureSVD against a dense decomposition."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from recsys_core.errors import InputError
from recsys_core.models import pure_svd
from recsys_core.models.contract import FitContext
from recsys_core.models.pure_svd import PureSVD

pytestmark = pytest.mark.unit


@pytest.fixture
def matrix():
    return sparse.random(60, 14, 0.3, format="csr", random_state=3, data_rvs=np.ones).astype(np.float32)


def fitted(matrix, memo=None, **settings):
    model = PureSVD(settings)
    model.fit(matrix, FitContext(seed=0, memo={} if memo is None else memo))
    return model


@pytest.mark.parametrize("exponent", [0.0, 0.5])
def test_scores_are_histories_along_the_leading_directions(matrix, exponent):
    dense = matrix.toarray().astype(np.float64)
    _, values, rows = np.linalg.svd(dense / dense.sum(axis=0) ** exponent)
    model = fitted(matrix, rank=4, exponent=exponent)
    assert_allclose(model.score(matrix), dense @ rows[:4].T @ rows[:4], atol=1e-5)
    assert_allclose(model.values_, values[:4], rtol=1e-5)


def test_points_of_a_grid_are_cut_from_one_decomposition(matrix):
    memo = {}
    cut = {rank: fitted(matrix, memo, rank=rank, exponent=0.5).score(matrix) for rank in (6, 2)}
    assert len(memo) == 1
    for rank, scores in cut.items():
        assert_array_equal(scores, fitted(matrix, rank=rank, exponent=0.5).score(matrix))


def test_no_more_directions_than_there_are(matrix):
    assert fitted(sparse.csr_matrix(np.eye(5, dtype=np.float32)), rank=9).directions_.shape == (5, 4)
    assert fitted(matrix, rank=4000).directions_.shape == (14, 13)


def test_both_kinds_of_vector_lie_in_one_space(matrix):
    model = fitted(matrix, rank=4)
    assert_allclose(model.user_vectors(matrix) @ (model.item_vectors() / model.values_).T, model.score(matrix), atol=1e-5)


def test_more_than_fits_is_refused_before_it_starts(matrix, monkeypatch):
    monkeypatch.setattr(pure_svd.psutil, "virtual_memory", lambda: type("Memory", (), {"available": 100})())
    with pytest.raises(InputError, match=r"directions of 60 shoppers and 14 products need .* GB") as caught:
        fitted(matrix)
    assert "smaller rank" in caught.value.hint
