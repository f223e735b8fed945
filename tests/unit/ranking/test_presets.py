"""Presets fit what the data has, leave the shop's own rules alone, and can be told from the scenario."""

import numpy as np
import pytest

from recsys_core.ranking.address import from_address, to_address
from recsys_core.ranking.presets import BALANCED, BEST_SELLERS, CLEARANCE, EXPLORER, NEW_SEASON, OWN_RULE, preset_of, presets
from recsys_core.ranking.scenario import Cap, Rule, Scenario
from recsys_core.ranking.whatif import Studio
from tests.unit.ranking.grounds import ground
from tests.unit.ranking.test_rule_effects import DAY, where

pytestmark = pytest.mark.unit

OWN = Scenario(
    name="Spring", k=20, margin=70, raw={"discovery": 2.0}, rules=(Rule("exclude", where("category", "Cards")),), caps=(Cap("brand", 2),)
)


def preset(name, made=None):
    return next(each for each in presets(made or ground()) if each.name == name)


def test_a_preset_sets_all_sliders_and_keeps_the_rest():
    changed = preset(BALANCED).of(OWN)
    assert (changed.variety, changed.balance, changed.discovery, changed.margin, dict(changed.raw)) == (15, 20, 5, 0, {})
    assert (changed.name, changed.k, changed.rules, changed.caps) == (OWN.name, 20, OWN.rules, OWN.caps)


def test_one_preset_takes_the_rules_of_another_out():
    first = preset(BEST_SELLERS).of(OWN)
    assert [rule.name for rule in first.rules] == ["", OWN_RULE + "best sellers"]
    assert preset(CLEARANCE).of(first).price == -40
    assert [rule.name for rule in preset(CLEARANCE).of(first).rules] == ["", OWN_RULE + "well stocked"]
    assert preset(EXPLORER).of(first).rules == OWN.rules


def test_best_sellers_are_those_of_the_known_part_of_the_log_and_are_shown_more():
    made = ground(items=120)
    scenario = preset(BEST_SELLERS, made).of(Scenario(k=10))
    (rule,) = scenario.rules
    most = {made.table["item_id"][i] for i in np.argsort(-made.buyers, kind="stable")[:40]}
    assert set(rule.condition.tests[0].value) == most
    found = Studio(made, DAY).answer(scenario).population
    assert found.change("tail").difference < 0


@pytest.mark.parametrize(("name", "column"), [(CLEARANCE, ["price"]), (NEW_SEASON, ["launch_date"])])
def test_what_the_data_has_nothing_for_is_named(name, column):
    made = ground()
    assert preset(name, made).missing == ""
    poor = ground(table=made.table.drop(columns=column))
    assert preset(name, poor).missing


def test_without_vectors_a_preset_leaves_variety_out():
    made = ground(model_vectors=None, attribute_vectors=None)
    assert "variety" not in preset(BALANCED, made).sets
    assert preset(EXPLORER, made).of(Scenario(variety=20)).variety == 0


@pytest.mark.parametrize("name", [BALANCED, EXPLORER, BEST_SELLERS, CLEARANCE, NEW_SEASON])
def test_the_preset_that_a_scenario_stands_on_is_told_from_it_also_out_of_an_address(name):
    offered = presets(ground())
    held = from_address(to_address(preset(name).of(OWN)))
    assert preset_of(held, offered).name == name
    assert preset_of(held.with_(variety=held.variety + 1), offered) is None


def test_in_a_small_catalogue_only_a_third_are_best_sellers():
    (rule,) = preset(BEST_SELLERS, ground(items=30)).rules
    assert len(rule.condition.tests[0].value) == 10
