"""Lists against the past, against plain loops."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse

from recsys_core.evaluation.against_past import breadth, echo, past_distance

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def case():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(12, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[5] = 0
    pasts = (rng.random((6, 12)) < 0.3).astype(np.float32)
    pasts[0], pasts[1] = 0, 0
    pasts[1, 3] = 1
    lists = np.array([rng.permutation(12)[:4] for _ in range(6)])
    lists[2, 2:] = -1
    return lists, sparse.csr_matrix(pasts), vectors


def test_distance_within_a_past_is_the_mean_over_pairs(case):
    _, pasts, vectors = case
    for user, found in enumerate(past_distance(pasts, vectors)):
        mine = [i for i in pasts[user].indices if vectors[i].any()]
        pairs = [1 - vectors[a] @ vectors[b] for n, a in enumerate(mine) for b in mine[n + 1 :]]
        assert found == pytest.approx(np.mean(pairs), abs=1e-5) if pairs else np.isnan(found)


def test_echo_is_the_nearest_of_the_past(case):
    lists, pasts, vectors = case
    expected = []
    for user, row in enumerate(lists):
        past = pasts[user].indices
        near = [min(max(0.0, *(float(vectors[i] @ vectors[j]) for j in past)), 1.0) for i in row if i >= 0] if len(past) else []
        expected.append(np.mean(near) if near else np.nan)
    assert_allclose(echo(lists, pasts, vectors), expected, atol=1e-5)


def test_breadth_needs_a_past_of_two(case):
    lists, pasts, vectors = case
    found = breadth(lists, pasts, vectors)
    assert np.isnan(found[:2]).all()
    known = np.isfinite(past_distance(pasts, vectors))
    assert known.sum() >= 3
    assert (found[known] > 0).all()
    assert np.isnan(found[~known]).all()
