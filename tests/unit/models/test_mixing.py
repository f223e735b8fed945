"""How much each of several models should say."""

import numpy as np
import pytest

from recsys_core.models.mixing import learn_weights
from recsys_core.training.events import Listener

pytestmark = pytest.mark.unit


def peak(best, noise, users=400):
    """A metric that is highest at `best`, with chance of its own for every user and weight."""

    def values(weights):
        rng = np.random.default_rng(int(1000 * weights[0]))
        return 1 - np.square(np.subtract(weights, best)).sum() + noise * rng.standard_normal(users)

    return values


def test_the_best_share_is_found():
    weights, tried = learn_weights(peak((0.3, 0.7), 0.0), 2, Listener())
    assert weights == pytest.approx((0.3, 0.7))
    assert len(tried) == 21


def test_three_parts_are_searched_in_turn():
    weights, _ = learn_weights(peak((0.5, 0.3, 0.2), 0.0), 3, Listener())
    assert weights == pytest.approx((0.5, 0.3, 0.2), abs=0.06)
    assert sum(weights) == pytest.approx(1)


def test_chance_alone_leaves_the_best_single_part():
    def values(weights):
        rng = np.random.default_rng(int(1000 * weights[0]))
        return (0.5 if weights == (1.0, 0.0) else 0.49) + rng.standard_normal(400)

    assert learn_weights(values, 2, Listener())[0] in ((1.0, 0.0), (0.0, 1.0))


def test_equal_parts_stay_one_part():
    assert learn_weights(lambda weights: np.full(5, 0.2), 2, Listener())[0] == (1.0, 0.0)


def test_of_shares_that_cannot_be_told_apart_the_most_careful_is_taken():
    rng = np.random.default_rng(0)
    luck = rng.standard_normal(400)
    luck -= luck.mean()

    def values(weights):
        share = weights[1]
        return 0.5 + 0.1 * min(share, 0.2) + 0.001 * (0.6 - abs(share - 0.6)) + 0.2 * luck * (share - 0.2) * (share > 0.2) - (share == 1)

    assert learn_weights(values, 2, Listener())[0] == pytest.approx((0.8, 0.2))


def test_an_anchor_is_left_only_as_far_as_the_gain_is_clear():
    rng = np.random.default_rng(0)
    luck = rng.standard_normal(400)

    def values(weights):  # the first part leads alone, by less and less for each share it gets
        return 0.5 + 0.1 * np.sqrt(weights[0]) + 0.2 * luck * weights[0]

    anchored, tried = learn_weights(values, 2, Listener(), anchor=1)
    assert learn_weights(values, 2, Listener())[0] == (1.0, 0.0)
    assert 0 < anchored[0] < 1
    assert tried[anchored] > tried[0.0, 1.0]


def test_an_anchor_stays_where_the_others_bring_nothing():
    assert learn_weights(peak((0.0, 0.0, 1.0), 0.0), 3, Listener(), anchor=2)[0] == (0.0, 0.0, 1.0)
