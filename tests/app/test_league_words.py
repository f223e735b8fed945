"""The verdict and the title never claim more than the paired test does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pages.ui import league
from pages.ui.verdict import times, verdict
from recsys_core.evaluation.compare import Difference
from recsys_core.models.registry import model_spec, model_specs
from recsys_core.storage.records import RunRecord

NAMES = {name: name.upper() for name in "abcdefgh"}


def run(id: str, hit: float, protocol: str = "random", *, model: str = "", shown: float = 0.4, valid: float = 0.1, seed: int = 0):
    metrics = {
        "test": {"hit_rate@10": {"value": hit, "low": hit, "high": hit}, "coverage@10": {"value": shown, "low": None, "high": None}},
        "validation": {"ndcg@100": {"value": valid}},
    }
    return RunRecord(id, "d", model or f"model-{id}", protocol, seed, datetime(2026, 1, 1, tzinfo=UTC), "trained", metrics=metrics)


def difference(value: float, p_value: float, second: str = "b") -> Difference:
    return Difference("a", second, 100, value, value - 0.01, value + 0.01, p_value)


def said(runs: list[RunRecord], differences: list[Difference]) -> str:
    table = league.rows(runs)
    return verdict(table, NAMES, league.level_with_first(table, differences)).text


def test_a_runner_up_that_was_not_compared_is_never_called_clearly_worse():
    assert "no clear difference from B" in said([run("a", 0.5), run("b", 0.4)], [])


def test_letters_are_shown_only_where_they_say_more_than_one_group():
    table = league.rows([run("a", 0.5), run("b", 0.45), run("c", 0.4)])

    def pair(first: str, second: str, p_value: float) -> Difference:
        return Difference(first, second, 100, -0.05, -0.06, -0.04, p_value)

    apart = [pair("a", "b", 0.001), pair("a", "c", 0.001), pair("b", "c", 0.001)]
    assert league.shared_letters(table, apart) == {}
    assert league.shared_letters(table, []) == {}
    assert league.shared_letters(table, [*apart[:2], pair("b", "c", 0.5)]) == {"a": "a", "b": "b", "c": "b"}
    [first, second, third] = league.standings(table, NAMES, None, [], {"a": "a", "b": "b", "c": "b"})
    assert (first.letters, second.letters, third.letters) == ("a", "b", "b")


def test_a_clear_lead_is_told_with_the_measured_difference():
    runs = [run("a", 0.2551), run("b", 0.2449)]
    clear = [difference(-0.0102, 0.001)]
    assert "26 of 100 shoppers find a held-out purchase in their top 10 with A. That is clearly more than B, at 24 of 100." in said(
        runs, clear
    )
    assert league.finding(league.rows(runs), NAMES, []) == "A leads by 2 of 100 shoppers"
    assert "leads" not in league.finding(league.rows(runs), NAMES, league.rows(runs)[1:])


def test_a_clear_lead_of_less_than_a_shopper_is_told_with_a_decimal():
    assert "24.4 of 100" in said([run("a", 0.244), run("b", 0.238)], [difference(-0.006, 0.001)])


@pytest.mark.parametrize(
    ("protocol", "words"), [("random", "a held-out purchase"), ("users", "a held-out"), ("last", "a later purchase"), ("time", "a later")]
)
def test_only_splits_by_time_speak_of_later_purchases(protocol, words):
    assert words in said([run("a", 0.5, protocol)], [])


def test_a_baseline_that_wins_is_called_one():
    assert "with A, a baseline: no other model does better" in said([run("a", 0.5, model="popularity"), run("b", 0.4)], [])


def test_many_level_models_are_counted_after_three_names():
    runs = [run(name, 0.5 - i / 100) for i, name in enumerate("abcdef")]
    assert "no clear difference from B, C, D and 2 others" in said(runs, [])


def test_models_are_called_by_their_short_names():
    table = league.rows([run(name, 0.5 - i / 100, valid=i) for i, name in enumerate("abcd")])
    titles = ("vae-linear", "blend", "edlae", "mult-vae")
    names = {id_: model_spec(model).title for id_, model in zip("abcd", titles, strict=True)}
    told = verdict(table, names, league.level_with_first(table, []))
    assert told.first == (
        "50 of 100 shoppers find a held-out purchase in their top 10 with VAE-linear."
        " There is no clear difference from Blend, EDLAE and Mult-VAE."
    )
    assert told.more == "On the validation purchases, by which Aisle chooses, Mult-VAE is ahead."


def test_every_model_has_a_name_that_fits_into_a_sentence():
    assert all(len(league.short(spec.title, "")[0]) <= 14 for spec in model_specs())


def test_more_variety_is_told_where_the_model_is_any_good():
    clear = [difference(-0.1, 0.001)]
    assert "B shows twice as many different products." in said([run("a", 0.5), run("b", 0.4, shown=0.8)], clear)
    assert "different products" not in said([run("a", 0.5), run("b", 0.1, shown=0.8)], clear)
    assert "different products" not in said([run("a", 0.5), run("b", 0.4, shown=0.44)], clear)
    assert "Of these, B shows twice as many different products as A." in said([run("a", 0.5), run("b", 0.49, shown=0.8)], [])


def test_a_third_model_with_more_variety_is_told_with_its_accuracy():
    runs = [run("a", 0.5), run("b", 0.49), run("c", 0.4, shown=0.6)]
    assert "C finds 40 and shows 1.5 times as many different products." in said(runs, [difference(-0.1, 0.001, "c")])


def test_what_validation_would_have_chosen_is_said_where_the_test_ranks_another_first():
    assert "On the validation purchases, by which Aisle chooses, B is ahead." in said([run("a", 0.5), run("b", 0.49, valid=0.2)], [])
    assert "validation" not in said([run("a", 0.5, valid=0.2), run("b", 0.49)], [])


@pytest.mark.parametrize(
    ("ratio", "words"), [(1.96, "twice"), (2.3, "2.3 times"), (1.4, "1.4 times"), (3.1, "three times"), (9.0, "9.0 times")]
)
def test_ratios_in_words(ratio, words):
    assert times(ratio) == words


def test_a_model_has_one_row_and_validation_chooses_it():
    [row] = league.rows([run("a", 0.6, model="ease", valid=0.1), run("b", 0.5, model="ease", valid=0.2)])
    assert (row.best.id, [r.id for r in row.earlier]) == ("b", ["a"])
    assert league.earlier([row], NAMES) == "Also trained: A (60.0)."


def test_runs_of_different_splits_are_never_in_one_league():
    runs = [run("a", 0.5, "users"), run("b", 0.4), run("c", 0.3), run("d", 0.9, seed=1)]
    assert league.splits(runs) == [("random", 0), ("users", 0), ("random", 1)]
    assert [r.id for r in league.tested_on(runs, ("random", 0))] == ["b", "c"]


def test_the_default_is_what_validation_says_is_best_not_the_test():
    assert league.recommended([run("a", 0.6, valid=0.1), run("b", 0.5, valid=0.2), run("c", 0.9, "users", valid=0.9)]).id == "b"
    untested = RunRecord("n", "d", "ease", "all", 0, datetime(2026, 1, 1, tzinfo=UTC), "trained")
    assert league.recommended([untested]).id == "n"
    assert league.recommended([]) is None


def test_a_model_stands_out_by_any_of_its_runs():
    table = [league.Row(run("a", 0.5), (run("old", 0.4, model="model-a"),)), league.Row(run("b", 0.45))]
    assert [each.chosen for each in league.standings(table, NAMES, "old", [], {})] == [True, False]
    assert [each.chosen for each in league.standings(table, NAMES, "b", [], {})] == [False, True]
