"""The best of each row, with ties and gaps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from recsys_core.inference.top_k import mask_seen, top_k

pytestmark = pytest.mark.unit


def test_ties_go_to_the_smaller_index():
    indices, values = top_k(np.array([[1.0, 3.0, 3.0, 2.0, 3.0]], dtype=np.float32), 4)
    assert indices.tolist() == [[1, 2, 4, 3]]
    assert values.tolist() == [[3, 3, 3, 2]]


def test_masked_and_unknown_scores_are_never_listed():
    indices, values = top_k(np.array([[-np.inf, np.nan, 0.5]], dtype=np.float32), 2)
    assert indices.tolist() == [[2, -1]]
    assert values[0, 1] == -np.inf


@given(st.integers(0, 10_000), st.integers(1, 12))
def test_agrees_with_a_stable_sort(seed, k):
    scores = np.random.default_rng(seed).integers(0, 5, (4, 9)).astype(np.float32)
    expected = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    indices, _ = top_k(scores, k)
    assert (indices[:, : expected.shape[1]] == expected).all()
    assert (indices[:, expected.shape[1] :] == -1).all()


def test_seen_items_are_masked_in_their_own_row():
    scores = mask_seen(np.ones((2, 3), dtype=np.float32), sparse.csr_matrix(np.array([[1, 0, 0], [0, 0, 1]], dtype=np.float32)))
    assert np.isinf(scores).tolist() == [[True, False, False], [False, False, True]]
