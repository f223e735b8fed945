"""Empty ranges of price: a hidden one is found first, a natural one is not."""

from __future__ import annotations

import numpy as np
import pytest

from recsys_core.synthesis.items.empty_ranges import Products, empty_ranges

GROUPS, EACH = 6, 120


def family(seed: int = 0) -> Products:
    """Groups whose prices are normal around a level of their own, on the log scale; events whatever the price."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(GROUPS), EACH)
    log_price = rng.normal(1.0 + 0.15 * group, 0.5)
    return Products(group, np.round(log_price, 2), rng.poisson(20, len(group)) + 1.0)


def without(products: Products, group: int, low: float, high: float) -> tuple[Products, float]:
    """(the family without a range of one group, the events that were in it)."""
    gone = (products.group == group) & (products.log_price >= low) & (products.log_price < high)
    assert gone.sum() >= 5
    kept = ~gone
    return Products(products.group[kept], products.log_price[kept], products.events[kept]), float(products.events[gone].sum())


@pytest.mark.parametrize("group", range(GROUPS))
@pytest.mark.parametrize(("low", "high"), [(-0.35, 0.1), (0.3, 3.0), (-3.0, -0.3)])
def test_a_hidden_range_is_found_first(group: int, low: float, high: float) -> None:
    level = 1.0 + 0.15 * group
    products, sold = without(family(), group, level + low, level + high)
    first = empty_ranges(products)[0]
    assert first.group == group
    assert first.low < level + (low + high) / 2 if low > -3 else first.high <= level + high + 0.1
    assert first.high > level + low
    assert first.is_open == (abs(low) == 3 or high == 3)
    assert sold / 4 < first.events < sold * 4


def test_the_order_of_products_says_nothing() -> None:
    products, _ = without(family(), 2, 1.0, 1.5)
    order = np.random.default_rng(1).permutation(len(products.group))
    again = Products(products.group[order], products.log_price[order], products.events[order])
    assert [(r.group, r.low, r.high) for r in empty_ranges(again)] == [(r.group, r.low, r.high) for r in empty_ranges(products)]


def test_a_second_range_of_a_group_counts_less() -> None:
    once, _ = without(family(), 2, 1.0, 1.3)
    twice, _ = without(once, 2, 1.45, 1.75)
    ranges = empty_ranges(twice)
    assert [each.group for each in ranges[:2]] == [2, 2]
    alone, _ = without(family(), 2, 1.45, 1.75)
    assert ranges[1].score < empty_ranges(alone)[0].score


def test_prices_that_say_nothing_have_no_ranges() -> None:
    one = Products(np.zeros(5, dtype=np.int64), np.ones(5), np.ones(5))
    assert empty_ranges(one) == []
    two = Products(np.array([0, 0, 1]), np.array([1.0, 2.0, 1.0]), np.ones(3))
    assert empty_ranges(two) == []
    tiny = Products(np.array([0, 0, 1, 1]), np.array([1.0, 2.0, 1.0, 3.0]), np.ones(4))
    assert all(np.isfinite([each.items, each.events, each.score]).all() for each in empty_ranges(tiny))


def test_one_extreme_price_bends_nothing() -> None:
    products, _ = without(family(), 2, 1.0, 1.5)
    odd = Products(np.append(products.group, [0, 2]), np.append(products.log_price, [-8.0, 9.0]), np.append(products.events, [1.0, 1.0]))
    assert (empty_ranges(odd)[0].group, empty_ranges(odd)[0].low) == (2, empty_ranges(products)[0].low)
