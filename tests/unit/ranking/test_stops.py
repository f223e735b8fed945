"""The lists at a slider's stops are those that the scenario at that position would show."""

from datetime import date

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from recsys_core.ranking.conditions import Clause, Condition
from recsys_core.ranking.planning import MISSING, measure_scale, prepare, sliders_of
from recsys_core.ranking.scenario import Cap, Reserve, Rule, Scenario
from recsys_core.ranking.stops import DRAGGED, STOPS, draggable, stops
from recsys_core.ranking.whatif import Studio
from tests.unit.ranking.grounds import ground

pytestmark = pytest.mark.unit
DAY = date(2026, 11, 22)
CANDLES = Condition((Clause("category", "is", "Candles"),))
RULED = Scenario(
    k=6,
    variety=35,
    balance=20,
    discovery=15,
    margin=10,
    rules=(Rule("pin", CANDLES, place=2), Rule("boost", Condition((Clause("brand", "is", "b2"),)), name="discovery")),
    caps=(Cap("category", 2),),
    reserved=(Reserve(Condition((Clause("category", "is", "Toys"),)), 1),),
)
SETTINGS = {
    "plain": Scenario(k=6),
    "ruled": RULED,
    "by hand": Scenario(k=6, variety=20, raw={"variety": 0.3, "discovery": 0.5}),
    "set-wise, by segment": Scenario(k=6, engine="set-wise", discovery=30, segment_variety={"heavy": 70}),
    "blend": Scenario(k=6, similarity="blend", balance=40),
}


@pytest.fixture(scope="module")
def shop():
    return ground()


def prepared(scenario, shop, rows):
    scales = {name: measure_scale(name, scenario, shop, DAY) for name in sliders_of(scenario)}
    return prepare(scenario, shop, scales, DAY, np.asarray(rows))


@pytest.mark.parametrize("slider", DRAGGED)
@pytest.mark.parametrize("setting", SETTINGS)
def test_every_stop_is_the_ranking_at_that_position(shop, setting, slider):
    scenario = SETTINGS[setting]
    scale = measure_scale(slider, scenario, shop, DAY)
    found = stops(prepared(scenario, shop, [3, 17]), shop, slider, scale)
    assert found.positions == STOPS
    for row, position in enumerate(STOPS):
        there = prepared(scenario.with_(**{slider: float(position)}), shop, [17]).rank()
        assert_array_equal(found.items[row], there.items[0], err_msg=f"{slider} at {position}")
        assert_array_equal(found.flags[row], there.flags[0])


def test_figures_are_those_of_the_population(shop):
    scale = measure_scale("variety", RULED, shop, DAY)
    found = stops(prepared(RULED, shop, [17]), shop, "variety", scale, (0, 60))
    for row, position in enumerate(found.positions):
        told = Studio(shop, DAY).answer(RULED.with_(variety=float(position)), np.array([17])).population
        assert_allclose(found.kept[row], told.mean_after("relevance_kept"))
        assert_allclose(found.distance[row], told.mean_after("ild"))
    assert found.distance[1] > found.distance[0]


def test_only_what_the_data_tells_can_be_dragged():
    bare = ground(model_vectors=None, attribute_vectors=None)
    assert set(DRAGGED) < set(MISSING)
    assert draggable(Scenario(), bare) == ("balance", "discovery")
    assert draggable(Scenario(), ground()) == DRAGGED
    assert draggable(Scenario(similarity="blend"), ground(attribute_vectors=None)) == ("balance", "discovery")


def test_whole_catalogue_mode_has_no_stops(shop):
    scenario = Scenario(exposure_attribute="category", exposure={"Cards": 0.5})
    assert draggable(scenario, shop) == ()
    with pytest.raises(ValueError, match="whole-catalogue"):
        stops(prepared(scenario, shop, [0, 1]), shop, "balance", measure_scale("balance", scenario, shop, DAY))
