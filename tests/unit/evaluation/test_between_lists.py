"""Lists beside each other, against pair loops."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys_core.evaluation.between_lists import churn, personalisation, rank_biased_overlap

pytestmark = pytest.mark.unit


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 8), st.integers(1, 6), st.integers(0, 10_000))
def test_personalisation_is_the_mean_over_pairs(users, k, seed):
    rng = np.random.default_rng(seed)
    lists = np.array([rng.permutation(9)[:k] for _ in range(users)])
    pairs = [1 - len(set(lists[a]) & set(lists[b])) / k for a, b in combinations(range(users), 2)]
    assert personalisation(lists, 9) == pytest.approx(np.mean(pairs), abs=1e-9)


def test_the_same_list_for_all_is_not_personal_at_all():
    assert personalisation(np.array([[1, 2], [2, 1], [1, 2]]), 3) == 0
    assert personalisation(np.array([[0, 1], [2, 3]]), 4) == 1
    assert personalisation(np.array([[0, 1]]), 4) == 0


def test_churn_counts_products_and_not_their_order():
    new, old = np.array([[1, 2, 3], [1, 2, 3], [4, -1, -1], [-1, -1, -1]]), np.array([[3, 2, 1], [3, 4, 5], [4, 5, -1], [-1, -1, -1]])
    assert churn(new, old).tolist() == pytest.approx([0, 1 - 1 / 5, 0.5, 0])


def test_overlap_looks_from_the_top():
    plain = np.array([[0, 1, 2, 3]])
    top, end = np.array([[9, 1, 2, 3]]), np.array([[0, 1, 2, 9]])
    assert rank_biased_overlap(plain, plain)[0] == pytest.approx(1)
    assert rank_biased_overlap(plain, np.array([[5, 6, 7, 8]]))[0] == 0
    assert rank_biased_overlap(plain, end)[0] > rank_biased_overlap(plain, top)[0]


def test_overlap_by_hand():
    p, new, old = 0.5, np.array([[0, 1]]), np.array([[1, 0]])
    assert rank_biased_overlap(new, old, p)[0] == pytest.approx((0 + 0.5 * 1) / (1 + 0.5))
