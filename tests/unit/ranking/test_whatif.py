"""The door to the counterfactual: scales are shared, figures are of the right lists, the best is the largest that passes."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
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


def test_a_stop_of_the_frontier_has_the_figures_of_its_answer(studio):
    scenario = Scenario(
        k=6, discovery=30, segment_variety={"light": 80}, guardrails=(Guardrail("coverage_kept", least=1), Guardrail("echo", most=0.9))
    )
    for stop in studio.frontier(scenario, stops=(0, 35, 100)):
        answer = studio.answer(at_variety(scenario, stop.position), studio.sample())
        for name in ("relevance_kept", "ild", "coverage"):
            assert getattr(stop, name) == answer.population.mean_after(name)
        assert stop.passes == all(light.passes for light in answer.lights)
        assert np.isnan(stop.ndcg)


def test_what_rules_say_is_worked_out_once_for_all_positions_of_the_sliders(monkeypatch):
    import recsys_core.ranking.planning as module

    fresh, asked, real = Studio(ground(), DAY), [], module.apply_rules
    monkeypatch.setattr(module, "apply_rules", lambda scenario, *rest: asked.append(scenario.rules) or real(scenario, *rest))
    mugs = (Rule("boost", Condition((Clause("category", "is", "Mugs"),))),)
    for rules in ((), mugs):
        for variety in (10, 20, 30):
            fresh.answer(Scenario(k=6, variety=variety, rules=rules))
    assert asked == [(), mugs]


def test_an_answer_keeps_nothing_that_only_ranking_needs(studio):
    ready = studio.answer(Scenario(k=6, variety=20)).ready
    assert not hasattr(ready, "pool")
    assert not hasattr(ready, "plan")


def test_sessions_that_ask_at_once_get_what_each_gets_alone():
    shop = ground(users=1100)
    scenarios = [Scenario(k=6, variety=v, discovery=d, pool=p) for v in (0, 40, 90) for d in (0, 50) for p in (20, 30)]
    alone = Studio(shop, DAY)
    expected = [alone.answer(scenario) for scenario in scenarios]
    shared = Studio(replace(shop), DAY, threads=3)
    with ThreadPoolExecutor(6) as sessions:
        found = list(sessions.map(shared.answer, scenarios * 3))
    for one, other in zip(expected * 3, found, strict=True):
        assert_array_equal(one.listing.items, other.listing.items)
        for name in one.population.by_user:
            assert_array_equal(one.population.by_user[name][1], other.population.by_user[name][1])
