"""Expected times: sane before anything was trained, and then what the workspace has seen."""

from __future__ import annotations

import time

import pytest

from recsys_core.jobs.estimates import COSTS, Facts, PastRun, basket_seconds, expected_seconds
from recsys_core.models.registry import model_specs

SMALL, LARGE = Facts(1_000, 1_500, 50_000), Facts(20_000, 8_000, 1_000_000)


@pytest.mark.parametrize("model", [spec.id for spec in model_specs()])
def test_every_model_has_an_expected_time_that_grows_with_the_log(model: str) -> None:
    small, large = (expected_seconds(model, facts, {}) for facts in (SMALL, LARGE))
    assert small is not None
    assert large is not None
    assert 0 < small[0] < small[1]
    assert large[0] > small[0]


def test_a_run_of_the_same_size_says_what_the_next_one_takes() -> None:
    low, high = expected_seconds("ease", LARGE, {}, [PastRun(LARGE, {}, 300.0)]) or (0, 0)
    assert low < 300 < high
    assert high / low < 2.5


def test_a_run_on_a_small_log_is_scaled_to_a_large_one() -> None:
    first = expected_seconds("mult-vae", SMALL, {"epochs": 100}) or (0, 0)
    took = 3 * sum(first) / 2  # a slow machine
    plain, scaled = (
        expected_seconds("mult-vae", LARGE, {"epochs": 100}, past) or (0, 0) for past in ([], [PastRun(SMALL, {"epochs": 100}, took)])
    )
    assert scaled[0] > plain[0]


def test_settings_count() -> None:
    few, many = (expected_seconds("mult-vae", LARGE, {"epochs": epochs}) or (0, 0) for epochs in ("10", 200))
    assert many[0] > 5 * few[0]
    grid, one = (expected_seconds("ease", LARGE, settings) or (0, 0) for settings in ({}, {"l2": 5, "dropout": 0.5}))
    assert grid[0] > 3 * one[0]


ML_100K, SHOP, ML_1M = Facts(943, 1_682, 100_000), Facts(4_300, 3_600, 390_000), Facts(6_038, 3_533, 575_000)


@pytest.mark.parametrize(
    ("model", "facts", "seconds"),
    [
        ("cfgan", ML_100K, 139),
        ("cfgan", ML_100K, 109),
        ("vae-linear", ML_100K, 17),
        ("vae-linear", SHOP, 92),
        ("vae-linear", ML_1M, 114),
        ("blend", ML_100K, 35),
        ("blend", SHOP, 129),
        ("blend", ML_1M, 150),
        ("content", SHOP, 3.3),
    ],
)
def test_what_the_benchmarks_took_is_in_the_expected_range(model: str, facts: Facts, seconds: float) -> None:
    """Processor seconds of docs/benchmarks.md, choosing and the refit included."""
    low, high = expected_seconds(model, facts, {}) or (0, 0)
    assert low < seconds < high


def test_a_catalogue_is_read_as_fast_whatever_was_bought() -> None:
    few, many = (expected_seconds("content", Facts(4_300, 3_600, pairs), {}) for pairs in (40_000, 4_000_000))
    assert few == many


def test_factors_are_a_matter_of_seconds_on_a_small_shop() -> None:
    low, high = expected_seconds("pure-svd", Facts(4_000, 3_000, 390_000), {}) or (0, 0)  # measured: 1.3 s at rank 400
    assert 1 < low < high < 200


def test_networks_that_set_their_own_width_are_narrow_on_large_catalogues() -> None:
    wide, own = (expected_seconds("mult-vae", Facts(5_000, 200_000, 1_000_000), given) or (0, 0) for given in ({"hidden": 600}, {}))
    assert own[1] < wide[1] / 2


def test_a_model_nobody_measured_has_no_expected_time() -> None:
    assert expected_seconds("sasrec", SMALL, {}) is None


def test_it_costs_next_to_nothing() -> None:
    began = time.process_time()
    for model in COSTS.keys() & {spec.id for spec in model_specs()}:
        expected_seconds(model, LARGE, {}, [PastRun(SMALL, {}, 2.0)] * 20)
    assert time.process_time() - began < 0.1


def test_learning_baskets_takes_longer_on_a_larger_log_and_what_it_took_here() -> None:
    small, large = basket_seconds(SMALL), basket_seconds(LARGE)
    assert 0 < small[0] < small[1]
    assert large[0] > small[1]
    low, high = basket_seconds(LARGE, [(SMALL, 3 * sum(small) / 2)])  # a slow machine
    assert low > large[0]
    assert low < high < 2.5 * low


@pytest.mark.parametrize(("facts", "seconds"), [(Facts(4_074, 3_145, 389_107), 26), (Facts(2_467, 92_334, 1_462_000), 461)])
def test_the_constants_of_baskets_are_of_real_logs(facts: Facts, seconds: float) -> None:
    low, high = basket_seconds(facts)
    assert low < seconds < high
