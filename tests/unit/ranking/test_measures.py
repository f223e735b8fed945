"""The compiled measures of lists, against the plain array expressions that they stand for."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from recsys_core.ranking.measures import groups_listed, mean_of_listed, relevance_kept, relevance_of
from recsys_core.ranking.plan import SMOOTHING
from recsys_core.ranking.pools import make_pool, relative_relevance
from recsys_core.ranking.scales import divergence

pytestmark = pytest.mark.unit
USERS, ITEMS, K, GROUPS = 60, 40, 8, 5


@pytest.fixture(scope="module")
def case():
    rng = np.random.default_rng(2)
    lists = np.stack([rng.permutation(ITEMS)[:K] for _ in range(USERS)]).astype(np.int32)
    lists[0], lists[1, 3:] = -1, -1
    candidates = np.stack([rng.permutation(ITEMS)[:20] for _ in range(USERS)])
    candidates[2, 5:] = -1
    return lists, make_pool(candidates, rng.random((USERS, 20)), 15), rng


def test_relevance_is_looked_up_in_the_pool(case):
    lists, pool, _ = case
    match = (lists[:, :, None] == pool.items[:, None, :]) & (lists >= 0)[:, :, None]
    assert_array_equal(relevance_of(pool, lists), np.einsum("ukc,uc->uk", match, pool.relevance.astype(np.float64)))


def test_the_plain_list_is_the_front_of_the_pool(case):
    lists, pool, _ = case
    assert_array_equal(relevance_kept(pool, lists), relevance_kept(pool, lists, pool.items[:, :K]))
    assert (relevance_kept(pool, pool.items[:, :K]) == 1).all()
    wide = np.pad(lists, ((0, 0), (0, 12)), constant_values=-1)
    assert_allclose(relevance_kept(pool, wide), relevance_kept(pool, wide, np.pad(pool.items, ((0, 0), (0, 5)), constant_values=-1)))


def test_a_mean_is_of_what_is_known(case):
    lists, _, rng = case
    values = np.where(rng.random(ITEMS) < 0.3, np.nan, rng.random(ITEMS))
    values[7] = np.inf
    expected = [np.mean(v) if len(v := [values[i] for i in row if i >= 0 and np.isfinite(values[i])]) else np.nan for row in lists]
    assert_allclose(mean_of_listed(values, lists), expected)


def test_groups_are_counted_once(case):
    lists, _, rng = case
    group = rng.integers(-1, GROUPS, ITEMS).astype(np.int32)
    assert groups_listed(group, lists).tolist() == [len({group[i] for i in row if i >= 0} - {-1}) for row in lists]


def test_divergence_of_sparse_tastes_is_that_of_dense_ones(case):
    lists, _, rng = case
    group = rng.integers(-1, GROUPS, ITEMS).astype(np.int32)
    tastes = rng.random((USERS, GROUPS)) * (rng.random((USERS, GROUPS)) < 0.5)
    tastes[4] = 0
    tastes /= np.maximum(tastes.sum(axis=1, keepdims=True), 1e-12)
    codes = np.where(lists >= 0, group[lists], -1)
    mix = np.stack([(codes == g).sum(axis=1) for g in range(GROUPS)], axis=1) / K
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = np.where(tastes > 0, tastes * np.log2(tastes / ((1 - SMOOTHING) * mix + SMOOTHING * tastes)), 0).sum(axis=1)
    for given in (tastes, sparse.csr_matrix(tastes)):
        assert_allclose(divergence(given, lists, group), expected, atol=1e-12)


def test_relevance_is_relative_to_what_is_present(case):
    rng = case[2]
    scores, present = rng.normal(size=(USERS, 9)).astype(np.float32), rng.random((USERS, 9)) < 0.6
    scores[0], present[1] = 3.0, False
    for row, there, found in zip(scores.astype(float), present, relative_relevance(scores, present), strict=True):
        own = row[there]
        span = np.ptp(own) if len(own) else 0
        assert_allclose(found[there], (own - own.min()) / span if span else np.ones(len(own)), rtol=1e-6)
        assert (found[~there] == 0).all()
