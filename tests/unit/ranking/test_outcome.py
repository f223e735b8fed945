"""An answer in figures: those of the population, together with guardrails, winners, segments and rules."""

import numpy as np
import pytest

from recsys_core.ranking.conditions import Clause, Condition
from recsys_core.ranking.movers import shares
from recsys_core.ranking.outcome import outcome, point
from recsys_core.ranking.scenario import Guardrail, Rule, Scenario
from recsys_core.ranking.whatif import Studio
from recsys_core.storage.json_text import to_text
from tests.unit.ranking.grounds import CATEGORIES, ground
from tests.unit.ranking.test_whatif import DAY

pytestmark = pytest.mark.unit
MUGS = Condition((Clause("category", "is", "Mugs"),))
SCENARIO = Scenario(
    k=6,
    rules=(Rule("boost", MUGS, name="More mugs", amount=0.5), Rule("bury", MUGS, name="Fewer mugs")),
    guardrails=(Guardrail("relevance_kept", least=0.99),),
)


@pytest.fixture(scope="module")
def told():
    studio = Studio(ground(users=80), DAY)
    answer = studio.answer(SCENARIO)
    return answer, outcome(studio, answer)


def test_every_figure_is_the_populations(told):
    answer, found = told
    assert {figure.name for figure in found.figures} == set(answer.population.names)
    for figure in found.figures:
        change = answer.population.change(figure.name)
        np.testing.assert_allclose([figure.before, figure.after, figure.low, figure.high], [*change], rtol=1e-12, atol=1e-12)
    assert found.figure("nothing") is None
    assert (found.users, found.k, found.hash, found.passes) == (80, 6, SCENARIO.hash, False)


def test_segments_add_up_and_small_ones_have_no_figures(told):
    _, found = told
    assert [(each.label, each.users) for each in found.segments] == [("light", 40), ("heavy", 40)]
    kept = np.mean([each.figures[0].after for each in found.segments])
    assert kept == pytest.approx(found.figure("relevance_kept").after)
    small = Studio(ground(users=40), DAY)
    assert all(not each.figures for each in outcome(small, small.answer(SCENARIO)).segments)


def test_winners_come_first_and_rules_say_whom_they_meet(told):
    _, found = told
    assert {each.label for each in found.groups} == set(CATEGORIES)
    assert found.groups[0].label == "Mugs"
    first, second = found.rules
    assert (first.products, first.shoppers, first.problems) == (15, 80, ())
    assert [(each.kind, each.other) for each in second.problems] == [("conflict", "More mugs")]


def test_nothing_changes_where_nothing_is_set_and_it_can_be_written():
    studio = Studio(ground(), DAY)
    found = outcome(studio, studio.answer(Scenario(k=6)))
    assert (found.changed, found.passes) == (0, True)
    assert '"hash"' in to_text(found)


def test_products_brands_and_price_bands_move_and_exposure_spreads(told):
    answer, found = told
    every = np.arange(60)
    before, after = (shares(lists, every, 60) for lists in (answer.population.before, answer.population.after))
    first, last = found.products[0], found.products[-1]
    assert first.after - first.before == pytest.approx((after - before).max())
    assert last.after - last.before == pytest.approx((after - before).min())
    assert (first.items, first.item_id) == (1, f"i{int((after - before).argmax()):02}")
    assert sum(each.after for each in found.price_bands) + after[np.arange(60) % 11 == 0].sum() == pytest.approx(1)
    assert [each.price_to for each in found.price_bands[:-1]] == [each.price_from for each in found.price_bands[1:]]
    assert {each.label for each in found.brands} == {"b0", "b1", "b2", "b3", "b4"}
    assert found.exposure.half_after == int(np.searchsorted(np.cumsum(np.sort(after)[::-1]), 0.5)) + 1


def test_losing_is_of_everybody_and_of_each_segment(told):
    answer, found = told
    kept = answer.population.by_user["relevance_kept"][1]
    assert found.losing == (kept < 0.9).mean()
    assert np.mean([each.losing for each in found.segments]) == pytest.approx(found.losing)


def test_a_point_is_the_figure_without_its_interval(told):
    answer, found = told
    for figure in found.figures:
        at = point(answer.population, figure.name)
        assert (at.before, at.after, at.difference) == (figure.before, figure.after, figure.difference)
    assert point(answer.population, "nothing") is None
