"""Rules made into arrays: audiences, eligibility, boosts, pins; and what is wrong with them."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from recsys_core.ranking.conditions import Clause, Condition
from recsys_core.ranking.membership import Membership
from recsys_core.ranking.rules import apply_rules, findings
from recsys_core.ranking.scenario import Rule, Scenario
from tests.unit.ranking.test_conditions import Products

pytestmark = pytest.mark.unit

DAY = date(2026, 11, 22)
PRODUCTS = Products(pd.DataFrame({"item_id": list("abcdef"), "category": ["x", "x", "y", "y", "z", "z"], "price": [1.0, 2, 3, 4, 5, 6]}))
SALES = np.array([10, 50, 20, 20, 5, 1])
SEGMENT = np.array([0, 1, -1, 0], dtype=np.int32)


def where(name, *values):
    return Condition((Clause(name, "is", list(values)),))


def ruled(*rules, k=4):
    scenario = Scenario(rules=rules, k=k)
    return scenario, apply_rules(scenario, PRODUCTS, SALES, Membership(SEGMENT, ["light", "heavy"], np.zeros((4, 0), bool)), DAY)


def test_without_rules_there_is_one_audience_and_everything_may_be_shown():
    _, found = ruled()
    assert found.audience.tolist() == [0, 0, 0, 0]
    assert found.eligible.shape == (1, 6)
    assert found.eligible.all()
    assert found.terms == ()
    assert (found.pins == -1).all()


def test_shoppers_are_told_apart_by_the_rules_that_hold_for_them():
    _, found = ruled(Rule("exclude", where("category", "x"), segments=("light",)), Rule("boost", where("category", "y")))
    assert found.eligible.shape[0] == 2
    assert found.eligible[found.audience].tolist() == [[user in (1, 2)] * 2 + [True] * 4 for user in range(4)]
    assert found.shoppers.tolist() == [2, 4]
    (boost,) = found.terms
    assert boost.values[found.audience].tolist() == [[0, 0, 0.25, 0.25, 0, 0]] * 4


def test_bury_is_a_boost_downwards_and_only_where_its_segment_is():
    _, found = ruled(Rule("bury", where("category", "z"), amount=0.5, segments=("heavy",)))
    assert found.terms[0].values[found.audience][:, 4].tolist() == [0, -0.5, 0, 0]


def test_include_only_lets_through_what_any_of_them_does_and_exclude_comes_first():
    _, found = ruled(
        Rule("include only", where("category", "x")), Rule("include only", where("category", "y")), Rule("exclude", where("item_id", "a"))
    )
    assert found.eligible[0].tolist() == [False, True, True, True, False, False]


def test_a_pin_takes_the_best_seller_that_may_be_shown_and_a_product_has_one_place():
    _, found = ruled(
        Rule("exclude", where("item_id", "b")),
        Rule("pin", where("category", "x"), place=3),
        Rule("pin", where("category", "y"), place=1),
        Rule("pin", where("category", "y"), place=2),
        Rule("pin", where("category", "y"), place=4),
    )
    assert found.pins[0].tolist() == [2, 3, 0, -1]  # c before d: as many sales, the smaller number


def test_the_earlier_priority_has_the_place():
    _, found = ruled(Rule("pin", where("item_id", "a"), place=1), Rule("pin", where("item_id", "f"), place=1, priority=5))
    assert found.pins[0].tolist() == [5, -1, -1, -1]


def test_soft_pins_stay_out_of_the_places_and_products_of_pins():
    _, found = ruled(
        Rule("soft pin", where("item_id", "a"), place=1),
        Rule("soft pin", where("item_id", "b"), place=2),
        Rule("pin", where("item_id", "a", "c"), place=2),
    )
    assert found.pins[0].tolist() == [-1, 2, -1, -1]
    assert found.soft_pins[0].tolist() == [0, -1, -1, -1]


def test_a_rule_outside_its_dates_does_nothing():
    _, found = ruled(Rule("exclude", where("category", "x"), ends="2026-11-21"), Rule("exclude", where("category", "y"), enabled=False))
    assert found.eligible.all()


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ((Rule("boost", where("category", "q")),), "No product"),
        ((Rule("boost", where("category", "x"), ends="2026-01-01"),), "dates"),
        ((Rule("boost", where("category", "x"), segments=("nobody",)),), "segment"),
        ((Rule("pin", where("category", "x"), place=9),), "place is 9"),
        ((Rule("exclude", where("category", "x")), Rule("boost", where("category", "x"))), "excluded"),
        ((Rule("boost", where("category", "x"), amount=0),), "0"),
        ((Rule("boost"),), "every product"),
    ],
)
def test_dead_rules_are_named(rules, words):
    scenario, found = ruled(*rules)
    (finding,) = findings(scenario, found)
    assert (finding.kind, finding.rule) == ("dead", len(rules) - 1)
    assert words in finding.reason


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ((Rule("pin", where("item_id", "a")), Rule("pin", where("item_id", "b"))), "pin place 1"),
        ((Rule("boost", where("category", "x")), Rule("bury", where("item_id", "a"))), "1 of the same"),
        ((Rule("boost", where("category", "x")), Rule("exclude", where("item_id", "a"))), "excluded"),
    ],
)
def test_rules_that_stand_against_each_other_are_named(rules, words):
    scenario, found = ruled(*rules)
    (finding,) = findings(scenario, found)
    assert (finding.kind, finding.rule, finding.other) == ("conflict", 1, 0)
    assert words in finding.reason


def test_rules_for_different_segments_are_no_conflict():
    scenario, found = ruled(
        Rule("pin", where("item_id", "a"), segments=("light",)), Rule("pin", where("item_id", "b"), segments=("heavy",))
    )
    assert findings(scenario, found) == []


def test_nothing_is_wrong_with_a_switched_off_rule():
    scenario, found = ruled(Rule("boost", where("category", "q"), enabled=False))
    assert findings(scenario, found) == []
