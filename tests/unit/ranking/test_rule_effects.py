"""Leaving a rule out: against lists ranked by hand without it, shopper by shopper."""

from datetime import date

import numpy as np
import pytest

from recsys_core.ranking.conditions import Clause, Condition
from recsys_core.ranking.eligibility import left
from recsys_core.ranking.planning import prepare
from recsys_core.ranking.population import population, reference_pool
from recsys_core.ranking.rule_effects import rule_effects
from recsys_core.ranking.scenario import Filters, Rule, Scenario
from recsys_core.ranking.whatif import Studio
from tests.unit.ranking.grounds import ground

pytestmark = pytest.mark.unit

DAY = date(2026, 11, 22)


def where(name, *values):
    return Condition((Clause(name, "is", list(values)),))


RULES = (
    Rule("boost", where("category", "Mugs"), name="More mugs", amount=0.5),
    Rule("exclude", where("category", "Cards"), name="No cards"),
    Rule("pin", where("item_id", "i09"), name="Pin one"),
    Rule("bury", where("category", "Toys"), amount=0.25, segments=("light",)),
)


def studio(**changes):
    return Studio(ground(users=60, **changes), DAY)


def shown_by_hand(studio, scenario, rules):
    """Lists with these rules, and the weights that the sliders have with all of the scenario's."""
    return prepare(scenario.with_(rules=rules), studio.ground, studio.scales(scenario), DAY).rank().items


@pytest.mark.parametrize("rule", range(len(RULES)))
def test_what_a_rule_does_is_what_changes_when_it_is_left_out(rule):
    studio_, scenario = studio(), Scenario(k=8, variety=30, rules=RULES)
    effect = rule_effects(studio_, scenario).rules[rule]
    with_it = shown_by_hand(studio_, scenario, RULES)
    without = shown_by_hand(studio_, scenario, tuple(each for each in RULES if each is not RULES[rule]))
    assert effect.changed == pytest.approx(np.mean([list(a) != list(b) for a, b in zip(with_it, without, strict=True)]))
    assert effect.changed > 0
    ground_ = studio_.ground
    compared = population(ground_, without, with_it, pool=reference_pool(ground_, scenario.pool))
    for name in ("relevance_kept", "ild", "coverage"):
        figure = next(each for each in effect.figures if each.name == name)
        change = compared.change(name)
        assert (figure.before, figure.after) == pytest.approx((change.before, change.after), abs=1e-12)
        assert figure.difference == pytest.approx(change.difference, abs=1e-12)


def test_churn_is_against_what_is_shown_now():
    studio_, scenario = studio(), Scenario(k=8, rules=RULES[:1])
    (effect,) = rule_effects(studio_, scenario).rules
    churn = next(each for each in effect.figures if each.name == "churn")
    assert churn.before == 0
    assert churn.after == churn.difference == pytest.approx(studio_.answer(scenario).population.mean_after("churn"))
    assert churn.low < churn.difference < churn.high
    assert churn.is_clear


def test_products_and_shoppers_are_counted():
    studio_ = studio()
    effects = rule_effects(studio_, Scenario(k=8, rules=RULES))
    assert (effects.users, effects.of, effects.sampled) == (60, 60, False)
    assert [each.products for each in effects.rules] == [15, 15, 1, 15]
    assert [each.shoppers for each in effects.rules] == [60, 60, 60, 30]


def test_a_rule_that_is_off_dead_or_over_changes_nothing():
    rules = (
        Rule("boost", where("category", "Hats")),
        Rule("boost", where("category", "Mugs"), enabled=False),
        Rule("exclude", where("category", "Mugs"), ends="2026-01-01"),
    )
    found = rule_effects(studio(), Scenario(rules=rules)).rules
    assert [(each.in_force, each.changed, each.figures) for each in found] == [(False, 0.0, ())] * 3
    assert [[each.kind for each in one.findings] for one in found] == [["dead"], [], ["dead"]]
    assert all(finding.remedy for one in found for finding in one.findings)


def test_an_include_only_that_matches_nothing_empties_the_lists_and_says_so():
    (effect,) = rule_effects(studio(), Scenario(rules=(Rule("include only", where("category", "Hats")),))).rules
    assert effect.changed == 1
    assert "nothing may be shown" in effect.findings[0].reason


def test_a_large_shop_is_told_by_a_sample_and_counts_all_its_shoppers():
    effects = rule_effects(Studio(ground(users=2100, items=40, depth=20), DAY), Scenario(k=5, rules=RULES[3:]))
    assert (effects.users, effects.of, effects.sampled) == (1000, 2100, True)
    assert effects.rules[0].shoppers == 1050
    assert 0 < effects.rules[0].changed <= 0.51


def test_what_filters_leave_is_counted_by_hand():
    made = ground(users=30, depth=12)
    scenario = Scenario(k=6, filters=Filters(price_from=5, price_to=9, in_stock=True))
    table = made.table
    passes = {i for i in range(60) if 5 <= table["price"][i] <= 9 and table["stock"][i] > 0}
    short = sum(len(passes & set(row)) < 6 for row in made.candidates.tolist())
    assert 0 < short < 31
    assert (left(scenario, made).products, left(scenario, made).short) == (len(passes), short)
