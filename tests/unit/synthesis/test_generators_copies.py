"""Sets that are exactly a real shopper's are found, whatever their order, and drawn anew."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from recsys_core.synthesis.generators.copies import ROUNDS, RealSets

pytestmark = pytest.mark.unit

REAL = sparse.csr_matrix(np.array([[1, 1, 1, 1, 1, 0, 0, 0], [0, 0, 1, 1, 1, 1, 1, 1], [1, 1, 0, 0, 0, 0, 0, 0]], np.float32))
ITEMS = np.array([4, 2, 0, 1, 3, 0, 1, 1, 2, 3, 4, 5], np.int32)  # the first real set in another order, a real pair, a new set
INDPTR = np.array([0, 5, 7, 12])


def test_a_copy_is_found_in_any_order_and_a_pair_is_none() -> None:
    assert RealSets.of(REAL).copies(ITEMS, INDPTR, 8).tolist() == [0]


def test_a_copy_is_drawn_anew_and_the_others_stay() -> None:
    fresh = np.array([3, 4, 5, 6, 7], np.int32)
    found = RealSets.of(REAL).avoided(ITEMS, INDPTR, 8, lambda rows: np.tile(fresh, len(rows)))
    assert found.tolist() == [*fresh, *ITEMS[5:]]


def test_where_every_draw_is_a_copy_it_ends() -> None:
    calls: list[int] = []

    def again(rows: np.ndarray) -> np.ndarray:
        calls.append(len(rows))
        return ITEMS[:5]

    assert RealSets.of(REAL).avoided(ITEMS, INDPTR, 8, again).tolist() == ITEMS.tolist()
    assert calls == [1] * ROUNDS
