"""What distinguishes a cohort: figures by hand and by another library, what was planted found, and nothing found where nothing is."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.sparse import csr_matrix
from scipy.stats import fisher_exact, ttest_ind
from scipy.stats.contingency import relative_risk as scipy_relative_risk

from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import ingest
from recsys_core.data.request import IngestRequest
from recsys_core.errors import InputError
from recsys_core.evaluation.intervals import holm
from recsys_core.profiles.cohort_name import suggest_name
from recsys_core.profiles.contrast import Contrast, Level, Lift, contrast, contrast_of, standardised, tail
from recsys_core.profiles.drawn import LONGEST_NAME
from recsys_core.profiles.traits import GROUP, PRICE, PRODUCTS, SEGMENT, TERM, Trait, Traits, traits_of


def table(has: np.ndarray, kind: str = GROUP, products: np.ndarray | None = None, **figures: np.ndarray) -> Traits:
    """Traits of made-up shoppers. has: bool [n, T]."""
    traits = tuple(Trait(kind, f"t{place}") for place in range(has.shape[1]))
    counts = {} if products is None else {PRODUCTS: products.astype(float)}
    return Traits("users", traits, csr_matrix(has.astype(np.int8)), np.ones(len(has), bool), counts | figures)


def one(a: int, n: int, b: int, m: int) -> list[np.ndarray]:
    """Counts of one trait in one stratum."""
    return [np.array([[a]]), np.array([n]), np.array([[b]]), np.array([m])]


# --- by hand, and by other libraries


def test_shares_lift_and_interval_by_hand() -> None:
    has = np.zeros((100, 1), bool)
    has[:12], has[20:36] = True, True  # 12 of the first 20, 16 of the other 80
    (lift,) = contrast_of(table(has), np.arange(20)).lifts
    assert (lift.inside, lift.outside) == (0.6, 0.2)
    assert lift.lift == pytest.approx(3.0)
    spread = 1.959964 * np.sqrt(1 / 12 - 1 / 20 + 1 / 16 - 1 / 80)
    assert (lift.low, lift.high) == pytest.approx((3 * np.exp(-spread), 3 * np.exp(spread)), rel=1e-5)
    assert lift.clear


@given(st.integers(1, 40), st.integers(0, 40), st.integers(1, 300), st.integers(0, 300))
def test_the_interval_is_scipys(a: int, rest: int, b: int, others: int) -> None:
    expected = scipy_relative_risk(a, a + rest, b, b + others)
    ends = expected.confidence_interval(0.95)
    _, _, lift, low, high = (float(each[0]) for each in standardised(*one(a, a + rest, b, b + others)))
    assert (lift, low, high) == pytest.approx((expected.relative_risk, ends.low, ends.high), rel=1e-9)


@pytest.mark.parametrize(("a", "b"), [(0, 10), (5, 0)])
def test_a_zero_has_half_a_count(a: int, b: int) -> None:
    inside, outside, lift, low, high = (float(each[0]) for each in standardised(*one(a, 20, b, 80)))
    assert (inside, outside) == (a / 20, b / 80)
    assert lift == pytest.approx(((a + 0.5) / 20.5) / ((b + 0.5) / 80.5))
    assert 0 < low < lift < high < np.inf


@given(st.integers(0, 30), st.integers(1, 30), st.integers(0, 60), st.integers(1, 60))
def test_a_small_p_is_never_smaller_than_fishers_exact_one(a: int, n: int, b: int, m: int) -> None:
    a, b = min(a, n), min(b, m)
    counts = [[a, n - a], [b, m - b]]
    least = min(1.0, 2 * min(fisher_exact(counts, side).pvalue for side in ("greater", "less")))
    found = float(tail(*one(a, n, b, m))[0])
    assert found >= least * (1 - 1e-6) or least > 0.1


def test_p_of_few_in_a_far_tail_is_close_to_the_exact_one() -> None:
    exact = 2 * fisher_exact([[8, 192], [12, 9788]], "greater").pvalue
    assert float(tail(*one(8, 200, 12, 9800))[0]) == pytest.approx(exact, rel=0.5)


def test_strata_by_hand() -> None:
    """Inside 9 of 10 and 20 of 40; outside 30 of 40 and 2 of 10: a quarter of the cohort is like the first others, the rest the second."""
    found = standardised(np.array([[9], [20]]), np.array([10, 40]), np.array([[30], [2]]), np.array([40, 10]))
    inside, outside, lift, low, high = (float(each[0]) for each in found)
    assert inside == pytest.approx(29 / 50)
    assert outside == pytest.approx(0.2 * 0.75 + 0.8 * 0.2)
    assert lift == pytest.approx(inside / outside)
    assert low < lift < high
    nowhere = standardised(np.array([[9], [3]]), np.array([10, 5]), np.array([[30], [0]]), np.array([40, 0]))
    assert float(nowhere[0][0]) == pytest.approx(0.9)  # only of strata that have others


def test_a_level_is_a_ratio_of_geometric_means_with_welchs_interval(rng: np.random.Generator) -> None:
    price = np.exp(rng.normal(1, 0.6, 300))
    price[:60] *= 1.5
    price[3] = np.nan
    inside, outside = np.log(np.delete(price[:60], 3)), np.log(price[60:])
    expected = ttest_ind(inside, outside, equal_var=False)
    ends = expected.confidence_interval(0.95)
    level = contrast_of(table(np.ones((300, 1), bool), price=price), np.arange(60)).level(PRICE)
    assert level is not None
    assert level.ratio == pytest.approx(np.exp(inside.mean() - outside.mean()))
    assert (level.inside, level.outside) == pytest.approx((np.exp(inside.mean()), np.exp(outside.mean())))
    assert (level.low, level.high) == pytest.approx((np.exp(ends.low), np.exp(ends.high)))
    assert level.p == pytest.approx(min(1.0, 2 * expected.pvalue))  # two were looked at
    assert level.clear


def test_holm_by_hand() -> None:
    assert_allclose(holm(np.array([0.01, 0.04, 0.03, 0.5])), [0.04, 0.09, 0.09, 0.5])
    assert len(holm(np.zeros(0))) == 0


# --- what is found, and what is not


def test_what_is_planted_is_found_and_little_else(rng: np.random.Generator) -> None:
    has = rng.random((3000, 200)) < 0.1
    cohort = np.arange(300)
    has[:300, 7] |= rng.random(300) < 0.25
    has[:300, 9] &= rng.random(300) < 0.1
    found = contrast_of(table(has), cohort)
    assert {(lift.name, lift.lift > 1) for lift in found.lifts if lift.clear} == {("t7", True), ("t9", False)}
    assert [lift.name for lift in found.lifts[:2]] == ["t7", "t9"]
    assert (found.size, found.compared, found.others, found.looked) == (300, 300, 2700, 200)
    assert 2 < found.of(GROUP)[0].low < found.of(GROUP)[0].lift < found.of(GROUP)[0].high < 5


def test_of_cohorts_by_chance_at_most_one_in_twenty_shows_anything_clear(rng: np.random.Generator) -> None:
    rates = rng.choice([0.003, 0.02, 0.2, 0.7], 150)
    has = rng.random((1500, 150)) < rates
    products = has.sum(axis=1) + 1
    traits = table(has, products=products, price=np.exp(rng.standard_t(5, 1500)))
    cohorts = [contrast_of(traits, rng.choice(1500, size, replace=False)) for size in (25, 150, 600) for _ in range(60)]
    wrong = [any(each.clear for each in (*found.lifts, *found.levels)) for found in cohorts]
    assert sum(wrong) <= 15  # 9 expected at most; 16 or more has a chance of 2 %


def test_who_buys_more_has_not_more_of_everything(rng: np.random.Generator) -> None:
    """All buy by the same taste; the cohort are those who buy most. Then nothing that was bought distinguishes them, but how much."""
    products = rng.integers(2, 120, 4000)
    chance = 1 - (1 - rng.dirichlet(np.full(40, 2.0)))[None, :] ** products[:, None]
    traits = table(rng.random((4000, 40)) < chance, products=products)
    found = contrast_of(traits, np.flatnonzero((products > 60) & (rng.random(4000) < 0.5)))
    assert not [lift for lift in found.lifts if lift.clear]
    assert found.level(PRODUCTS).clear
    assert all(lift.clear for lift in contrast_of(table(traits.has.toarray()), np.flatnonzero(products > 60)).lifts)  # without strata


def test_a_segment_is_told_as_it_is_however_much_they_buy(rng: np.random.Generator) -> None:
    products = rng.integers(1, 100, 1000)
    heavy = (products > 60)[:, None]
    (lift,) = contrast_of(table(heavy, SEGMENT, products), np.flatnonzero(products > 50)).lifts
    assert lift.clear
    assert lift.outside == 0


def test_one_heavy_shopper_makes_no_lift() -> None:
    has = np.zeros((200, 1), bool)
    has[0] = True  # however often: once is enough
    assert not [lift for lift in contrast_of(table(has), np.arange(5)).lifts if lift.clear]


def test_a_cohort_without_others_like_it_is_compared_with_all() -> None:
    has = np.zeros((100, 1), bool)
    has[:20] = True
    products = np.where(np.arange(100) < 20, 90, 2)
    (lift,) = contrast_of(table(has, products=products), np.arange(20)).lifts
    assert (lift.inside, lift.outside, lift.clear) == (1.0, 0.0, True)


@pytest.mark.parametrize("rows", [np.zeros(0, int), np.arange(100)])
def test_nobody_and_everybody_say_why_there_is_nothing(rows: np.ndarray) -> None:
    found = contrast_of(table(np.ones((100, 2), bool), price=np.ones(100)), rows)
    assert (found.size, found.lifts, found.levels, found.looked) == (len(rows), (), (), 0)
    assert "to compare" in found.reason


def test_the_order_of_rows_and_doubles_change_nothing(rng: np.random.Generator) -> None:
    traits = table(rng.random((300, 20)) < 0.3, products=rng.integers(1, 50, 300), price=np.exp(rng.normal(size=300)))
    rows = np.arange(40)
    assert contrast_of(traits, rows) == contrast_of(traits, np.concatenate([rows[::-1], rows]))
    with pytest.raises(InputError, match="Row 300"):
        contrast_of(traits, np.array([1, 300]))
    with pytest.raises(InputError, match="Row -1"):
        contrast_of(traits, np.array([-1, 3]))


def test_it_is_told_as_json(rng: np.random.Generator) -> None:
    found = contrast_of(table(rng.random((300, 5)) < 0.3, price=np.exp(rng.normal(size=300))), np.arange(40))
    told = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert told["lifts"][0].keys() == Lift.__dataclass_fields__.keys()
    assert told["levels"][0].keys() == Level.__dataclass_fields__.keys()


# --- of a dataset


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """300 shoppers, every third in Germany and mad for tea; mugs, teapots and 茶壶; one shopper who only looks."""
    folder = tmp_path_factory.mktemp("contrast")
    rng = np.random.default_rng(2)
    kinds = ("Blue Mug", "Green Teapot", "红色茶壶", "Paper Lantern", "Oak Spoon", "Wall Clock", "Door Mat", "Toy Car")
    groups = ("Mugs", "Tea", "Tea", "Lights", "Kitchen", "Clocks", "Mats", "Toys")
    items = [(f"p{i:02}", f"{kinds[i % 8]} {i}", groups[i % 8], (1 + 4 * (i % 8 == 1)) * (1 + i % 3 / 10)) for i in range(80)]
    pd.DataFrame(items, columns=["item_id", "title", "category", "price"]).to_csv(folder / "items.csv", index=False)
    rows = []
    for user in range(300):
        weight = np.where(np.isin(np.arange(80) % 8, (1, 2)), 6.0 if user % 3 == 0 else 1.0, 1.0)
        for item in rng.choice(80, rng.integers(2, 6), replace=False, p=weight / weight.sum()):
            rows.append((f"u{user:03}", f"p{item:02}", "purchase", items[item][3], "Germany" if user % 3 == 0 else "France"))
    rows.append(("u999", "p01", "view", 5.0, "France"))
    pd.DataFrame(rows, columns=["user_id", "item_id", "event", "price", "country"]).to_csv(folder / "log.csv", index=False)
    request = IngestRequest(log=str(folder / "log.csv"), items=str(folder / "items.csv"), positive=("purchase",), min_user_items=1)
    return Dataset.open(folder / "datasets" / ingest(request, folder / "datasets", lambda fraction, message: None).dataset)


def tea_drinkers(dataset: Dataset) -> np.ndarray:
    return np.array([row for row, id in enumerate(dataset.user_ids) if int(id[1:]) % 3 == 0])


def test_shoppers_of_a_dataset(dataset: Dataset) -> None:
    rows = tea_drinkers(dataset)
    found = contrast(dataset, "users", rows)
    assert (found.size, found.compared, found.others) == (101, 100, 200)  # who only looked at things is not compared
    tea = {lift.name: lift for lift in found.of("group")}["Tea"]
    assert tea.clear
    assert {lift.name for lift in found.of(TERM) if lift.clear} >= {"teapot", "茶壶"}
    assert found.of("attribute")[0].name == "country: Germany"
    product = found.of("product")[0]
    assert dataset.items["title"].iloc[product.item] == product.name
    price = found.level(PRICE)
    assert price.clear
    assert price.ratio > 1.2
    name = suggest_name(found)
    assert "tea" in name.lower()
    assert name != suggest_name(found, [name.upper()])


def test_products_of_a_dataset(dataset: Dataset) -> None:
    rows = np.flatnonzero(dataset.items["title"].str.contains("Teapot").to_numpy())
    found = contrast(dataset, "items", rows)
    assert (found.size, found.others) == (10, 70)
    assert found.of("group")[0].name == "Tea"
    assert found.of(TERM)[0].name == "teapot"
    assert found.of(TERM)[0].outside == 0
    assert found.level(PRICE).ratio == pytest.approx(5.0, rel=0.1)
    assert found.level("buyers") is not None
    assert "tea" in suggest_name(found).lower()


def test_another_what_is_refused(dataset: Dataset) -> None:
    with pytest.raises(InputError, match="option what is 'orders'"):
        traits_of(dataset, "orders")


def test_a_shop_that_knows_nothing_of_its_products_is_told_by_what_is_there(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = [(f"u{user:02}", f"p{item}") for user in range(60) for item in (user % 2) * 6 + rng.choice(6, 4, replace=False)]
    pd.DataFrame(rows, columns=["user_id", "item_id"]).to_csv(tmp_path / "log.csv", index=False)
    made = ingest(IngestRequest(log=str(tmp_path / "log.csv"), min_user_items=1), tmp_path / "datasets", lambda fraction, message: None)
    found = contrast(Dataset.open(tmp_path / "datasets" / made.dataset), "users", np.arange(0, 60, 2))
    assert {lift.kind for lift in found.lifts} == {"product"}
    assert [level.name for level in found.levels] == []  # four products each, no prices
    assert suggest_name(found).startswith("Buyers of p")


# --- names


def lifted(*lifts: tuple[str, str, float], what: str = "users", levels: tuple[Level, ...] = ()) -> Contrast:
    told = tuple(Lift(kind, name, None, share, share / 3, 3.0, 2.0, 4.0, 0.001, True) for kind, name, share in lifts)
    return Contrast(what, 50, 50, 500, 100, told, levels)


def test_a_name_says_what_is_clear_alone() -> None:
    keen, cheap = Level(PRODUCTS, 20, 10, 2.0, 1.8, 2.2, 0.001, True), Level(PRICE, 1, 2, 0.5, 0.4, 0.6, 0.001, True)
    candles, mugs = ("group", "Candles", 0.5), ("group", "Mugs", 0.4)
    assert suggest_name(lifted(candles, mugs)) == "Buyers of candles & mugs"
    assert suggest_name(lifted(candles, levels=(keen, cheap))) == "Keen bargain buyers of candles"
    assert suggest_name(lifted(candles, levels=(replace(keen, clear=False),))) == "Buyers of candles"
    assert suggest_name(lifted(("group", "Mugs & cups", 0.5), candles)) == "Buyers of mugs & cups"
    assert suggest_name(lifted(("term", "owl", 0.5))) == "Buyers of “owl”"
    assert suggest_name(lifted(candles, ("attribute", "country: Spain", 0.8))) == "Buyers of candles, country: Spain"
    assert suggest_name(lifted()) == "Shoppers like the others"
    assert suggest_name(lifted(what="items")) == "Products like the others"
    assert suggest_name(lifted(candles, what="items", levels=(cheap,))) == "Bargain candles"


@given(st.lists(st.tuples(st.sampled_from(["group", "term", "product"]), st.text(min_size=1, max_size=70), st.floats(0.1, 1)), max_size=4))
def test_a_name_fits_and_is_free(lifts: list[tuple[str, str, float]]) -> None:
    taken: list[str] = []
    for what in ("users", "items"):
        for _ in range(3):
            name = suggest_name(lifted(*lifts, what=what), taken)
            assert 0 < len(name) <= LONGEST_NAME
            assert name.casefold() not in {each.casefold() for each in taken}
            taken.append(name)


def test_it_is_light() -> None:
    code = (
        "import sys, recsys_core.profiles.contrast, recsys_core.profiles.cohort_name, recsys_core.profiles.drawn; "
        "sys.exit(bool({'sklearn', 'torch', 'umap', 'numba'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
