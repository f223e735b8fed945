"""EASE against its definition: each column is the ridge regression of an item on all others."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse

from recsys_core.errors import InputError
from recsys_core.models import ease, item_item
from recsys_core.models.contract import FitContext

pytestmark = pytest.mark.unit


@pytest.fixture
def matrix():
    return sparse.random(60, 9, 0.4, format="csr", random_state=3, data_rvs=np.ones).astype(np.float32)


def test_each_column_is_a_ridge_regression_without_the_item_itself(matrix):
    model = ease.Ease({"l2": 5.0})
    model.fit(matrix, FitContext(seed=0))
    dense = matrix.toarray().astype(np.float64)
    for item in range(9):
        others = np.delete(np.arange(9), item)
        x = dense[:, others]
        expected = np.linalg.solve(x.T @ x + 5 * np.eye(8), x.T @ dense[:, item])
        assert_allclose(model.weights_[others, item], expected, atol=1e-5)
        assert model.weights_[item, item] == 0


def test_vectors_are_the_leading_directions_of_the_gram_matrix(matrix):
    model = ease.Ease({"dimensions": 4})
    model.fit(matrix, FitContext(seed=0))
    vectors = model.item_vectors().astype(np.float64)
    scaled = matrix.toarray() / np.sqrt(np.maximum(matrix.toarray().sum(axis=0), 1))
    values, directions = np.linalg.eigh(scaled.T @ scaled)
    best = (directions[:, -4:] * values[-4:]) @ directions[:, -4:].T
    assert_allclose(vectors @ vectors.T, best, atol=1e-5)


def test_a_catalogue_that_does_not_fit_is_refused_before_it_starts(matrix, monkeypatch):
    monkeypatch.setattr(item_item.psutil, "virtual_memory", lambda: type("Memory", (), {"available": 1000})())
    with pytest.raises(InputError, match=r"needs .* GB of memory.*mult-vae"):
        ease.Ease({}).fit(matrix, FitContext(seed=0))
