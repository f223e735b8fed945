"""Coverage, concentration and variety against their brute-force definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from recsys_core.evaluation.beyond_accuracy import coverage_at_k, exposure_counts, gini_at_k, intra_list_distance

pytestmark = pytest.mark.unit


def test_coverage_counts_each_listed_item_once():
    assert coverage_at_k(np.array([[0, 1], [1, -1]]), 4) == 0.5


def test_gini_of_even_exposure_is_zero_and_of_one_item_is_near_one():
    assert gini_at_k(np.array([[0], [1], [2], [3]]), 4) == 0
    assert gini_at_k(np.array([[0], [0], [0]]), 4) == pytest.approx(0.75)


def test_nothing_shown_is_no_division_by_zero():
    assert gini_at_k(np.array([[-1]]), 3) == 0
    assert coverage_at_k(np.array([[-1]]), 3) == 0


@given(st.integers(0, 1000))
def test_gini_equals_mean_absolute_difference(seed):
    lists = np.random.default_rng(seed).integers(-1, 9, (6, 3))
    counts = exposure_counts(lists, 9).astype(float)
    brute = np.abs(counts[:, None] - counts[None]).sum() / (2 * 9 * 9 * counts.mean()) if counts.sum() else 0
    assert gini_at_k(lists, 9) == pytest.approx(brute, abs=1e-9)


@given(st.integers(0, 1000))
def test_intra_list_distance_equals_the_pair_loop(seed):
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(12, 5))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    lists = np.stack([rng.permutation(12)[:6] for _ in range(3)])
    brute = [np.mean([1 - vectors[i] @ vectors[j] for i in row for j in row if i != j]) for row in lists]
    assert_allclose(intra_list_distance(lists, vectors), brute, atol=1e-6)


def test_items_without_a_vector_and_empty_places_are_left_out():
    vectors = np.array([[1, 0], [0, 1], [0, 0]], dtype=np.float32)
    assert_allclose(intra_list_distance(np.array([[0, 1, 2, -1], [0, 2, -1, -1]]), vectors), [1.0, 0.0])
