"""How a split is scored: who is tested, what counts as a hit, what is masked."""

import numpy as np
import pytest
from scipy import sparse

from recsys_core.evaluation.protocol import evaluate_lists, evaluate_ranker, list_hits

pytestmark = pytest.mark.unit

TARGETS = sparse.csr_matrix(np.array([[0, 1, 0, 1], [0, 0, 0, 0], [1, 0, 0, 0]], dtype=np.float32))


def test_hits_are_the_held_out_items_of_the_same_user():
    lists = np.array([[1, 0, 3], [1, 0, 3], [-1, 0, 1]])
    assert list_hits(lists, TARGETS).tolist() == [[True, False, True], [False] * 3, [False, True, False]]


def test_users_without_held_out_items_are_not_tested():
    result = evaluate_lists(np.array([[1, 0], [1, 0], [1, 2]]), TARGETS, at=(1, 2))
    assert result.users.tolist() == [0, 2]
    assert result.mean("hit_rate@1") == 0.5
    assert result.mean("recall@2") == pytest.approx(0.25)


def test_a_list_shorter_than_k_is_padded_with_misses():
    result = evaluate_lists(np.array([[1], [0], [0]]), TARGETS, at=(4,))
    assert result.mean("precision@4") == pytest.approx((0.25 + 0.25) / 2)


def test_a_ranker_is_asked_for_tested_users_only():
    asked = []

    def ranker(histories, k, users):
        asked.append(histories.shape[0])
        return np.zeros((histories.shape[0], k), dtype=int)

    evaluate_ranker(ranker, sparse.csr_matrix((3, 4), dtype=np.float32), TARGETS, at=(2,), batch=1)
    assert asked == [1, 1]


def test_summary_gives_intervals_around_each_mean_and_none_for_the_catalogue():
    summary = evaluate_lists(np.array([[1, 0], [1, 0], [1, 2]]), TARGETS, at=(2,)).summary()
    assert summary["hit_rate@2"]["low"] <= summary["hit_rate@2"]["value"] <= summary["hit_rate@2"]["high"]
    assert summary["coverage@2"] == {"value": 0.75, "low": None, "high": None}


def test_nothing_tested_is_an_empty_summary():
    assert evaluate_lists(np.array([[1]]), sparse.csr_matrix((1, 2), dtype=np.float32), at=(1,)).summary() == {}
