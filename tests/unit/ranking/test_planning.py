"""From a scenario to a plan: calibrated weights, terms, rules, caps, filters, and refusals where the data has nothing to go by."""

from datetime import date

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from recsys_core.errors import InputError, UnsupportedError
from recsys_core.evaluation.beyond_accuracy import intra_list_distance
from recsys_core.ranking.conditions import Clause, Condition
from recsys_core.ranking.plan import Flag
from recsys_core.ranking.planning import calibrating, measure_scale, percentile, prepare, sliders_of
from recsys_core.ranking.scenario import Cap, Filters, Reserve, Rule, Scenario
from tests.unit.ranking.grounds import ground

pytestmark = pytest.mark.unit
DAY = date(2026, 11, 22)
CANDLES = Condition((Clause("category", "is", "Candles"),))


@pytest.fixture(scope="module")
def shop():
    return ground()


def prepared(scenario, shop, users=None):
    scales = {name: measure_scale(name, scenario, shop, DAY) for name in sliders_of(scenario)}
    return prepare(scenario, shop, scales, DAY, users)


def lists(scenario, shop):
    return prepared(scenario, shop).rank().items


def test_nothing_set_gives_the_best_candidates(shop):
    ready = prepared(Scenario(k=7), shop)
    assert_array_equal(ready.rank().items, shop.candidates[:, :7])
    assert_array_equal(ready.plain, shop.candidates[:, :7])


def test_some_shoppers_get_what_they_get_among_all(shop):
    scenario = Scenario(k=5, variety=50, balance=30, discovery=20)
    some = np.array([3, 17])
    assert_array_equal(prepared(scenario, shop, some).rank().items, lists(scenario, shop)[some])


@pytest.mark.parametrize(
    ("slider", "measure"),
    [
        ("variety", lambda shop, shown: intra_list_distance(shown, shop.model_vectors).mean()),
        ("discovery", lambda shop, shown: shop.tail[shown].mean()),
        ("freshness", lambda shop, shown: -shop.age[shown].mean()),
        ("margin", lambda shop, shown: np.nanmean(shop.margin[shown])),
        ("price", lambda shop, shown: np.nanmean(shop.price[shown])),
    ],
)
def test_every_slider_moves_what_it_is_called_after(shop, slider, measure):
    at = [measure(shop, lists(Scenario(k=6, **{slider: position}), shop)) for position in (0, 50, 100)]
    assert at[0] < at[1] < at[2]


def test_a_price_below_zero_shows_what_is_cheaper(shop):
    plain, cheap = (np.nanmean(shop.price[lists(Scenario(k=6, price=price), shop)]) for price in (0, -80))
    assert cheap < plain
    assert sliders_of(Scenario(price=-80)) == ("price down",)


def test_terms_are_named_and_add_up(shop):
    scenario = Scenario(k=6, discovery=40, margin=20, rules=(Rule("boost", CANDLES, "Candles up", amount=0.5, segments=("heavy",)),))
    plan = prepared(scenario, shop).plan
    assert [term.name for term in plan.terms] == ["discovery", "margin", "Candles up"]
    assert_allclose(plan.static, sum(np.broadcast_to(term.values, plan.static.shape) for term in plan.terms), rtol=1e-6)
    assert len(plan.static) == 2


def test_raw_weights_take_the_place_of_positions(shop):
    ready = prepared(Scenario(variety=90, raw={"variety": 0.0, "discovery": 2.0}), shop)
    assert (ready.weights["variety"], ready.weights["discovery"]) == (0.0, 2.0)


def test_a_segment_may_have_its_own_variety(shop):
    scenario = Scenario(k=6, segment_variety={"heavy": 100})
    ready = prepared(scenario, shop)
    assert set(ready.plan.trade_off[::2]) == {0.0}
    assert (ready.plan.trade_off[1::2] > 0).all()
    assert_array_equal(ready.rank().items[::2], ready.plain[::2])


def test_filters_and_excludes_are_never_broken(shop):
    scenario = Scenario(
        k=8,
        variety=60,
        filters=Filters(price_from=3, price_to=9, in_stock=True),
        rules=(Rule("exclude", Condition((Clause("brand", "is", "b1"),))),),
    )
    shown = lists(scenario, shop)
    shown = shown[shown >= 0]
    assert ((shop.price[shown] >= 3) & (shop.price[shown] <= 9)).all()
    assert (shop.table["stock"].to_numpy()[shown] > 0).all()
    assert "b1" not in set(shop.table["brand"].iloc[shown])


def test_a_cap_counts_one_value_or_each(shop):
    one = lists(Scenario(k=8, caps=(Cap("category", 1, "candles"),)), shop)
    each = lists(Scenario(k=8, caps=(Cap("category", 2),)), shop)
    assert (shop.group[one] == 0).sum(axis=1).max() == 1
    assert max(np.bincount(shop.group[row]).max() for row in each) == 2


def test_pins_and_reserved_places_are_kept(shop):
    scenario = Scenario(k=6, rules=(Rule("pin", CANDLES, place=2),), reserved=(Reserve(CANDLES, 3),))
    ready = prepared(scenario, shop)
    listing = ready.rank()
    best = next(int(item) for item in shop.best_sellers if shop.group[item] == 0)
    free = np.asarray(shop.had[:, best].todense()).ravel() == 0
    assert (listing.items[free, 1] == best).all()
    assert (listing.flags[free, 1] & Flag.PINNED).all()
    assert ((shop.group[listing.items] == 0).sum(axis=1) >= 3).all()


def test_exposure_moves_towards_its_target(shop):
    share = lambda shown: (shop.group[shown] == 3).mean()
    scenario = Scenario(k=6, exposure_attribute="category", exposure={"Cards": 0.6}, exposure_strength=2.0)
    assert share(lists(scenario, shop)) > share(lists(Scenario(k=6), shop)) + 0.05


def test_what_was_shown_lately_is_held_back():
    shop = ground()
    first = shop.candidates[:, 0]
    shown = sparse.csr_matrix((np.full(len(first), 0.5, np.float32), (np.arange(len(first)), first)), shape=shop.had.shape)
    again = lists(Scenario(k=5, rotation=1.0), ground(shown=shown))
    assert (again[:, 0] != first).all()
    assert_array_equal(lists(Scenario(k=5), ground(shown=shown)), shop.candidates[:, :5])


def test_scales_hang_on_rules_and_caps_and_not_on_the_other_sliders():
    plain = Scenario(variety=30)
    same = plain.with_(discovery=20, name="x", rules=(Rule("boost", CANDLES),))
    assert calibrating(plain).hash == calibrating(same).hash
    for changed in ({"k": 20}, {"pool": 50}, {"engine": "set-wise"}, {"caps": (Cap("category", 2),)}, {"rules": (Rule("pin", CANDLES),)}):
        assert calibrating(plain.with_(**changed)).hash != calibrating(plain).hash


@pytest.mark.parametrize(
    ("setting", "changes"),
    [
        ({"variety": 10}, {"model_vectors": None, "attribute_vectors": None}),
        ({"variety": 10}, {"model_vectors": None}),
        ({"margin": 10}, {"table": ground().table.drop(columns="cost")}),
        ({"price": 10}, {"table": ground().table.drop(columns="price")}),
        ({"freshness": 10}, {"today": None}),
        ({"filters": Filters(in_stock=True)}, {"table": ground().table.drop(columns="stock")}),
    ],
)
def test_a_setting_that_the_data_has_nothing_for_is_refused_in_one_sentence(setting, changes):
    with pytest.raises(UnsupportedError):
        prepared(Scenario(**setting), ground(**changes))


@pytest.mark.parametrize(
    "setting",
    [
        {"caps": (Cap("colour", 2),)},
        {"caps": (Cap("price", 2),)},
        {"caps": (Cap("category", 2, "Cars"),)},
        {"exposure_attribute": "category", "exposure": {"Cars": 0.5}},
        {"rules": (Rule("boost", Condition((Clause("colour", "is", "red"),))),)},
    ],
)
def test_names_that_are_not_there_are_refused(shop, setting):
    with pytest.raises(InputError):
        prepared(Scenario(**setting), shop)


def test_similarity_may_be_by_attributes_or_both(shop):
    for similarity in ("attributes", "blend"):
        shown = lists(Scenario(k=6, variety=100, similarity=similarity), shop)
        vectors = shop.vectors(similarity)
        assert intra_list_distance(shown, vectors).mean() > intra_list_distance(shop.candidates[:, :6], vectors).mean()
    both = shop.vectors("blend", 0.3)
    expected = 0.7 * shop.model_vectors @ shop.model_vectors.T + 0.3 * shop.attribute_vectors @ shop.attribute_vectors.T
    assert_allclose(both @ both.T, expected, atol=1e-5)


def test_percentiles_are_shares_of_what_is_lower():
    assert_allclose(percentile(np.array([3.0, np.nan, 1.0, 1.0])), [2.5 / 3, 0, 1 / 3, 1 / 3], rtol=1e-6)
