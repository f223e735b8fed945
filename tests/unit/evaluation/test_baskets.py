"""Basket completion: what is hidden, where it is found, and how sure the mean is."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from recsys_core.errors import TooSmallError
from recsys_core.evaluation.baskets import NEVER, Trial, basket_intervals, completion_metrics, cut_orders, hidden_ranks, hide_one


def test_orders_are_cut_by_time_and_equal_times_stay_together() -> None:
    time = np.array([5, 1, 2, 3, 4, 6, 7, 8, 9, 10])
    fit, choice, test = cut_orders(time)
    assert (sorted(time[fit]), time[choice].tolist(), time[test].tolist()) == ([1, 2, 3, 4, 5, 6, 7, 8], [9], [10])
    with pytest.raises(TooSmallError):
        cut_orders(np.array([1, 1, 1, 2]))
    with pytest.raises(TooSmallError):
        cut_orders(np.array([], dtype=np.int64))


def test_one_product_of_every_basket_of_several_is_hidden(rng: np.random.Generator) -> None:
    baskets = sparse.random(200, 30, 0.08, "csr", np.float32, random_state=1)
    baskets.data[:] = 1
    trial = hide_one(baskets, np.arange(200, dtype=np.int32), 3)
    several = np.flatnonzero(np.diff(baskets.indptr) >= 2)
    assert_array_equal(trial.user, several)
    back = trial.given.toarray()
    assert (back[np.arange(len(several)), trial.hidden] == 0).all()
    back[np.arange(len(several)), trial.hidden] = 1
    assert_array_equal(back, baskets[several].toarray())
    assert_array_equal(trial.hidden, hide_one(baskets, np.arange(200, dtype=np.int32), 3).hidden)
    assert not np.array_equal(trial.hidden, hide_one(baskets, np.arange(200, dtype=np.int32), 4).hidden)


def test_ranks_by_hand() -> None:
    """Six products of which the model knows 0, 2, 3, 5. Basket products are not listed; ties go to the smaller index."""
    given = sparse.csr_matrix(np.array([[1, 1, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0], [1, 0, 0, 0, 0, 0]], dtype=np.float32))
    trial = Trial(given, np.array([3, 5, 4], dtype=np.int32), np.arange(3, dtype=np.int32))
    seen: list[np.ndarray] = []

    def score(baskets: sparse.csr_matrix) -> np.ndarray:
        seen.append(baskets.toarray())
        return np.array([[9, 5, 1, 0], [2, 7, 2, 2]], dtype=np.float32)[: baskets.shape[0]]

    assert_array_equal(hidden_ranks(score, trial, np.array([0, 2, 3, 5], dtype=np.int32)), [1, 2, NEVER])
    assert_array_equal(seen[0], [[1, 0, 0, 0], [0, 1, 0, 0]])


def test_metrics_by_hand() -> None:
    found = completion_metrics(np.array([0, 2, 9, 10, NEVER]))
    assert_allclose(found[:, 0], [1, 1, 1, 0, 0])
    assert_allclose(found[:, 1], [1, 0.5, 1 / np.log2(11), 0, 0])
    assert_allclose(found[:, 2], [1, 1 / 3, 1 / 10, 1 / 11, 0])


def test_an_interval_is_over_shoppers_not_baskets(rng: np.random.Generator) -> None:
    """50 shoppers whose 20 baskets are all alike: as uncertain as 50 baskets, not as 1,000."""
    own = rng.normal(size=50)
    user = np.repeat(np.arange(50), 20)
    (many,) = basket_intervals(own[user][:, None], user)
    (few,) = basket_intervals(own[:, None], np.arange(50))
    (naive,) = basket_intervals(own[user][:, None], np.arange(1000))
    assert many.value == pytest.approx(own.mean())
    assert (many.low, many.high) == pytest.approx((few.low, few.high))
    assert naive.high - naive.low < 0.4 * (many.high - many.low)
    with pytest.raises(ValueError, match="at least one"):
        basket_intervals(np.zeros((0, 1)), np.zeros(0, dtype=int))
