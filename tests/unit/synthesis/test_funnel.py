"""F7 by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys_core.synthesis.scorecard.events import encode
from recsys_core.synthesis.scorecard.funnel import conversions, funnel_order, kind_figures, pair_kinds, popularity_deciles
from tests.unit.synthesis.planted import log, pair


def bought(share: float, users: int = 200, purchase_first: bool = False) -> pd.DataFrame:
    """Everybody views ten products and buys a share of them."""
    rows: list[tuple[object, ...]] = []
    for user in range(users):
        for item in range(10):
            rows += [] if purchase_first and item < 10 * share else [(user, item, "view")]
            rows += [(user, item, "purchase")] if item < 10 * share else []
    return log(rows, "event")


def figures(real: pd.DataFrame, made: pd.DataFrame) -> dict[str, float]:
    logs = encode(real, made)
    return kind_figures(logs.real, logs.synthetic, logs.kinds, len(logs.categories))


def test_a_step_of_the_funnel_has_a_rate() -> None:
    logs = encode(bought(0.3), bought(0.5))
    view, purchase = (logs.kinds.index(kind) for kind in ("view", "purchase"))
    assert conversions(logs.real, logs.kinds) == {(view, purchase): pytest.approx(0.3)}
    assert figures(bought(0.3), bought(0.5))["F7_conversion_diff"] == pytest.approx(0.2)


def test_purchases_without_a_view_show_in_the_kinds_a_pair_has() -> None:
    found = figures(bought(0.3), bought(0.3, purchase_first=True))
    assert found["F7_kinds_per_pair_tvd"] == pytest.approx(0.3)  # 'both' became 'purchase alone'
    assert figures(bought(0.3), bought(0.3))["F7_kinds_per_pair_tvd"] == 0.0


def test_one_kind_of_event_has_no_funnel() -> None:
    one = log([(user, item, "purchase") for user in range(5) for item in range(4)], "event")
    assert figures(one, one) == {}


def test_kinds_that_depend_on_category() -> None:
    real = log([("a", "x", "view", "toys"), ("a", "y", "cart", "food")] * 2, "event", "category")
    made = log([("s", "x", "cart", "toys"), ("s", "y", "view", "food")] * 2, "event", "category")
    assert figures(real, made)["F7_event_by_category_tvd"] == 1.0


def test_deciles_hold_a_tenth_of_the_products_each() -> None:
    real = log([(f"u{user}", f"p{item}") for item in range(30) for user in range(item + 1)])
    events = pair(real, real)[0]
    decile = popularity_deciles(events)
    assert np.bincount(decile).tolist() == [3] * 10
    assert decile[events.item_counts.argmax()] == 9


def test_the_funnel_goes_from_look_to_purchase() -> None:
    kinds = ("cart", "play", "purchase", "view")
    assert [kinds[k] for k in funnel_order(kinds, np.ones((1, 4), dtype=bool))] == ["view", "cart", "purchase", "play"]


def test_a_pair_has_each_kind_once() -> None:
    logs = encode(*2 * [log([("a", "x", "view"), ("a", "x", "view"), ("a", "x", "cart"), ("b", "x", "cart")], "event")])
    assert sorted(map(tuple, pair_kinds(logs.real, 2).tolist())) == [(True, False), (True, True)]
