"""Scenarios in addresses: the same after the journey, and nothing that somebody writes into one does harm."""

import base64
import contextlib
import json
import re
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys_core.errors import InputError
from recsys_core.ranking.address import FORM, LARGEST_TEXT, LONGEST_ADDRESS, from_address, from_text, to_address
from recsys_core.ranking.conditions import Clause, Condition
from recsys_core.ranking.plan import ENGINES
from recsys_core.ranking.scenario import RULE_KINDS, SIMILARITIES, Cap, Filters, Guardrail, Reserve, Rule, Scenario

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
percents = st.one_of(st.integers(0, 100), st.floats(0, 100))
shares = st.floats(0, 1)
days = st.dates().map(str)
clauses = st.one_of(
    st.builds(Clause, texts, st.sampled_from(["is", "is not"]), st.one_of(texts, st.lists(texts, min_size=1, max_size=3))),
    st.builds(Clause, texts, st.sampled_from(["at least", "at most"]), st.floats(allow_nan=False, allow_infinity=False)),
    st.builds(Clause, texts, st.just("is known")),
)
conditions = st.builds(Condition, st.lists(clauses, max_size=3).map(tuple), st.booleans())
rules = st.builds(
    Rule,
    st.sampled_from(RULE_KINDS),
    conditions,
    name=texts,
    amount=shares,
    place=st.integers(1, 100),
    segments=st.lists(texts, max_size=2).map(tuple),
    starts=st.none() | days,
    enabled=st.booleans(),
)
scenarios = st.builds(
    Scenario,
    name=texts.filter(str.strip),
    k=st.integers(1, 100),
    variety=percents,
    price=st.floats(-100, 100),
    raw=st.dictionaries(st.sampled_from(["variety", "balance"]), shares),
    engine=st.sampled_from(ENGINES),
    similarity=st.sampled_from(SIMILARITIES),
    exposure_attribute=texts,
    exposure=st.dictionaries(texts, st.floats(0, 0.3), max_size=3),
    segment_variety=st.dictionaries(texts, percents, max_size=3),
    filters=st.builds(Filters, price_from=st.none() | st.floats(0, 1e9), in_stock=st.booleans()),
    rules=st.lists(rules, max_size=4).map(tuple),
    caps=st.lists(st.builds(Cap, texts, st.integers(1, 100), st.none() | texts), max_size=3).map(tuple),
    reserved=st.lists(st.builds(Reserve, conditions, st.integers(1, 5)), max_size=2).map(tuple),
    guardrails=st.lists(st.builds(Guardrail, texts, least=st.floats(-1e9, 1e9)), max_size=3).map(tuple),
)


def pack(text: str | bytes) -> str:
    data = text.encode() if isinstance(text, str) else text
    return FORM + base64.urlsafe_b64encode(zlib.compress(data, 9)).decode().rstrip("=")


@settings(max_examples=200, deadline=None)
@given(scenarios)
def test_a_scenario_is_the_same_after_its_address(scenario):
    address = to_address(scenario)
    again = from_address(address)
    assert (again, again.hash, to_address(again)) == (scenario, scenario.hash, address)
    assert re.fullmatch(r"[\w-]+", address, re.ASCII)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), st.text(max_size=60).map(lambda text: FORM + text), st.binary(max_size=200).map(pack)))
def test_what_is_no_address_is_refused_in_a_sentence(address):
    with pytest.raises(InputError) as caught:
        from_address(address)
    assert caught.value.hint


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_an_address_with_a_wrong_letter_is_refused_or_another_scenario_never_a_crash(data):
    address = list(to_address(Scenario(name="Autumn", variety=40, rules=(Rule("boost", name="Candles up"),))))
    for _ in range(data.draw(st.integers(1, 3))):
        address[data.draw(st.integers(0, len(address) - 1))] = data.draw(st.sampled_from("aZ0-_=+/ é"))
    with contextlib.suppress(InputError):
        assert isinstance(from_address("".join(address)), Scenario)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["kind", "condition", "tests", "name", "least"]), inner),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(list(Scenario.__dataclass_fields__)), json_values, min_size=1, max_size=3))
def test_settings_of_any_kind_make_a_scenario_or_a_sentence(told):
    with contextlib.suppress(InputError):
        assert isinstance(from_text(json.dumps(told)), Scenario)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '"Autumn"',
        '{"variety": NaN}',
        '{"variety": 1e999}',
        '{"name": "\\ud800"}',
        '{"variety": ' + "9" * 5000 + "}",
        "[" * 100_000,
        '{"rules": [{"kind": "boost", "condition": {"tests": [{"attribute": "a", "operator": {}}]}}]}',
        '{"guardrails": [{"metric": "coverage", "least": 1' + "0" * 400 + "}]}",
        '{"varietyy": 3}',
    ],
)
def test_text_that_is_no_scenario_is_refused_in_a_sentence(text):
    for read in (from_text, lambda text: from_address(pack(text))):
        with pytest.raises(InputError):
            read(text)


def test_a_small_address_that_unpacks_to_much_is_refused_without_unpacking_it():
    bomb = pack(b" " * 5_000_000)
    assert len(bomb) < LONGEST_ADDRESS
    from_address(to_address(Scenario()))
    tracemalloc.start()
    with pytest.raises(InputError, match="damaged, cut off or too large"):
        from_address(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * LARGEST_TEXT


def test_an_address_cut_off_lengthened_or_of_another_form_is_refused():
    address = to_address(Scenario(variety=40))
    for other in (address[:-4], address + "AAAA", address + address[1:], "b" + address[1:], "", "a" * (LONGEST_ADDRESS + 1)):
        with pytest.raises(InputError):
            from_address(other)


def test_a_scenario_too_large_for_an_address_says_so():
    rules = tuple(Rule("boost", Condition((Clause("title", "contains", f"{number * 7919:x}" * 20),))) for number in range(100))
    scenario = Scenario(rules=rules, segment_variety={f"{number * 104729 % 99991:x}": number % 100 for number in range(3000)})
    with pytest.raises(InputError, match="too large for an address"):
        to_address(scenario)


def test_a_usual_scenario_makes_a_short_address():
    rules = tuple(Rule("pin", Condition((Clause("category", "is", f"Category {number}"),)), place=number + 1) for number in range(10))
    assert len(to_address(Scenario(name="Autumn", variety=40, discovery=20, caps=(Cap("category", 3),), rules=rules))) < 700
