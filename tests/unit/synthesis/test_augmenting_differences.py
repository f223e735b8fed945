"""Intervals over shoppers and seeds together."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from recsys_core.evaluation.intervals import holm
from recsys_core.synthesis.augmenting.differences import Pairs

pytestmark = pytest.mark.unit


def paired(delta: np.ndarray) -> Pairs:
    """delta: [seeds, shoppers], of a metric that is .5 without."""
    return Pairs.of([(np.arange(delta.shape[1]), np.full(delta.shape[1], 0.5), 0.5 + row) for row in delta])


def test_one_seed_is_a_paired_t_test_over_shoppers() -> None:
    delta = np.random.default_rng(0).normal(0.05, 0.2, 40)
    found, oracle = paired(delta[None]).difference(), stats.ttest_1samp(delta, 0.0)
    assert found.p == pytest.approx(oracle.pvalue)
    assert (found.low, found.high) == pytest.approx(tuple(oracle.confidence_interval()))


def test_seeds_that_disagree_are_a_t_test_over_seeds() -> None:
    of_seed = np.array([0.1, -0.02, 0.06, 0.03, 0.08])
    found, oracle = paired(np.repeat(of_seed[:, None], 400, axis=1)).difference(), stats.ttest_1samp(of_seed, 0.0)
    assert found.value == pytest.approx(of_seed.mean())
    assert found.p == pytest.approx(oracle.pvalue)


def test_nothing_anywhere_is_no_difference() -> None:
    found = paired(np.zeros((5, 30))).difference()
    assert (found.value, found.low, found.high, found.p) == (0, 0, 0, 1)


def test_false_alarms_are_near_the_level_whatever_varies() -> None:
    rng = np.random.default_rng(1)
    for of_seed, of_shopper in ((0.0, 0.1), (0.01, 0.05), (0.01, 0.0)):
        false = 0
        for _ in range(200):
            noise = rng.normal(0, of_seed, (5, 1)) + rng.normal(0, of_shopper, (1, 150)) + rng.normal(0, 0.1, (5, 150))
            false += paired(noise).difference().p < 0.05
        assert false <= 20  # 10 are due; 20 or more would be one in five hundred


def test_a_gain_is_the_difference_as_a_share() -> None:
    delta = np.random.default_rng(2).normal(0.05, 0.2, (3, 60))
    pairs = paired(delta)
    gain, difference = pairs.gain(), pairs.difference()
    assert gain.value == pytest.approx(difference.value / 0.5)
    assert (gain.low, gain.high) == pytest.approx((difference.low / 0.5, difference.high / 0.5))


def test_every_seed_counts_the_same_however_many_it_tested() -> None:
    pairs = Pairs.of([(np.arange(2), np.zeros(2), np.ones(2)), (np.arange(8), np.zeros(8), np.zeros(8))])
    assert pairs.means() == (0, 0.5)
    assert np.isnan(pairs.gain().value)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]).tolist() == []
