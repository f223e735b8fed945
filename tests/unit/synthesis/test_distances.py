"""Distances by hand, and against scipy and scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import ks_2samp, spearmanr
from sklearn.metrics import roc_auc_score

from recsys_core.synthesis.scorecard.distances import auc, ks, pearson, spearman, tvd


def test_two_samples_without_overlap_are_at_distance_1() -> None:
    assert ks([1, 2], [3, 4]) == 1.0
    assert ks([1, 2, 3, 4], [1, 2, 3, 4]) == 0.0
    assert ks([1, 2, 3, 4], [3, 4, 5, 6]) == 0.5


def test_ks_is_scipys(rng: np.random.Generator) -> None:
    for _ in range(20):
        first, second = rng.integers(0, 9, rng.integers(1, 40)), rng.integers(0, 12, rng.integers(1, 40))
        assert ks(first, second) == pytest.approx(ks_2samp(first, second).statistic)


def test_total_variation_is_half_of_all_that_moved() -> None:
    assert tvd(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2])) == 0.25
    assert tvd(np.array([0, -1, -1]), np.array([0])) == 0.0  # the missing do not count
    assert tvd(np.array([-1]), np.array([0])) == ks([], [1.0]) == 1.0  # a column left empty is as far as can be
    assert math.isnan(tvd(np.array([-1]), np.array([-1])))
    assert math.isnan(ks([], []))


def test_auc_counts_ties_for_half(rng: np.random.Generator) -> None:
    assert auc(np.array([1.0]), np.array([1.0])) == 0.5
    assert auc(np.array([2.0, 0.0]), np.array([1.0])) == 0.5
    scores, labels = rng.integers(0, 6, 80).astype(float), rng.random(80) < 0.4
    assert auc(scores[labels], scores[~labels]) == pytest.approx(roc_auc_score(labels, scores))
    assert math.isnan(auc(np.array([]), np.array([1.0])))


def test_correlations(rng: np.random.Generator) -> None:
    first, second = rng.integers(0, 9, 50), rng.integers(0, 9, 50)
    assert spearman(first, second) == pytest.approx(spearmanr(first, second).statistic)
    assert pearson(np.array([1.0, 2.0, 3.0, np.nan]), np.array([2.0, 4.0, 6.0, 1.0])) == pytest.approx(1)
    assert math.isnan(pearson(np.ones(4), np.arange(4.0)))
