"""Accuracy metrics on lists that a person can score by hand, and against the definitions of the independent scorer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from recsys_core.evaluation.ranking_metrics import RANKING_METRICS, f1_at_k, map_at_k, mrr_at_k, ndcg_at_k, precision_at_k, recall_at_k

pytestmark = pytest.mark.unit

HITS = np.array([[True, False, True, False], [False, False, False, True], [False, False, False, False]])
HELD_OUT = np.array([2, 8, 1])


def test_precision_counts_hits_over_k():
    assert_allclose(precision_at_k(HITS, HELD_OUT), [0.5, 0.25, 0])


def test_recall_divides_by_what_the_list_could_hold():
    assert_allclose(recall_at_k(HITS, HELD_OUT), [1.0, 0.25, 0])


def test_f1_is_the_harmonic_mean_of_precision_and_recall():
    assert_allclose(f1_at_k(HITS, HELD_OUT), [2 * 0.5 / 1.5, 0.25, 0])


def test_ndcg_by_hand():
    ideal_two, ideal_four = 1 + 1 / np.log2(3), 1 + 1 / np.log2(3) + 0.5 + 1 / np.log2(5)
    assert_allclose(ndcg_at_k(HITS, HELD_OUT), [(1 + 0.5) / ideal_two, (1 / np.log2(5)) / ideal_four, 0])


def test_mrr_is_the_first_hit():
    assert_allclose(mrr_at_k(HITS, HELD_OUT), [1.0, 0.25, 0])


def test_map_by_hand():
    assert_allclose(map_at_k(HITS, HELD_OUT), [(1 + 2 / 3) / 2, 0.25 / 4, 0])


@given(st.lists(st.lists(st.booleans(), min_size=5, max_size=5), min_size=1, max_size=8))
def test_every_metric_stays_between_nothing_and_everything(rows):
    hits = np.array(rows)
    held_out = np.maximum(hits.sum(axis=1), 1)
    for metric in RANKING_METRICS.values():
        values = metric(hits, held_out)
        assert ((values >= 0) & (values <= 1 + 1e-12)).all()
        assert (values[~hits.any(axis=1)] == 0).all()


@given(st.integers(1, 6))
def test_a_perfect_list_scores_one(held_out):
    hits = np.arange(5)[None] < held_out
    for name in ("ndcg", "recall", "map", "mrr", "hit_rate"):
        assert_allclose(RANKING_METRICS[name](hits, np.array([held_out])), 1.0)
