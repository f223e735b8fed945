"""Standard scores over what a shopper does not have, weighted and added."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from recsys_core.inference.kinds.blend import BlendScorer, standardised

pytestmark = pytest.mark.unit


class Fixed:
    def __init__(self, scores):
        self.scores = np.array(scores, dtype=np.float32)

    def score(self, histories, users=None):
        return self.scores


def history(*rows):
    return sparse.csr_matrix(np.array(rows, dtype=np.float32))


def test_the_scale_is_that_of_the_unseen_items_alone():
    found = standardised(np.array([[100, 1, 2, 3]], dtype=np.float32), history([1, 0, 0, 0]))
    assert_allclose(found[0, 1:], [-np.sqrt(1.5), 0, np.sqrt(1.5)], rtol=1e-6)
    assert found.dtype == np.float32


def test_a_history_with_everything_and_scores_without_a_spread_are_zero():
    scores = np.array([[1, 2], [5, 5]], dtype=np.float32)
    assert_array_equal(standardised(scores, history([1, 1], [0, 0])), np.zeros((2, 2)))


def test_neither_scale_nor_level_of_a_part_changes_the_order():
    nothing = history([0, 0, 0])
    first, second = [[0.1, 0.3, 0.2]], [[1.0, 0.0, 4.0]]
    plain = BlendScorer((Fixed(first), Fixed(second)), (0.5, 0.5)).score(nothing)
    larger = BlendScorer((Fixed(1000 * np.array(first) + 7), Fixed(second)), (0.5, 0.5)).score(nothing)
    assert_allclose(plain, larger, atol=1e-4)
    assert plain[0].argmax() == 2


def test_a_part_without_weight_is_not_asked():
    class Never:
        def score(self, histories, users=None):
            raise AssertionError

    assert BlendScorer((Never(), Fixed([[1, 2]])), (0.0, 1.0)).score(history([0, 0])).shape == (1, 2)
