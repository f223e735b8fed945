"""Product pages, baskets and new shoppers as rows of a ground: the same products, other anchors."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from recsys_core.errors import InputError, NotFoundError, UnsupportedError
from recsys_core.ranking.anchors import (
    ATTRIBUTES,
    MODEL,
    anchored,
    category_page,
    for_shopper,
    products_as_rows,
    sampled_products,
    shelf_of,
    similar_products,
)
from recsys_core.ranking.conditions import Clause, Condition
from recsys_core.ranking.membership import Membership
from recsys_core.ranking.plan import Flag
from recsys_core.ranking.scenario import Filters, Rule, Scenario
from recsys_core.ranking.whatif import Studio
from tests.unit.ranking.grounds import CATEGORIES, ground
from tests.unit.ranking.test_whatif import DAY

pytestmark = pytest.mark.unit
ITEMS = np.array([3, 17, 40])


@pytest.fixture(scope="module")
def shop():
    return ground()


def test_a_product_page_keeps_the_products_and_how_often_they_were_bought(shop):
    placed, basis = similar_products(ITEMS, shop, Scenario(), DAY)
    found = anchored(shop, placed, products_as_rows(ITEMS, shop.n_items))
    assert basis == MODEL
    assert (found.n_users, found.n_items) == (3, shop.n_items)
    assert_array_equal(found.novelty, shop.novelty)  # by the shoppers of the log, not by the three pages
    assert_array_equal(found.mix.toarray(), np.eye(len(CATEGORIES))[shop.group[ITEMS]])
    assert (found.segment == -1).all()
    lists = Studio(found, DAY).prepare(Scenario(k=5)).rank().items
    assert not (lists == ITEMS[:, None]).any()
    nearest = shop.model_vectors[ITEMS] @ shop.model_vectors.T
    nearest[np.arange(3), ITEMS] = -1
    assert_array_equal(lists[:, 0], nearest.argmax(axis=1))


def test_a_new_shopper_may_be_in_a_segment(shop):
    placed, _ = similar_products(ITEMS, shop, Scenario(), DAY)
    found = anchored(
        shop, placed, products_as_rows(ITEMS, shop.n_items), Membership(np.array([1, -1, 0]), shop.segments, np.zeros((3, 0), bool))
    )
    rule = Rule("exclude", Condition((Clause("category", "is", "Mugs"),)), segments=("heavy",))
    lists = Studio(found, DAY).prepare(Scenario(k=10, rules=(rule,))).rank().items
    mugs = (shop.group[lists] == CATEGORIES.index("Mugs")).any(axis=1)
    assert mugs.tolist()[0] is False
    assert mugs[1]


def test_the_shelf_is_what_a_scenario_lets_be_shown_to_nobody_in_particular(shop):
    rules = (Rule("exclude", Condition((Clause("category", "is", "Mugs"),))), Rule("exclude", segments=("heavy",)))
    shelf = shelf_of(Scenario(rules=rules, filters=Filters(price_from=5)), shop, DAY)
    assert_array_equal(shelf.eligible, (shop.group != 1) & (np.nan_to_num(shop.price) >= 5))
    placed, _ = similar_products(ITEMS, shop, Scenario(rules=rules), DAY)
    assert (shop.group[placed.items[placed.items >= 0]] != 1).all()


def test_products_without_a_vector_are_alike_by_their_attributes(shop):
    vectors = shop.model_vectors.copy()
    vectors[17] = 0
    placed, basis = similar_products(ITEMS, ground(model_vectors=vectors), Scenario(), DAY)
    assert basis == f"{MODEL}, and {ATTRIBUTES} of products without one"
    assert (shop.group[placed.items[1][placed.items[1] >= 0]] == shop.group[17]).all()
    assert_array_equal(
        placed.items[0, :5], similar_products(ITEMS, ground(model_vectors=vectors, attribute_vectors=None), Scenario(), DAY)[0].items[0, :5]
    )
    for similarity, words in (("attributes", ATTRIBUTES), ("blend", f"{MODEL} and {ATTRIBUTES}")):
        assert similar_products(ITEMS, shop, Scenario(similarity=similarity), DAY)[1] == words
    assert similar_products(ITEMS, ground(model_vectors=None), Scenario(), DAY)[1] == ATTRIBUTES
    with pytest.raises(UnsupportedError, match="alike"):
        similar_products(ITEMS, ground(model_vectors=None, attribute_vectors=None), Scenario(), DAY)


def test_the_sample_is_of_what_was_bought(shop):
    buyers = shop.buyers.copy()
    buyers[:10] = 0
    assert sampled_products(ground(buyers=buyers), Scenario()).tolist() == [i for i in range(shop.n_items) if buyers[i]]
    bare = ground(buyers=buyers, model_vectors=None, attribute_vectors=None)
    assert len(sampled_products(bare, Scenario())) == (buyers > 0).sum()


def test_the_sample_has_vectors_by_which_the_scenario_compares(shop):
    vectors = shop.model_vectors.copy()
    vectors[::2] = 0
    some = ground(model_vectors=vectors)
    assert (sampled_products(some, Scenario()) % 2 == 1).all()
    assert (sampled_products(some, Scenario(similarity="attributes")) % 2 == 0).any()


def test_a_mix_is_the_share_of_groups_in_a_past(shop):
    past = shop.had[:2]
    placed, _ = similar_products(ITEMS[:2], shop, Scenario(), DAY)
    assert_allclose(anchored(shop, placed, past).mix.toarray(), shop.mix[:2].toarray(), atol=1e-6)


def test_a_category_page_shows_its_best_sellers_to_anybody_and_nothing_else(shop):
    mugs = CATEGORIES.index("Mugs")
    pin = Rule("pin", Condition((Clause("item_id", "is", "i00"),)), place=1)  # a candle has no place on the page of mugs
    found = category_page("mugs", shop, Scenario(), DAY)
    listing = Studio(found, DAY).prepare(Scenario(k=20, rules=(pin,))).rank()
    shown = listing.items[0][listing.items[0] >= 0]
    assert (shop.group[shown] == mugs).all()
    assert len(shown) == (shop.group == mugs).sum()  # fewer than asked: best sellers of other categories do not follow
    assert (np.diff(shop.buyers[shown]) <= 0).all()
    assert (listing.flags[0][: len(shown)] & Flag.FALLBACK).all()


def test_a_category_page_of_a_shopper_begins_with_their_own_candidates(shop):
    users, mugs = np.array([0, 7]), CATEGORIES.index("Mugs")
    found = category_page("Mugs", shop, Scenario(), DAY, users)
    listing = Studio(found, DAY).prepare(Scenario(k=12)).rank()
    for row, user in enumerate(users):
        own = [item for item in shop.candidates[user] if shop.group[item] == mugs]
        filled = listing.items[row] >= 0
        assert listing.items[row][: len(own)].tolist() == own[:12]
        flagged = (listing.flags[row] & Flag.FALLBACK) > 0
        assert flagged[filled].tolist() == [place >= len(own) for place in range(filled.sum())]
        assert not set(listing.items[row][filled]) & set(shop.had[user].indices)
    assert_array_equal(found.segment, shop.segment[users])


def test_who_has_no_list_of_their_own_gets_the_categorys_best_sellers(shop):
    some = ground(fallback=np.arange(40) == 3)
    found = category_page("Mugs", some, Scenario(), DAY, np.array([3]))
    plain = category_page("Mugs", some, Scenario(), DAY).candidates[0]
    kept = [item for item in plain if item >= 0 and item not in some.had[3].indices]
    assert found.candidates[0][found.candidates[0] >= 0].tolist() == kept
    assert found.fallback.tolist() == [True]


def test_a_category_that_is_not_there_is_refused_with_some_that_are(shop):
    with pytest.raises(NotFoundError, match="category 'Shoes'") as refused:
        category_page("Shoes", shop, Scenario(), DAY)
    assert "'Candles'" in refused.value.hint
    with pytest.raises(InputError, match="Nothing of this category"):
        category_page("Mugs", shop, Scenario(filters=Filters(price_from=1000)), DAY)
    bare = ground(table=shop.table.drop(columns=["category", "group"]))
    with pytest.raises(NotFoundError, match="no categories"):
        category_page("Mugs", bare, Scenario(), DAY)


def test_a_product_page_for_a_shopper_leaves_out_what_they_had(shop):
    placed, _ = similar_products(ITEMS, shop, Scenario(), DAY)
    anchor = anchored(shop, placed, products_as_rows(ITEMS, shop.n_items))
    mine = for_shopper(anchor, shop, 5)
    had = set(shop.had[5].indices)
    for row in range(3):
        kept = [item for item in anchor.candidates[row] if item >= 0 and item not in had]
        assert mine.candidates[row][mine.candidates[row] >= 0].tolist() == kept
    lists = Studio(mine, DAY).prepare(Scenario(k=30)).rank().items
    assert not set(lists[lists >= 0]) & had
    assert (mine.segment == shop.segment[5]).all()


def test_a_pin_takes_what_sells_best_within_the_category(shop):
    rule = Rule("pin", Condition((Clause("price", "at least", 5),)), place=1)
    found = category_page("Mugs", shop, Scenario(), DAY)
    first = Studio(found, DAY).prepare(Scenario(k=5, rules=(rule,))).rank().items[0, 0]
    dear = np.flatnonzero((shop.group == CATEGORIES.index("Mugs")) & (np.nan_to_num(shop.price) >= 5))
    assert shop.buyers[first] == shop.buyers[dear].max()
    assert first in dear
