"""EASE against its definition: each column is the ridge regression of an item on all others."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse

from recsys_core.errors import InputError
from recsys_core.models import ease, gram, item_item
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


def test_a_catalogue_that_does_not_fit_is_refused_before_it_starts_or_gets_the_sparse_form(matrix, monkeypatch):
    monkeypatch.setattr(item_item.psutil, "virtual_memory", lambda: type("Memory", (), {"available": 1000})())
    with pytest.raises(InputError, match=r"needs .* GB of memory.*form=sparse"):
        ease.Ease({"form": "dense"}).fit(matrix, FitContext(seed=0))
    model = ease.Ease({"neighbours": 3})
    assert model.fit(matrix, FitContext(seed=0)).learned == {"form": "sparse"}
    assert model.weights_.nnz <= 9 * 3


def test_a_refit_takes_the_form_that_was_chosen(matrix, monkeypatch):
    first = ease.Ease({}).fit(matrix, FitContext(seed=0)).learned
    monkeypatch.setattr(item_item, "DENSE_ITEMS", 3)
    assert ease.Ease({}).fit(matrix, FitContext(seed=0)).learned == {"form": "sparse"}
    assert ease.Ease({}).fit(matrix, FitContext(seed=0, learned=first)).learned == {"form": "dense"}


def test_the_gram_matrix_is_made_once_for_all_points_of_a_grid(matrix, monkeypatch):
    made = []
    monkeypatch.setattr(gram, "gram_matrix", lambda train, listener: made.append(train.nnz) or (train.T @ train).toarray())
    memo = {}
    for l2 in (5.0, 50.0):
        ease.Ease({"l2": l2}).fit(matrix, FitContext(seed=0, memo=memo))
    ease.Ease({"l2": 5.0}).fit(matrix[:40], FitContext(seed=0, memo=memo))  # other rows, such as those of a refit
    assert made == [matrix.nnz, matrix[:40].nnz]


def test_memory_is_looked_at_before_the_first_point_of_a_grid_alone(matrix, monkeypatch):
    memo = {}
    assert ease.Ease({"l2": 5.0}).fit(matrix, FitContext(seed=0, memo=memo)).learned == {"form": "dense"}
    monkeypatch.setattr(item_item.psutil, "virtual_memory", lambda: type("Memory", (), {"available": 1000})())
    assert ease.Ease({"l2": 50.0}).fit(matrix, FitContext(seed=0, memo=memo)).learned == {"form": "dense"}
