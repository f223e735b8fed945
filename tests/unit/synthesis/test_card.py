"""A whole card: what it holds, how it is kept, and that neither names nor the order of rows matter."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys_core.errors import CorruptArtifactError, InputError, NotFoundError, TooSmallError
from recsys_core.storage.json_text import to_text
from recsys_core.synthesis.scorecard.card import GROUPS, Scorecard
from recsys_core.synthesis.scorecard.lines import LINES
from recsys_core.synthesis.scorecard.score import score
from recsys_core.synthesis.scorecard.store import open_scorecard, write_scorecard
from tests.unit.synthesis.planted import column_wise_shuffle, copied, log, renamed, shop, split

ROOT = Path(__file__).parents[3]


@cache
def card(kind: str) -> Scorecard:
    real, holdout = split(shop())
    made = {"copy": copied, "shuffle": column_wise_shuffle, "fresh": lambda real: copied(split(shop(seed=6))[0])}[kind](real)
    return score(real, made, holdout)


def told(card: Scorecard) -> str:
    return to_text(card.to_json())


def test_a_verbatim_copy_is_a_privacy_fail_and_real_in_all_else() -> None:
    assert {verdict.group: verdict.status for verdict in card("copy").verdicts} == {
        "fidelity": "pass",
        "structure": "pass",
        "utility": "pass",
        "privacy": "fail",
    }
    assert card("copy").export_blocked
    assert "Export is blocked" in card("copy").verdict("privacy").words


def test_shuffled_columns_are_a_structure_fail_and_no_privacy_fail() -> None:
    assert [card("shuffle").verdict(group).status for group in ("structure", "utility")] == ["fail", "fail"]
    assert card("shuffle").line("F3_mean_likeness").status == "pass"  # which is why single columns say nothing
    assert card("shuffle").fuse_blocked
    assert not card("shuffle").export_blocked


def test_other_shoppers_of_the_same_make_pass_structure_and_privacy() -> None:
    assert [card("fresh").verdict(group).status for group in ("structure", "utility", "privacy")] == ["pass"] * 3
    assert not card("fresh").collapsed


def test_every_line_is_there_with_a_meaning_and_either_a_value_or_a_reason() -> None:
    lines = card("copy").lines
    assert [line.id for line in lines] == [spec.id for spec in LINES]
    assert all(line.meaning.endswith(".") and line.title for line in lines)
    assert all(bool(line.reason) == (line.value is None) == (line.status == "unavailable") for line in lines)
    assert all(line.reading for line in lines if line.value is not None)
    assert [verdict.group for verdict in card("copy").verdicts] == list(GROUPS)


def test_names_and_the_order_of_rows_do_not_matter_to_the_last_digit() -> None:
    real, holdout = split(shop())
    made = copied(split(shop(seed=6))[0])
    items = shop().drop_duplicates("item_id")[["item_id", "category"]]
    plain = score(real, made, holdout, items)
    other = score(*(renamed(frame) for frame in (real, made, holdout)), _renamed_items(items))
    assert told(other) == told(plain)


def _renamed_items(items: pd.DataFrame) -> pd.DataFrame:
    return renamed(items.assign(user_id="x")).drop(columns="user_id")


def test_a_seed_reproduces_a_card() -> None:
    real, holdout = split(shop(80))
    made = copied(shop(80, seed=6))
    assert told(score(real, made, holdout, seed=5)) == told(score(real, made, holdout, seed=5))
    assert told(score(real, made, holdout, seed=5)) != told(score(real, made, holdout, seed=6))


def test_a_card_goes_to_json_and_back() -> None:
    assert Scorecard.from_json(json.loads(told(card("fresh")))) == Scorecard.from_json(card("fresh").to_json())
    assert told(Scorecard.from_json(json.loads(told(card("fresh"))))) == told(card("fresh"))


def test_a_card_is_kept_whole(tmp_path: Path) -> None:
    write_scorecard(tmp_path / "card", card("copy"), {"real": "real.parquet"})
    write_scorecard(tmp_path / "card", card("fresh"), {"real": "real.parquet"})  # takes the place of the older one
    assert told(open_scorecard(tmp_path / "card")) == told(card("fresh"))
    assert json.loads((tmp_path / "card" / "manifest.json").read_text())["inputs"] == {"real": "real.parquet"}
    with pytest.raises(NotFoundError):
        open_scorecard(tmp_path / "none")
    (tmp_path / "card" / "scorecard.json").write_text("{}")
    with pytest.raises(CorruptArtifactError):
        open_scorecard(tmp_path / "card")


def test_reading_a_card_loads_nothing_heavy() -> None:
    code = "import recsys_core.synthesis.scorecard.store, sys; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert not {"sklearn", "torch", "pandas", "scipy", "numba", "duckdb"} & set(loaded)


def test_a_smaller_synthetic_log_does_not_look_less_popular() -> None:
    whole = shop()
    part = copied(whole[whole["user_id"].isin(sorted(whole["user_id"].unique())[::3])])
    curves = score(whole, part).plots["popularity"]
    middle = len(part) / whole["item_id"].nunique()  # events a product in as many rows
    real, made = (np.interp(middle, curves[side]["x"], curves[side]["y"]) for side in ("real", "synthetic"))
    assert real == pytest.approx(made, abs=0.15)
    assert 0.2 < real < 0.8


def test_the_plots_are_bounded_and_hold_both_logs() -> None:
    plots = card("fresh").plots
    assert set(plots) == {
        "activity", "popularity", "lorenz_items", "lorenz_users", "user_map", "nearest", "hour_weekday", "gaps", "baskets",
        "categories", "tstr",
    }  # fmt: skip
    assert len(told(card("fresh"))) < 200_000
    assert [bar["name"] for bar in plots["tstr"]] == ["best sellers", "synthetic", "real", "real and synthetic"]
    assert all(bar["low"] <= bar["value"] <= bar["high"] for bar in plots["tstr"])
    assert plots["lorenz_users"]["real"]["y"][0] == 0
    assert plots["lorenz_users"]["real"]["y"][-1] == 1
    assert plots["activity"]["real"]["y"][0] == 1
    for name in ("real", "synthetic"):
        assert np.sum(plots["hour_weekday"][name]) == pytest.approx(1, abs=1e-3)
        assert np.sum(plots["baskets"][name]) == pytest.approx(1, abs=1e-3)
        assert np.sum(plots["nearest"][name]) == pytest.approx(1, abs=1e-3)
        assert np.shape(plots["categories"][name]) == (12, 12)
    assert np.sum(plots["hour_weekday"]["difference"]) == pytest.approx(0, abs=1e-3)


def test_several_kinds_have_a_funnel_to_draw() -> None:
    real = shop(40)
    real["event"] = np.where(np.arange(len(real)) % 3 == 0, "purchase", "view")
    plot = score(real, copied(real)).plots["funnel"]
    assert plot["kinds"] == ["view", "purchase"]
    assert plot["real"] == plot["synthetic"]
    assert plot["steps"] == [["view", "purchase"]]


def test_ids_alone_are_enough_for_a_card() -> None:
    real = shop(60)[["user_id", "item_id"]]
    found = score(real, copied(real))
    reasons = {line.id: line.reason for line in found.lines if line.reason}
    assert {line.id for line in found.lines if line.value is not None} >= {
        "F4_item_ks",
        "F5_user_ks",
        "F9_item_cooccurrence",
        "F10_c2st_auc",
        "P3_users_too_close",
    }
    assert "no times" in reasons["F6_gap_ks"]
    assert "--holdout" in reasons["P1_membership_auc"]
    assert "--items" in reasons["F8_category_cooccurrence"]
    assert found.verdict("utility").status == "unavailable"
    assert "for want of a holdout" in found.verdict("privacy").words


def test_shoppers_it_never_saw_are_found_in_the_holdout() -> None:
    every = shop(200)
    seen = every["user_id"].map(lambda id: int(id[1:]) < 150)
    found = score(every[seen], copied(every[seen]), every[~seen])
    assert found.line("P2_user_membership_auc").value == 1.0
    assert "new to a shopper" in found.line("U1_tstr").reason


def test_a_cap_is_said_in_words() -> None:
    real, holdout = split(shop(60))
    found = score(real, copied(real), holdout, most_items=30)
    assert "30 most popular of 60 products" in found.notes[0]


def test_what_cannot_be_scored_is_refused_in_one_sentence() -> None:
    real = shop(40)
    few = log([(f"s{user}", "p1") for user in range(19)])
    with pytest.raises(TooSmallError, match="The synthetic log has 19 shoppers; a scorecard needs at least 20"):
        score(real, few)
    with pytest.raises(TooSmallError, match="The real log has 19"):
        score(few, real)
    with pytest.raises(InputError, match=r"No product of the synthetic log is in the real one \(for example 'q"):
        score(real, real.assign(item_id=real["item_id"].str.replace("p", "q")))
