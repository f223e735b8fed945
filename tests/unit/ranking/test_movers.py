"""Winners and losers, price bands, concentration: against plain loops on a small shop."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from recsys_core.evaluation.intervals import bootstrap_intervals
from recsys_core.ranking.movers import Grouping, brands, concentration, losing, movers, price_bands, shares
from recsys_core.ranking.population import Population, exposure, moved_groups, population, reference_pool
from tests.unit.ranking.grounds import CATEGORIES, ground

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def shop():
    return ground()


@pytest.fixture(scope="module")
def found(shop):
    before, after = shop.candidates[:, :6], np.ascontiguousarray(shop.candidates[:, 3:9])
    return population(shop, before, after, pool=reference_pool(shop, 30))


def lists_of(before, after):
    empty = np.zeros(len(before))
    return Population(np.array(before), np.array(after), {"relevance_kept": (empty + 1, empty + 1)}, {})


def test_full_lists_have_the_exposure_of_all_places_together(shop, found):
    every = np.arange(shop.n_items)
    assert_allclose(shares(found.after, every, shop.n_items), exposure(found.after, shop.n_items))


def test_a_short_list_counts_as_much_as_a_full_one():
    told = shares(np.array([[0, 1], [2, -1]]), np.arange(4), 4)
    first = 1 / (1 + 1 / np.log2(3))
    assert_allclose(told, [first / 2, (1 - first) / 2, 0.5, 0])


def test_products_that_gain_come_first_and_those_that_lose_last(shop, found):
    every = Grouping(np.arange(shop.n_items), shop.n_items, 4)
    moved = movers(found, {"products": every})["products"]
    change = shares(found.after, *every[:2]) - shares(found.before, *every[:2])
    differences = [each.after - each.before for each in moved]
    assert len(moved) == 8
    assert differences == sorted(differences, reverse=True)
    assert_allclose(differences, np.concatenate([np.sort(change)[::-1][:4], np.sort(change)[::-1][-4:]]))
    assert all(each.low <= each.after - each.before <= each.high for each in moved)


def test_the_interval_of_a_product_is_that_of_its_share_in_every_list(found, shop):
    moved = movers(found, {"products": Grouping(np.arange(shop.n_items), shop.n_items, 1)})["products"][0]
    place = np.array([1 / np.log2(p + 2) for p in range(6)]) / sum(1 / np.log2(p + 2) for p in range(6))
    by_hand = [
        sum(place[p] for p in range(6) if after[p] == moved.code) - sum(place[p] for p in range(6) if before[p] == moved.code)
        for before, after in zip(found.before, found.after, strict=True)
    ]
    interval = bootstrap_intervals(np.array(by_hand))[0]
    assert (moved.low, moved.high) == pytest.approx((interval.low, interval.high))


def test_groups_move_as_they_do_in_the_population(shop, found):
    rows = {row.label: row for row in moved_groups(found, shop.group, CATEGORIES)}
    for each in movers(found, {"groups": Grouping(shop.group, len(CATEGORIES), None)})["groups"]:
        assert (each.before, each.after) == pytest.approx((rows[CATEGORIES[each.code]].before, rows[CATEGORIES[each.code]].after))


def test_nothing_moves_where_nothing_changed(shop, found):
    same = replace(found, after=found.before)
    told = movers(same, {"products": Grouping(np.arange(shop.n_items), shop.n_items), "none": Grouping(np.full(shop.n_items, -1), 0, None)})
    assert told == {"products": [], "none": []}


def test_price_bands_hold_as_many_products_each():
    codes, edges = price_bands(np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, np.nan]))
    assert np.bincount(codes[codes >= 0]).tolist() == [2] * 5
    assert (edges[0], edges[-1], codes[-1]) == (1, 10, -1)


@pytest.mark.parametrize("price", [[np.nan, np.nan], [3.0, 3.0], []])
def test_without_different_prices_there_are_no_bands(price):
    codes, edges = price_bands(np.array(price))
    assert (codes == -1).all()
    assert len(edges) < 2


def test_brands_are_those_of_the_catalogue(shop):
    codes, names = brands(shop)
    assert sorted(names) == ["b0", "b1", "b2", "b3", "b4"]
    assert (codes == -1).sum() == shop.table["brand"].isna().sum()
    several = replace(shop, table=shop.table.assign(brand=["x|y"] * 30 + ["y"] * 30), several=frozenset({"brand"}))
    assert brands(several)[1] == ("x", "y")
    assert brands(replace(shop, table=pd.DataFrame({"item_id": shop.table["item_id"]})))[1] == ()


def test_concentration_counts_the_fewest_that_hold_half():
    told = concentration(np.array([0.1, 0.6, 0.2, 0.1]), np.full(4, 0.25))
    assert (told.half_before, told.half_after) == (1, 2)
    assert told.products == (1, 2, 3, 4)
    assert_allclose(told.before, [0.6, 0.8, 0.9, 1])
    assert_allclose(told.after, [0.25, 0.5, 0.75, 1])


def test_the_curve_of_a_large_catalogue_starts_with_its_first_product():
    shown = np.zeros(90_000)
    shown[7], shown[8] = 0.75, 0.25
    told = concentration(shown, shown)
    assert (told.products[:2], told.products[-1], told.half_after) == ((1, 2), 90_000, 1)
    assert told.after[:2] == (0.75, 1.0)
    assert len(told.products) <= 40


def test_losing_counts_who_keeps_less_than_nine_tenths():
    found = lists_of([[0]] * 4, [[1]] * 4)
    found = replace(found, by_user={"relevance_kept": (np.array([1.0, 1, 0.5, 1]), np.array([0.95, 0.85, 0.46, 0.9]))})
    assert losing(found) == 0.25
    assert losing(found, np.array([True, False, False, False])) == 0
    assert np.isnan(losing(found, np.zeros(4, bool)))
