"""The door to the counterfactual: scales are shared, figures are of the right lists, the best is the largest that passes."""

from datetime import date

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys_core.ranking.conditions import Clause, Condition
from recsys_core.ranking.scenario import Cap, Guardrail, Rule, Scenario
from recsys_core.ranking.whatif import Studio, at_variety
from tests.unit.ranking.grounds import ground

pytestmark = pytest.mark.unit
DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def studio():
    return Studio(ground(), DAY)


def test_plain_is_what_is_shown_until_something_is_published(studio):
    plain = studio.answer(Scenario(k=6))
    assert_array_equal(plain.listing.items, studio.ground.candidates[:, :6])
    assert plain.population.change("churn").after == 0
    published = np.ascontiguousarray(studio.ground.candidates[:, 4:10])
    moved = Studio(studio.ground, DAY, published).answer(Scenario(k=6))
    assert moved.population.change("churn").after > 0.5
    assert_array_equal(moved.population.before, published)


def test_a_published_list_may_be_shorter(studio):
    short = Studio(studio.ground, DAY, studio.ground.candidates[:, :3])
    assert (short.before(6)[:, 3:] == -1).all()


def test_scales_are_measured_once_for_all_that_share_them(studio, monkeypatch):
    fresh, measured = Studio(ground(), DAY), []
    import recsys_core.ranking.whatif as module

    real = module.measure_scale
    monkeypatch.setattr(module, "measure_scale", lambda slider, *rest: measured.append(slider) or real(slider, *rest))
    for scenario in (Scenario(variety=10), Scenario(variety=90, discovery=5), Scenario(variety=50, name="x"), Scenario(variety=50, k=3)):
        fresh.answer(scenario)
    assert measured == ["variety", "discovery", "variety"]


def test_the_frontier_goes_from_all_relevance_to_all_variety(studio):
    stops = studio.frontier(Scenario(k=6, guardrails=(Guardrail("relevance_kept", least=0.9),)), stops=(0, 25, 50, 75, 100))
    kept, distance = [stop.relevance_kept for stop in stops], [stop.ild for stop in stops]
    assert kept == sorted(kept, reverse=True)
    assert distance == sorted(distance)
    assert (kept[0], stops[0].passes, stops[-1].passes) == (1.0, True, False)


def test_the_best_is_the_largest_that_passes_for_all(studio):
    scenario = Scenario(k=6, variety=100, raw={"variety": 0.9}, guardrails=(Guardrail("relevance_kept", least=0.9),))
    best = studio.find_best(scenario)
    assert 0 < best < 100
    assert studio.answer(at_variety(scenario, best)).lights[0].passes
    assert not studio.answer(at_variety(scenario, best + 1)).lights[0].passes
    assert studio.find_best(scenario.with_(guardrails=(Guardrail("relevance_kept", least=1.1),))) is None


def test_rules_and_caps_show_in_the_figures(studio):
    rule = Rule("exclude", Condition((Clause("category", "is", "Mugs"),)))
    answer = studio.answer(Scenario(k=8, rules=(rule,), caps=(Cap("category", 3),)))
    codes = studio.ground.group[answer.listing.items]
    assert (codes != 1).all()
    assert answer.population.change("relevance_kept").after < 1
