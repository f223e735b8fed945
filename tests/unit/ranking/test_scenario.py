"""Scenarios: checked, hashed, the same after JSON."""

import json
from datetime import date

import pytest

from recsys_core.errors import InputError
from recsys_core.ranking.conditions import Clause, Condition
from recsys_core.ranking.scenario import Cap, Filters, Guardrail, Reserve, Rule, Scenario

pytestmark = pytest.mark.unit

CANDLES = Condition((Clause("category", "is", "Candles"),))
FULL = Scenario(
    name="Autumn",
    k=12,
    variety=40,
    discovery=20,
    price=-30,
    raw={"variety": 0.4},
    segment_variety={"Gift hunters": 60},
    filters=Filters(price_from=1, in_stock=True),
    rules=(
        Rule("pin", CANDLES, place=2, segments=("Gift hunters",), starts="2026-11-01", ends="2026-12-24"),
        Rule("boost", CANDLES, "Candles up", amount=0.5),
    ),
    caps=(Cap("category", 3, "Candles"), Cap("brand", 1, window=4)),
    reserved=(Reserve(CANDLES, 2),),
    guardrails=(Guardrail("relevance_kept", least=0.95),),
    exposure_attribute="category",
    exposure={"Candles": 0.3},
)


def test_it_is_the_same_after_json():
    again = Scenario.from_json(json.loads(json.dumps(FULL.to_json())))
    assert again == FULL
    assert again.hash == FULL.hash


def test_json_says_only_what_was_set():
    assert Scenario().to_json() == {"version": 1, "name": "Untitled"}
    assert set(Scenario(variety=10).to_json()) == {"version", "name", "variety"}


def test_the_hash_is_of_everything_but_the_name():
    assert FULL.with_(name="Winter").hash == FULL.hash
    assert FULL.with_(variety=41).hash != FULL.hash
    assert len(FULL.hash) == 12


@pytest.mark.parametrize(
    "settings",
    [
        {"variety": 101},
        {"variety": -1},
        {"variety": True},
        {"variety": "40"},
        {"variety": float("nan")},
        {"k": 0},
        {"pool": 0},
        {"engine": "magic"},
        {"similarity": "looks"},
        {"name": ""},
        {"name": "x" * 81},
        {"raw": {"variety": 2}},
        {"raw": {"colour": 1}},
        {"price": -101},
        {"half_life_days": 0},
        {"exposure": {"a": 0.5}},
        {"exposure": {"a": 0.7, "b": 0.7}, "exposure_attribute": "category"},
        {"segment_variety": {"a": 200}},
        {"rules": (Rule("boost"),) * 101},
        {"k": 3.5},
        {"pool": 10.0},
        {"exposure_attribute": ["category"]},
        {"engine": ["nearest"]},
    ],
)
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(InputError):
        Scenario(**settings)


@pytest.mark.parametrize(
    "told",
    [
        [],
        {"version": 2},
        {"varietyy": 3},
        {"rules": {}},
        {"rules": [{"condition": {}}]},
        {"rules": [{"kind": "boost", "colour": 1}]},
        {"rules": [{"kind": "boost", "segments": "all"}]},
        {"caps": [{"most": 3}]},
        {"filters": [1]},
        {"raw": [1]},
    ],
)
def test_json_that_is_no_scenario_is_refused(told):
    with pytest.raises(InputError):
        Scenario.from_json(told)


@pytest.mark.parametrize(
    "made",
    [
        lambda: Rule("sell"),
        lambda: Rule("boost", amount=2),
        lambda: Rule("pin", place=0),
        lambda: Rule("pin", starts="tomorrow"),
        lambda: Rule("pin", starts="2026-12-02", ends="2026-12-01"),
        lambda: Cap("category", 0),
        lambda: Reserve(CANDLES, 0),
        lambda: Guardrail("coverage"),
        lambda: Guardrail("coverage", least=10**400),
        lambda: Guardrail(3, least=1),
        lambda: Cap(["category"], 2),
        lambda: Cap("category", 2.5),
        lambda: Rule("boost", name=3),
        lambda: Rule("boost", priority="x"),
        lambda: Rule("boost", enabled="yes"),
        lambda: Clause("category", ["is"], "x"),
        lambda: Filters(price_from=3, price_to=2),
    ],
)
def test_parts_are_checked_where_they_are_made(made):
    with pytest.raises(InputError):
        made()


def test_dates_of_a_rule_include_both_days():
    rule = FULL.rules[0]
    assert [rule.runs_on(date(2026, *day)) for day in ((10, 31), (11, 1), (12, 24), (12, 25))] == [False, True, True, False]
    assert not Rule("pin", enabled=False).runs_on(date(2026, 11, 5))


def test_a_whole_number_and_the_same_float_are_one_scenario():
    assert Scenario(variety=20) == Scenario(variety=20.0)
    assert Scenario(variety=20, raw={"discovery": 1}).hash == Scenario(variety=20.0, raw={"discovery": 1.0}).hash
