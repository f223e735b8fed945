"""RP3beta against the walk it is, step by step."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse

from recsys_core.models.contract import FitContext
from recsys_core.models.rp3beta import RP3beta

pytestmark = pytest.mark.unit


def fitted(matrix, **settings):
    model = RP3beta(settings)
    model.fit(matrix, FitContext(seed=0))
    return model


def test_without_settings_that_bend_it_the_score_is_a_walk_of_three_steps():
    log = sparse.random(40, 12, 0.3, format="csr", random_state=3, data_rvs=np.ones).astype(np.float32)
    dense = log.toarray().astype(np.float64)
    to_item = dense / np.maximum(dense.sum(axis=1, keepdims=True), 1)
    to_user = dense.T / np.maximum(dense.sum(axis=0)[:, None], 1)
    walk = to_user @ to_item
    np.fill_diagonal(walk, 0)
    assert_allclose(fitted(log, alpha=1, beta=0, k=100).score(log), dense @ walk, rtol=1e-5, atol=1e-12)


def test_powers_of_the_chances_and_the_penalty_of_best_sellers():
    log = sparse.csr_matrix(np.array([[1, 1, 0], [1, 0, 1], [1, 1, 1]], dtype=np.float32))
    score = fitted(log, alpha=0.5, beta=0.3, k=2).score(sparse.csr_matrix(np.eye(3, dtype=np.float32)))
    # from item 1 to item 0: by shoppers 0 and 2, who have two and three items; item 1 has two shoppers, item 0 three
    expected = ((1 / 2) ** 0.5 * (1 / 2) ** 0.5 + (1 / 2) ** 0.5 * (1 / 3) ** 0.5) / 3**0.3
    assert score[1, 0] == pytest.approx(expected, rel=1e-6)


def test_a_larger_beta_lists_rarer_products():
    log = sparse.random(200, 40, 0.15, format="csr", random_state=3, data_rvs=np.ones).tolil()
    log[:150, 0] = 1
    log = log.tocsr().astype(np.float32)
    popularity = np.asarray(log.sum(axis=0)).ravel()
    means = [popularity[np.argsort(-fitted(log, beta=beta).score(log), axis=1)[:, :5]].mean() for beta in (0.0, 0.5, 1.0)]
    assert means[0] > means[1] > means[2]
