"""Synthetic shoppers: without a set, with one, and what each of the four steps shows of it."""

from __future__ import annotations

import json
import shutil

import pytest

from pages.ui import words
from pages.ui import words_synthetic as say
from pages.ui.synthetic import blind, lines, story
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.scorecard.card import GROUPS
from recsys_core.synthesis.store import SCORECARD, open_set
from tests.app.conftest import hook, problems, text_of


def button(app, label):
    return next(b for b in app.button if b.label == label)


def test_without_a_set_the_page_teaches_and_offers_the_form(open_page, loaded):
    app = open_page("synthetic", dataset=loaded.dataset, run=loaded.ease)
    assert problems(app) == []
    assert all(line in text_of(app) for line in say.STEP_LINES.values())
    assert button(app, say.START).disabled is False
    assert app.number_input(key="synthetic_users").value == 80


def test_the_form_asks_for_what_was_chosen(open_page, own_shop, idle_queue):
    app = open_page("synthetic", dataset=own_shop.dataset, run=own_shop.ease)
    app.number_input(key="synthetic_users").set_value(30)
    app.number_input(key="synthetic_activity_to").set_value(8)
    app.number_input(key="synthetic_price_from").set_value(1.5)
    app.selectbox(key="synthetic_category").select_index(1)
    app.slider(key="synthetic_temperature").set_value(1.2)
    app.number_input(key="synthetic_seed").set_value(5).run()
    button(app, say.START).click().run()
    [job] = Workspace.open().registry.jobs(states=("queued",))
    asked = {key: job.spec[key] for key in ("run", "users", "activity", "temperature", "tail", "seed")}
    assert job.kind == "synthesize"
    assert asked == {"run": own_shop.ease, "users": 30, "activity": [1, 8], "temperature": 1.2, "tail": 0.0, "seed": 5}
    assert job.spec["price"][0] == 1.5
    assert job.spec["category"] in ("Mugs", "Lights", "Bags")
    assert hook(app, "job")["state"] == "queued"


def test_a_wish_that_cannot_be_is_said_beside_the_form(open_page, own_shop, idle_queue):
    app = open_page("synthetic", dataset=own_shop.dataset, run=own_shop.ease)
    app.number_input(key="synthetic_price_from").set_value(5000.0).run()
    button(app, say.START).click().run()
    assert len(problems(app)) == 1
    assert Workspace.open().registry.jobs(states=("queued",)) == []


def test_a_finished_job_brings_its_set_to_the_screen(open_page, own_shop, workers_here):
    app = open_page("synthetic", dataset=own_shop.dataset, run=own_shop.ease)
    app.number_input(key="synthetic_users").set_value(25).run()
    button(app, say.START).click().run()
    app.run()
    assert problems(app) == []
    shown = hook(app, "synthetic")
    assert (shown["users"], shown["made"], shown["run"]) == ("25", "generated", own_shop.ease)
    assert app.query_params["set"] == shown["set"]


def test_the_verdicts_are_those_of_the_scorecard(open_page, with_set):
    shop, made = with_set
    app = open_page("synthetic", dataset=shop.dataset, run=shop.ease)
    card = open_set(Workspace.open(), made).scorecard
    shown = hook(app, "synthetic")
    assert problems(app) == []
    assert {group: shown[group] for group in GROUPS} == {group: card.verdict(group).status for group in GROUPS}
    assert hook(app, "step")["step"] == "compare"
    for group in GROUPS:
        worst = card.verdict(group).worst
        if worst:
            assert f"**{lines.value(card.line(worst))}**" in text_of(app)
    assert story.answer(card) in text_of(app).replace("\\", "")


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_has_its_lines_and_pictures(open_page, with_set, group):
    shop, made = with_set
    card = open_set(Workspace.open(), made).scorecard
    app = open_page("synthetic", dataset=shop.dataset, run=shop.ease)
    label = f":material/{say.STATUS_ICONS[card.verdict(group).status]}: {say.GROUPS[group]}"
    app.session_state["synthetic_group"] = label
    app.run()
    assert problems(app) == []
    shown = hook(app, "group")
    assert shown["name"] == group
    measured = [line for line in card.lines if line.group == group and line.status != "unavailable"]
    assert len(app.table[0].value) == len(measured)
    assert len(app.get("plotly_chart")) >= 1


def test_an_address_with_a_set_alone_finds_its_run(open_page, with_set):
    shop, made = with_set
    shown = hook(open_page("synthetic", set=made, step="generate"), "synthetic")
    assert (shown["set"], shown["run"]) == (made, shop.ease)


def test_a_set_of_another_run_gives_way_to_the_runs_own(open_page, with_set):
    shop, made = with_set
    app = open_page("synthetic", dataset=shop.dataset, run=shop.popularity, set=made)
    assert problems(app) == []
    assert "set" not in app.query_params


def test_an_unknown_set_is_named(open_page, with_set):
    shop, _ = with_set
    said = problems(open_page("synthetic", dataset=shop.dataset, run=shop.ease, set="sequential-set-00000000"))
    assert len(said) == 1
    assert "00000000" in said[0]


def test_a_damaged_card_is_said_calmly(open_page, own_set):
    shop, made = own_set
    (shop.home / "synthetic" / made / SCORECARD / "scorecard.json").write_text("{}")
    said = problems(open_page("synthetic", dataset=shop.dataset, run=shop.ease))
    assert len(said) == 1
    assert words.OUR_MISTAKE not in said[0]


def test_a_set_without_a_card_is_shown_and_says_so(open_page, own_set):
    shop, made = own_set
    shutil.rmtree(shop.home / "synthetic" / made / SCORECARD)
    app = open_page("synthetic", dataset=shop.dataset, run=shop.ease)
    assert problems(app) == []
    assert say.NOT_MEASURED in text_of(app)
    assert hook(app, "step")["step"] == "generate"


def test_two_shoppers_side_by_side_and_another_pair(open_page, with_set):
    shop, made = with_set
    app = open_page("synthetic", dataset=shop.dataset, run=shop.ease, set=made, step="generate")
    first = hook(app, "pair")
    assert say.REAL_ONE.format(id=first["real"]) in text_of(app)
    assert say.SYNTHETIC_ONE.format(n=first["synthetic"]) in text_of(app)
    app.button(key="another_pair").click().run()
    assert hook(app, "pair")["turn"] == "1"
    assert hook(app, "pair") != first


def test_the_blind_test_hides_keeps_score_and_reveals(open_page, with_set):
    shop, made = with_set
    app = open_page("synthetic", dataset=shop.dataset, run=shop.ease, set=made, step="generate")
    app.segmented_control(key="synthetic_mode").set_value("blind").run()
    assert hook(app, "blind") == {"right": "0", "n": "0", "turn": "0", "answered": "0"}
    assert "Real shopper" not in text_of(app)
    app.button(key="guess_0").click().run()
    after = hook(app, "blind")
    assert (after["n"], after["answered"]) == ("1", "1")
    assert "Real shopper" in text_of(app)
    assert ("Right" in text_of(app)) == (after["right"] == "1")
    app.button(key="blind_next").click().run()
    assert hook(app, "blind") == {"right": after["right"], "n": "1", "turn": "1", "answered": "0"}
    assert "Real shopper" not in text_of(app)


def test_chance_of_a_score_is_that_of_a_coin():
    assert blind.luck(0, 3) == 1
    assert blind.luck(3, 3) == 1 / 8
    assert "3 or more" in blind.so_far(blind.Score(right=3, n=6))
    assert "66 times in 100" in blind.so_far(blind.Score(right=3, n=6))
    assert say.BLIND_RARE in blind.so_far(blind.Score(right=12, n=12))


def test_the_answer_names_what_passes_and_never_grades(with_set):
    card = open_set(Workspace.open(), with_set[1]).scorecard.to_json()
    from recsys_core.synthesis.scorecard.card import Scorecard

    def told(*statuses: str, fired: bool = False) -> str:
        changed = json.loads(json.dumps(card))
        for verdict, status in zip(changed["verdicts"], statuses, strict=True):
            verdict["status"] = status
        changed["alarms"][0]["fired"] = fired
        return story.answer(Scorecard.from_json(changed))

    assert told("pass", "pass", "pass", "pass") == say.ANSWER_ALL
    assert told("warn", "pass", "warn", "pass") == "Structure and privacy pass, fidelity and utility only in part"
    assert told("pass", "pass", "unavailable", "fail") == "Fidelity and structure pass, privacy fails, utility not measured"
    assert told("pass", "pass", "pass", "pass", fired=True) == say.ANSWER_COLLAPSED
    assert story.answer(None) == say.NOT_MEASURED


def test_figures_of_lines_are_short():
    assert [lines.number(v) for v in (None, 0.0, 0.00001, 1.0, 0.8734, -0.0571, 12.345)] == [
        "–",
        "0",
        "< 0.001",
        "1",
        "0.873",
        "−0.057",
        "12.3",
    ]
