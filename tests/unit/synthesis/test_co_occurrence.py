"""F8 and F9 by hand and against numpy."""

from __future__ import annotations

import math

import numpy as np
import pytest

from recsys_core.synthesis.scorecard import co_occurrence as co
from recsys_core.synthesis.scorecard.events import encode
from tests.unit.synthesis.planted import column_wise_shuffle, log, pair, shop


def test_phi_is_the_correlation_of_two_columns_of_ones() -> None:
    real = log([("a", "x"), ("a", "y"), ("b", "x"), ("b", "y"), ("c", "z"), ("d", "x")])
    events = pair(real, real)[0]
    phi = co.item_correlations(events, co.top_items(events))
    assert np.allclose(phi, np.corrcoef(events.matrix.toarray()[:, co.top_items(events)].T))


def test_a_product_everybody_has_goes_with_nothing() -> None:
    real = log([("a", "x"), ("b", "x"), ("b", "y")])
    events = pair(real, real)[0]
    assert np.allclose(co.item_correlations(events, co.top_items(events)), [[0, 0], [0, 1]])


def test_categories_of_one_basket_go_together() -> None:
    rows = [("a", "x", "c0"), ("a", "y", "c1"), ("b", "x", "c0"), ("b", "y", "c1"), ("c", "z", "c2"), ("d", "z", "c2")]
    logs = encode(*2 * [log(rows, "category")])
    top = co.top_categories(logs.real, 3)
    found = co.category_correlations(logs.real, top, 3)
    names = [logs.categories[k] for k in top]
    assert found[names.index("c0"), names.index("c1")] == pytest.approx(1)
    assert found[names.index("c0"), names.index("c2")] == pytest.approx(-1)


def test_likeness_of_a_matrix_with_itself_is_1_and_of_a_flat_one_0() -> None:
    table = np.array([[1, 0.5, 0.1], [0.5, 1, -0.2], [0.1, -0.2, 1]])
    assert co.likeness(table, table) == pytest.approx(1)
    assert co.likeness(table, np.ones((3, 3))) == 0.0
    assert math.isnan(co.likeness(np.ones((3, 3)), table))


def test_shuffled_columns_lose_what_goes_together() -> None:
    real = shop()
    logs = encode(real, column_wise_shuffle(real))
    phi = [co.item_correlations(events, co.top_items(logs.real)) for events in (logs.real, logs.synthetic)]
    assert co.likeness(*phi) < 0.3
