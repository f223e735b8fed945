"""Product pages, baskets and new shoppers as rows of a ground: the same products, other anchors."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from recsys_core.errors import UnsupportedError
from recsys_core.ranking.anchors import (
    ATTRIBUTES,
    MODEL,
    anchored,
    products_as_rows,
    sampled_products,
    shelf_of,
    similar_products,
)
from recsys_core.ranking.conditions import Clause, Condition
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
    found = anchored(shop, placed, products_as_rows(ITEMS, shop.n_items), np.array([1, -1, 0]))
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
    assert sampled_products(ground(buyers=buyers)).tolist() == [i for i in range(shop.n_items) if buyers[i]]


def test_a_mix_is_the_share_of_groups_in_a_past(shop):
    past = shop.had[:2]
    placed, _ = similar_products(ITEMS[:2], shop, Scenario(), DAY)
    assert_allclose(anchored(shop, placed, past).mix.toarray(), shop.mix[:2].toarray(), atol=1e-6)
