"""Segments drawn on a map overlap with the found ones and with each other: rules, variety and figures hold for who is inside."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_array_equal

from recsys_core.evaluation.intervals import mean_of
from recsys_core.ranking.anchors import anchored, category_page, for_shopper, products_as_rows, similar_products
from recsys_core.ranking.conditions import Clause, Condition
from recsys_core.ranking.guardrails import WORST_SEGMENT
from recsys_core.ranking.membership import Membership, nobody
from recsys_core.ranking.outcome import outcome
from recsys_core.ranking.planning import prepare
from recsys_core.ranking.rules import apply_rules, findings
from recsys_core.ranking.scenario import Guardrail, Rule, Scenario
from recsys_core.ranking.stops import stops
from recsys_core.ranking.whatif import Studio
from tests.unit.ranking.grounds import ground

pytestmark = pytest.mark.unit
DAY = date(2026, 11, 22)
USERS = 80
EVENING, GIFTS = np.arange(USERS) < 50, np.arange(USERS) >= 45  # both overlap with light and heavy, and five shoppers are in both
MUGS, TOYS = (Condition((Clause("category", "is", name),)) for name in ("Mugs", "Toys"))


@pytest.fixture(scope="module")
def shop():
    drawn = np.column_stack([EVENING, GIFTS])
    return ground(users=USERS, segments=("light", "heavy", "Evening", "Gifts"), drawn=drawn)


def categories(shop, lists):
    return np.array([*shop.table["category"], "none"], dtype=object)[lists]


def test_everybody_inside_by_hand():
    members = Membership(np.array([0, 1, -1], np.int32), ("light", "heavy", "Evening"), np.array([[True], [False], [True]]))
    assert {label: inside.tolist() for label, inside in members.each()} == {
        "light": [True, False, False],
        "heavy": [False, True, False],
        "Evening": [True, False, True],
    }
    assert members.found == ("light", "heavy")
    assert not members.inside("removed").any()
    some = members.of(np.array([2, -1, 0]))
    assert some.codes.tolist() == [-1, -1, 0]
    assert some.inside("Evening").tolist() == [True, False, True]
    assert [inside.any() for _, inside in nobody(2, members.labels, 1).each()] == [False] * 3


def test_the_ground_tells_who_is_inside(shop):
    assert_array_equal(shop.inside("Evening"), EVENING)
    assert_array_equal(shop.inside("light"), shop.segment == 0)
    assert not shop.inside("gone").any()


def test_a_rule_for_a_drawn_segment_is_for_its_shoppers_alone(shop):
    rules = (Rule("exclude", MUGS, segments=("Evening",)), Rule("exclude", TOYS, segments=("Gifts", "light")))
    answer = Studio(shop, DAY).answer(Scenario(k=6, rules=rules))
    shown = categories(shop, answer.listing.items)
    assert_array_equal((shown != "Mugs").all(axis=1)[EVENING], True)
    assert (shown[~EVENING] == "Mugs").any()
    toyless = GIFTS | (shop.segment == 0)
    assert_array_equal((shown != "Toys").all(axis=1)[toyless], True)
    assert (shown[~toyless] == "Toys").any()
    assert answer.ready.ruled.shoppers.tolist() == [EVENING.sum(), toyless.sum()]


def test_a_rule_for_a_removed_segment_says_so(shop):
    scenario = Scenario(k=6, rules=(Rule("exclude", MUGS, segments=("Removed",)), Rule("exclude", TOYS, segments=("Evening",))))
    ready = prepare(scenario, shop, {}, DAY)
    (finding,) = findings(scenario, ready.ruled)
    assert (finding.rule, finding.reason) == (0, "It is outside its dates, or no segment has its name.")


@given(
    codes=arrays(np.int32, 12, elements=st.integers(-1, 2)),
    drawn=arrays(np.bool_, (12, 3)),
    chosen=st.lists(st.sets(st.sampled_from(["a", "b", "c", "x", "y", "z"])), max_size=5),
)
def test_an_audience_is_a_pattern_of_rules_that_hold(codes, drawn, chosen):
    members = Membership(codes, ("a", "b", "c", "x", "y", "z"), drawn)
    rules = tuple(Rule("boost", MUGS, amount=0.1, segments=tuple(sorted(labels))) for labels in chosen)
    shop = ground(users=2)
    found = apply_rules(Scenario(k=3, rules=rules), shop, shop.buyers, members, DAY)
    expected = [[not labels or any(members.inside(label)[user] for label in labels) for labels in chosen] for user in range(12)]
    assert_array_equal(found.active[found.audience].reshape(12, len(chosen)), np.array(expected, bool).reshape(12, len(chosen)))
    assert len(np.unique(found.active, axis=0)) == len(found.active)


def test_twenty_drawn_segments_make_no_more_audiences_than_shoppers():
    drawn = np.random.default_rng(0).random((40, 20)) < 0.5
    labels = tuple(f"d{place}" for place in range(20))
    rules = tuple(Rule("boost", MUGS, amount=0.1, segments=(label,)) for label in labels)
    shop = ground()
    found = apply_rules(Scenario(k=3, rules=rules), shop, shop.buyers, Membership(np.full(40, -1, np.int32), labels, drawn), DAY)
    assert len(found.active) <= 40 + 20 + 1
    assert_array_equal(found.active[found.audience], drawn)


def test_the_last_drawn_segments_variety_counts(shop):
    studio = Studio(shop, DAY)
    scenario = Scenario(k=6, variety=20, segment_variety={"Gifts": 80, "light": 40, "Evening": 60})
    scale = studio.scales(scenario)["variety"]
    expected = np.full(USERS, scale.weight(20))
    for inside, position in ((shop.segment == 0, 40), (EVENING, 60), (GIFTS, 80)):
        expected[inside] = scale.weight(position)
    assert_array_equal(studio.prepare(scenario).plan.trade_off, expected.astype(np.float32))
    some = np.array([79, 47, 3])
    assert_array_equal(studio.prepare(scenario, some).plan.trade_off, expected[some].astype(np.float32))


def test_a_drag_leaves_the_variety_of_a_drawn_segment(shop):
    studio = Studio(shop, DAY)
    scenario = Scenario(k=6, variety=20, segment_variety={"Evening": 60})
    scale = studio.scales(scenario)["variety"]
    for user, moves in ((3, False), (79, True)):
        lists = stops(studio.prepare(scenario, np.array([user])), shop, "variety", scale, (0, 100)).items
        assert (lists[0] != lists[1]).any() == moves


def test_figures_of_segments_are_those_of_their_shoppers(shop):
    studio = Studio(shop, DAY)
    found = studio.answer(scenario := Scenario(k=6, variety=60, guardrails=(Guardrail(WORST_SEGMENT, least=0.0),)))
    told = outcome(studio, found)
    assert [(each.label, each.users, each.drawn) for each in told.segments] == [
        ("light", 40, False),
        ("heavy", 40, False),
        ("Evening", 50, True),
        ("Gifts", 35, True),
    ]
    kept = found.population.by_user["relevance_kept"][1]
    for each, inside in zip(told.segments, (shop.segment == 0, shop.segment == 1, EVENING, GIFTS), strict=True):
        assert next(f for f in each.figures if f.name == "relevance_kept").after == pytest.approx(mean_of(kept[inside]))
    means = {label: kept[inside].mean() for label, inside in shop.members.each()}
    (light,) = told.guardrails
    assert (light.segment, light.value) == (min(means, key=means.get), pytest.approx(min(means.values())))
    assert told.outside == 0
    sampled = np.array([0, 60, 79])
    assert [each.users for each in outcome(studio, studio.answer(scenario, sampled)).segments] == [2, 1, 1, 2]


def test_who_is_in_no_segment_at_all_is_counted(shop):
    alone = ground(users=USERS, segment=np.full(USERS, -1, np.int32), segments=("light", "Evening"), drawn=EVENING[:, None])
    studio = Studio(alone, DAY)
    assert outcome(studio, studio.answer(Scenario(k=6))).outside == 30


def test_other_anchors_are_in_the_segments_of_who_sees_them(shop):
    items = np.array([0, 1, 2])
    placed, _ = similar_products(items, shop, Scenario(), DAY)
    page = anchored(shop, placed, products_as_rows(items, shop.n_items))
    assert not page.members.drawn.any()
    rule = Scenario(k=6, rules=(Rule("exclude", MUGS, segments=("Evening",)),))
    for user, without in ((3, True), (79, False)):
        seen = for_shopper(page, shop, user)
        lists = prepare(rule, seen, {}, DAY).rank().items
        assert (categories(shop, lists) != "Mugs").all() == without
    shelf = category_page("Toys", shop, Scenario(), DAY, np.array([3, 79]))
    assert shelf.inside("Evening").tolist() == [True, False]
