"""Sparse item-item scores, and the best sellers that follow them."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse

from recsys_core.inference.kinds.sparse_item_item import SparseItemItemScorer, best_sellers_last, build
from recsys_core.inference.scorers import rank
from recsys_core.models.contract import FitContext
from recsys_core.models.registry import model_class

pytestmark = pytest.mark.unit


def test_what_a_history_says_nothing_of_is_listed_by_popularity_after_all_that_it_speaks_for():
    weights = sparse.csr_matrix(np.array([[0, 1e-12, 0, 0, 0], [2, 0, 0, 0, 0], [0] * 5, [0] * 5, [0] * 5], dtype=np.float32))
    scorer = SparseItemItemScorer(weights, best_sellers_last(weights, np.array([9, 1, 3, 0, 7])))
    history = sparse.csr_matrix(np.eye(5, dtype=np.float32)[:1])
    assert_array_equal(rank(scorer, history, 4)[0], [[1, 4, 2, 3]])
    assert scorer.score(history)[0, 3] == 0


@pytest.mark.parametrize("smallest", [1e-30, 1.0])
def test_a_prior_is_smaller_than_any_positive_weight(smallest):
    prior = best_sellers_last(sparse.csr_matrix(np.array([[-2, smallest], [1, 0]], dtype=np.float32)), np.array([1_000_000, 1]))
    assert 0 < prior[1] < prior[0] < min(smallest, 1e-19)
    nothing = best_sellers_last(sparse.csr_matrix((2, 2), dtype=np.float32), np.zeros(2, dtype=int))
    assert_array_equal(nothing, [0, 0])


def test_a_run_from_before_there_were_priors_still_opens():
    scorer = SparseItemItemScorer(sparse.csr_matrix(np.array([[0, 1], [1, 0]], dtype=np.float32)))
    _, arrays = scorer.export()
    assert build({"kind": "sparse-item-item"}, arrays.__getitem__).prior is None


@pytest.mark.parametrize(("model", "given"), [("item-knn", {"k": 1}), ("rp3beta", {"k": 1}), ("ease", {"form": "sparse", "neighbours": 1})])
def test_lists_of_the_sparse_models_end_in_best_sellers(model, given):
    log = np.zeros((12, 6), dtype=np.float32)
    log[:4, :2] = log[4:6, 2:4] = log[4:11, 5] = log[11, 4] = 1  # 5 is the best seller, 0 and 1 go together
    fitted = model_class(model)(given)
    fitted.fit(sparse.csr_matrix(log), FitContext(seed=0))
    description, arrays = fitted.export()
    lists, _ = rank(build(description, arrays.__getitem__), sparse.csr_matrix(np.eye(6, dtype=np.float32)[:1]), 5)
    assert_array_equal(lists, [[1, 5, 2, 3, 4]])
