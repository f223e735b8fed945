"""Recall by popularity: on a log small enough to count by hand."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse

from recsys_core.errors import TooSmallError
from recsys_core.latent.reconstruction import by_popularity, deciles, given_back, length_of_list, listed

pytestmark = pytest.mark.unit


class Fixed:
    """Scores each product alike for everyone."""

    def __init__(self, scores):
        self.scores = np.asarray(scores, np.float32)

    def score(self, histories, users=None):
        return np.tile(self.scores, (histories.shape[0], 1))


def ones(rows):
    return sparse.csr_matrix(np.asarray(rows, np.float32))


def test_tenths_have_one_size_and_the_rarest_come_first():
    assert_array_equal(deciles(np.array([5, 1, 3])), [2, 0, 1])
    assert_array_equal(np.bincount(deciles(np.arange(40)[::-1])), np.full(10, 4))
    assert deciles(np.arange(40)[::-1])[0] == 9
    assert_array_equal(deciles(np.ones(20, int)), np.repeat(np.arange(10), 2))


def test_a_small_shop_has_shorter_lists():
    assert [length_of_list(n) for n in (4, 200, 990, 3000)] == [5, 20, 99, 100]


def test_what_is_given_back_is_among_the_best_the_own_ones_included():
    histories = ones([[1, 0, 0, 1], [0, 1, 1, 1], [0, 0, 0, 0]])
    found = given_back(Fixed([4, 3, 2, 1]), histories, at=2)
    assert_array_equal(found.toarray(), [[1, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]])  # three are looked for among three


def test_what_is_listed_of_the_targets():
    lists = np.array([[3, 0, 1], [2, -1, -1]])
    assert_array_equal(listed(lists, ones([[1, 1, 0, 0], [0, 0, 1, 1]]), at=2).toarray(), [[1, 0, 0, 0], [0, 0, 1, 0]])


def test_recall_of_each_tenth_is_the_mean_over_those_who_want_something_of_it():
    popularity = np.arange(1, 21)
    wanted = np.zeros((3, 20))
    wanted[0, [0, 1, 18]] = wanted[1, [0, 19]] = wanted[2, 19] = 1
    found = np.zeros((3, 20))
    found[0, [0, 18]] = found[2, 19] = 1
    told = by_popularity(ones(found), ones(wanted), popularity, at=5)
    rare, often = told.tenths[0], told.tenths[-1]
    assert (rare.least, rare.most, rare.products, rare.shoppers) == (1, 2, 2, 2)
    assert rare.recall.value == pytest.approx((0.5 + 0) / 2)
    assert often.recall.value == pytest.approx((1 + 0 + 1) / 3)
    assert often.recall.low <= often.recall.value <= often.recall.high
    assert told.tenths[4].recall is None
    assert told.chance == 0.25


def test_nothing_to_find_is_refused():
    with pytest.raises(TooSmallError, match="Nothing is held out"):
        by_popularity(ones(np.zeros((2, 4))), ones(np.zeros((2, 4))), np.ones(4, int), at=2)
