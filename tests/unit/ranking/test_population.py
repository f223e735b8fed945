"""What a scenario does to everybody, against plain loops."""

from datetime import date

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse

from recsys_core.evaluation.beyond_accuracy import intra_list_distance
from recsys_core.ranking.planning import measure_scale, prepare, sliders_of
from recsys_core.ranking.population import Held, exposure, moved_groups, population, reference_pool
from recsys_core.ranking.scenario import Filters, Scenario
from tests.unit.ranking.grounds import CATEGORIES, ground

pytestmark = pytest.mark.unit
DAY = date(2026, 11, 22)


def after(scenario, shop):
    scales = {name: measure_scale(name, scenario, shop, DAY) for name in sliders_of(scenario)}
    return prepare(scenario, shop, scales, DAY).rank().items


@pytest.fixture(scope="module")
def shop():
    return ground()


@pytest.fixture(scope="module")
def held(shop):
    rng = np.random.default_rng(5)
    targets = (rng.random(shop.had.shape) < 0.05) & (shop.had.toarray() == 0)
    targets[:3] = False
    return Held(sparse.csr_matrix(targets.astype(np.float32)))


@pytest.fixture(scope="module")
def found(shop, held):
    plain = shop.candidates[:, :6]
    return population(shop, plain, after(Scenario(k=6, variety=70, discovery=40), shop), pool=reference_pool(shop, 100), held=held)


def test_nothing_changed_changes_nothing(shop, held):
    plain = shop.candidates[:, :6]
    same = population(shop, plain, plain, pool=reference_pool(shop, 100), held=held)
    for name in same.names:
        change = same.change(name)
        assert change.difference == 0 or np.isnan(change.difference), name
    assert same.change("relevance_kept").after == 1
    assert same.change("overlap").after == 1


def test_figures_are_those_of_plain_loops(shop, held, found):
    lists = found.after
    assert_allclose(found.by_user["ild"][1], intra_list_distance(lists, shop.model_vectors))
    assert_allclose(found.by_user["groups"][1], [len(set(shop.group[row])) for row in lists])
    assert_allclose(found.by_user["tail"][1], [shop.tail[row].mean() for row in lists])
    assert_allclose(found.by_user["price"][1], [np.nanmean(shop.price[row]) for row in lists])
    assert_allclose(
        found.by_user["churn"][1], [1 - len(set(a) & set(b)) / len(set(a) | set(b)) for a, b in zip(lists, found.before, strict=True)]
    )
    assert found.whole["coverage"][1] == len(set(lists.ravel())) / shop.n_items
    assert found.whole["never_shown"][1] == shop.n_items - len(set(lists.ravel()))
    counts = np.sort(np.bincount(lists.ravel(), minlength=shop.n_items))
    assert found.whole["top_share"][1] == counts[-1] / counts.sum()
    revenue = [sum(np.nan_to_num(shop.price[i]) for i in row if held.targets[u, i]) for u, row in enumerate(lists)]
    tested = np.diff(held.targets.indptr) > 0
    assert not tested[:3].any()
    assert_allclose(found.by_user["revenue"][1], np.where(tested, revenue, np.nan))
    assert (np.isnan(found.by_user["ndcg"][1]) == ~tested).all()


def test_variety_costs_relevance_and_buys_distance(found):
    assert found.change("relevance_kept").after < 1
    assert found.change("relevance_kept").high < 0
    assert found.change("ild").low > 0
    assert found.change("ild").is_clear
    assert found.change("tail").difference > 0
    assert np.isnan(found.change("coverage").low)


def test_a_segment_has_figures_of_its_own(shop, found):
    heavy = shop.segment == 1
    change = found.change("ild", heavy)
    assert change.after == pytest.approx(found.by_user["ild"][1][heavy].mean())


def test_what_a_filter_takes_away_costs_relevance(shop):
    lists = after(Scenario(k=6, filters=Filters(price_to=6)), shop)
    kept = population(shop, shop.candidates[:, :6], lists, pool=reference_pool(shop, 100)).change("relevance_kept")
    assert kept.after < 0.99


def test_some_shoppers_have_the_figures_they_have_among_all(shop, held, found):
    some = np.array([5, 8, 20])
    part = population(shop, found.before[some], found.after[some], pool=reference_pool(shop, 100, some), held=held, users=some)
    for name, (_, values) in part.by_user.items():
        assert_allclose(values, found.by_user[name][1][some], err_msg=name)


def test_what_the_data_cannot_tell_is_left_out():
    bare = ground(model_vectors=None, attribute_vectors=None, today=None, groups=(), table=ground().table[["item_id", "title"]])
    plain = bare.candidates[:, :6]
    assert set(population(bare, plain, plain, pool=reference_pool(bare, 100)).by_user) == {
        "relevance_kept",
        "novelty",
        "tail",
        "churn",
        "overlap",
    }


def test_exposure_counts_the_first_places_more():
    shares = exposure(np.array([[0, 1], [0, 2]]), 4)
    assert shares.sum() == pytest.approx(1)
    assert shares.tolist() == pytest.approx([2 / (2 + 2 / np.log2(3)), *[(1 / np.log2(3)) / (2 + 2 / np.log2(3))] * 2, 0])


def test_winners_and_losers_by_group(shop, found):
    rows = moved_groups(found, shop.group, CATEGORIES)
    assert [row.label for row in rows] == sorted(CATEGORIES, key=lambda label: next(r.before - r.after for r in rows if r.label == label))
    assert sum(row.after for row in rows) == pytest.approx(1)
    assert all(row.low <= row.after - row.before <= row.high for row in rows)
    assert [row.items for row in rows] == [15] * 4
