"""Item-kNN against its formula on dense matrices."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse

from recsys_core.models.contract import FitContext
from recsys_core.models.item_knn import ItemKNN, weigh

pytestmark = pytest.mark.unit


@pytest.fixture
def matrix():
    return sparse.random(60, 12, 0.3, format="csr", random_state=3, data_rvs=np.ones).astype(np.float32)


def fitted(matrix, memo=None, **settings):
    model = ItemKNN({"weighting": "none", "shrink": 0, **settings})
    model.fit(matrix, FitContext(seed=0, memo={} if memo is None else memo))
    return model


def test_with_all_neighbours_scores_are_summed_cosines(matrix):
    unit = matrix.toarray() / np.linalg.norm(matrix.toarray(), axis=0)
    cosine = unit.T @ unit
    np.fill_diagonal(cosine, 0)
    assert_allclose(fitted(matrix, k=100).score(matrix), matrix.toarray() @ cosine, rtol=1e-5, atol=1e-12)


def test_a_product_is_spoken_for_by_its_own_nearest():
    """Item 0 is near to 1, 2 and 3 alike, but it is their nearest; its own nearest is 1."""
    log = np.zeros((9, 4), dtype=np.float32)
    log[:, 0] = 1
    log[:4, 1] = log[4:6, 2] = log[6:8, 3] = 1
    scores = fitted(sparse.csr_matrix(log), k=1).score(sparse.csr_matrix(np.eye(4, dtype=np.float32)))
    assert (scores[0] > 1e-12).tolist() == [False, True, True, True]
    assert (scores[:, 0] > 1e-12).tolist() == [False, True, False, False]


def test_points_of_a_grid_share_their_neighbours_and_end_alike(matrix):
    memo = {}
    few = [fitted(matrix, memo, k=k).score(matrix) for k in (2, 5)]
    other = fitted(matrix[:40], memo, k=2).score(matrix)
    assert_allclose(few[0], fitted(matrix, k=2).score(matrix), rtol=0)
    assert_allclose(few[1], fitted(matrix, k=5).score(matrix), rtol=0)
    assert_allclose(other, fitted(matrix[:40], k=2).score(matrix), rtol=0)


def test_who_buys_everything_says_nothing_of_what_goes_together():
    log = sparse.csr_matrix(np.array([[1, 1, 1], [1, 1, 0], [0, 0, 1]], dtype=np.float32))
    weighted = weigh(log, "tf-idf").toarray()
    assert_allclose(weighted, [[0, 0, 0], [np.log(4 / 3), np.log(4 / 3), 0], [0, 0, np.log(2)]])
    scores = fitted(log, weighting="tf-idf").score(log)
    assert (scores[2] < 1e-12).all()
    assert scores[1, 0] > 1e-12


def test_bm25_differs_from_tf_idf_by_the_scale_of_a_product_alone(matrix):
    plain, scaled = weigh(matrix, "tf-idf").toarray(), weigh(matrix, "bm25").toarray()
    had = np.where(matrix.toarray() > 0, scaled / np.maximum(plain, 1e-12), np.nan)
    assert_allclose(np.nanmax(had, axis=0), np.nanmin(had, axis=0), rtol=1e-6)
    popular = np.argsort(matrix.toarray().sum(axis=0))
    assert np.nanmax(had, axis=0)[popular[-1]] < np.nanmax(had, axis=0)[popular[0]]
