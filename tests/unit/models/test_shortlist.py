"""A mixture ranked on what its parts would list is the mixture ranked in full."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys_core.inference.top_k import top_k
from recsys_core.models.shortlist import Shortlist

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("weights", [(1.0, 0.0), (0.0, 1.0), (0.3, 0.7)])
def test_whole_lists_give_the_full_ranking(weights):
    rng = np.random.default_rng(0)
    tables = [rng.integers(0, 8, (20, 15)).astype(np.float32) for _ in weights]  # with ties
    short = Shortlist.of([top_k(table, 15)[0] for table in tables], tables)
    full, _ = top_k(sum(np.float32(w) * t for w, t in zip(weights, tables, strict=True)), 6)
    assert_array_equal(short.lists(weights, 6), full)


def test_only_what_a_part_lists_can_be_listed():
    tables = [np.array([[5, 4, 0, 0, 1]], np.float32), np.array([[0, 0, 0, 9, 1]], np.float32)]
    short = Shortlist.of([np.array([[0, 1]]), np.array([[3, -1]])], tables)
    assert short.lists((0.5, 0.5), 4).tolist() == [[3, 0, 1, -1]]
