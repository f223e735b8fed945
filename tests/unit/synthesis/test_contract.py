"""Drawn shoppers as a matrix: the order in which they took their products stays theirs."""

import numpy as np
import pytest

from recsys_core.synthesis.contract import DrawnShoppers

pytestmark = pytest.mark.unit


def test_the_matrix_is_sorted_and_the_order_of_taking_stays():
    items = np.array([3, 0, 2, 1], np.int32)
    items.flags.writeable = False  # as a set read from disk has it
    drawn = DrawnShoppers(np.array([0, 3, 4]), items, np.array([-1, -1], np.int32))
    assert drawn.matrix(4).toarray().tolist() == [[1, 0, 1, 1], [0, 1, 0, 0]]
    assert drawn.items.tolist() == [3, 0, 2, 1]
