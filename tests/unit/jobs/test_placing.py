"""One place before and after a scenario: a product page, a category page, as anybody and as one shopper sees them."""

from types import SimpleNamespace

import numpy as np
import pytest

from recsys_core.errors import InputError
from recsys_core.evaluation.beyond_accuracy import intra_list_distance
from recsys_core.jobs.placing import BEST_SELLERS, CATEGORY, OWN, Place, sample, show
from recsys_core.jobs.studio import BASKET, PRODUCT
from recsys_core.ranking.anchors import MODEL
from recsys_core.ranking.conditions import Clause, Condition
from recsys_core.ranking.scenario import Cap, Rule, Scenario
from recsys_core.ranking.whatif import Studio
from tests.unit.ranking.grounds import CATEGORIES, ground
from tests.unit.ranking.test_whatif import DAY

pytestmark = pytest.mark.unit
MUGS = CATEGORIES.index("Mugs")


@pytest.fixture(scope="module")
def opened():
    shop = ground()
    return SimpleNamespace(studio=Studio(shop, DAY), dataset=SimpleNamespace(n_items=shop.n_items), run=None)


def lists(opened, where, scenario):
    anybody = where.kind == CATEGORY and where.user is None
    return show(opened, where, scenario, sample(opened, where.kind, scenario, where.category, anybody=anybody))


@pytest.mark.parametrize(
    ("where", "basis"),
    [
        (Place(PRODUCT, (3,)), MODEL),
        (Place(PRODUCT, (3,), user=5), MODEL),
        (Place(CATEGORY, category="Mugs"), BEST_SELLERS),
        (Place(CATEGORY, category="Mugs", user=5), OWN),
    ],
)
def test_no_scenario_changes_nothing(opened, where, basis):
    shown = lists(opened, where, Scenario(k=6))
    assert shown.basis == basis
    assert shown.after.items.tolist() == shown.before.items.tolist()
    assert (shown.after.flags == shown.before.flags).all()


def test_before_is_without_the_scenarios_rules_and_filters(opened):
    only = Condition((Clause("category", "is", "Mugs"),))
    scenario = Scenario(k=6, variety=60, rules=(Rule("exclude", only),), caps=(Cap("category", 3),))
    where = Place(PRODUCT, (MUGS,))  # a mug's page
    shown, plain = lists(opened, where, scenario), lists(opened, where, Scenario(k=6))
    group = opened.studio.ground.group
    assert shown.before.items.tolist() == plain.before.items.tolist()
    assert (group[shown.before.items] == MUGS).any()
    assert not (group[shown.after.items] == MUGS).any()
    assert np.bincount(group[shown.after.items[0]]).max() <= 3


def test_the_sliders_move_other_places_too(opened):
    vectors = opened.studio.ground.model_vectors
    for where in (Place(PRODUCT, (3,)), Place(CATEGORY, category="Mugs")):
        distance = [
            intra_list_distance(lists(opened, where, Scenario(k=6, variety=variety)).after.items, vectors)[0] for variety in (0, 50, 100)
        ]
        assert distance[0] < distance[1] <= distance[2]


def test_the_sample_compares_with_what_is_shown_without_a_scenario(opened):
    scenario = Scenario(k=6, rules=(Rule("exclude", Condition((Clause("category", "is", "Mugs"),))),))
    answer = sample(opened, PRODUCT, scenario).answer(scenario)
    group = opened.studio.ground.group
    assert (group[answer.population.before] == MUGS).any()
    assert not (group[answer.population.after] == MUGS).any()
    assert answer.population.change("churn").after > 0


def test_a_place_without_products_is_refused():
    for kind in (PRODUCT, BASKET):
        with pytest.raises(InputError):
            Place(kind)
