"""F1 to F5 by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys_core.synthesis.scorecard.marginals import columns, duplicate_pairs, item_ks, tails, validity
from tests.unit.synthesis.planted import log, pair


def test_a_product_nobody_knows_and_a_wrong_category_are_counted() -> None:
    real = log([("a", "x", "toys"), ("b", "y", "food")], "category")
    made = log([("s", "x", "toys"), ("s", "y", "toys"), ("t", "z", "toys"), ("t", "y", "food")], "category")
    found = validity(*pair(real, made), own_category=True)
    assert found["unknown_items"] == 0.25
    assert found["F1_category_consistent"] == pytest.approx(2 / 3)  # of the rows with known products


def test_the_catalogue_says_what_category_is_right() -> None:
    real, made = log([("a", "x", "toys")], "category"), log([("s", "x", "food")], "category")
    items = pd.DataFrame({"item_id": ["x"], "category": ["food"]})
    assert validity(*pair(real, made, items), own_category=True)["F1_category_consistent"] == 1.0


def test_a_price_is_right_within_the_products_real_prices() -> None:
    real = log([("a", "x", 1.0), ("b", "x", 3.0), ("b", "y", 9.0)], "price")
    made = log([("s", "x", 2.0), ("s", "y", 8.0), ("t", "x", 3.0), ("t", "y", 9.0), ("t", "x", np.nan)], "price")
    assert validity(*pair(real, made), own_category=False)["F1_price_consistent"] == 0.75


def test_a_shopper_has_one_segment() -> None:
    real = log([("a", "x", "new"), ("b", "x", "old")], "segment")
    made = log([("s", "x", "new"), ("s", "x", "new"), ("t", "x", "new"), ("t", "x", "old")], "segment")
    assert validity(*pair(real, made), own_category=False)["F1_one_segment"] == 0.5


def test_repeated_pairs() -> None:
    real = log([("a", "x"), ("a", "x"), ("a", "y"), ("b", "x")])
    assert duplicate_pairs(pair(real, real)[0]) == 0.25


def test_columns_one_by_one() -> None:
    real = log([("a", "x", "view", 1.0), ("b", "x", "view", 2.0)], "event", "price")
    made = log([("s", "x", "view", 1.0), ("t", "x", "cart", 1.0)], "event", "price")
    found = columns(*pair(real, made))
    assert found == {"F3_event_tvd": 0.5, "F3_price_ks": 0.5, "F3_mean_likeness": 0.5}


def test_tails_of_a_log_in_which_one_product_and_one_shopper_have_all(rng: np.random.Generator) -> None:
    real = log([("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")])
    made = log([("s", "x"), ("s", "x"), ("s", "x"), ("t", "x")])
    found = tails(*pair(real, made), rng)
    assert found["F4_coverage"] == 0.5
    assert found["F4_item_gini_diff"] == 0.5
    assert found["F4_item_ks"] == 0.5  # of both products one has more than the real 2, one fewer
    assert found["F5_user_ks"] == 0.5
    assert found["F5_user_gini_diff"] == 0.25


def test_popularity_is_compared_at_equal_size(rng: np.random.Generator) -> None:
    real = log([(f"u{user}", f"p{item}") for user in range(40) for item in range(50)])
    made = log([(f"s{user}", f"p{item}") for user in range(40) for item in range(50)][:1000])
    assert item_ks(*pair(real, made), rng) > 0.4  # one has all products alike, the other half of them
    assert item_ks(*pair(real, real.assign(user_id="s" + real["user_id"])), rng) == 0.0
