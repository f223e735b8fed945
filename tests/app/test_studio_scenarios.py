"""Scenarios in the studio: the header, saving and opening, publishing, comparing, presenting, and the address that holds it all.

A dialog is gone after each run of the whole page, which is what AppTest does: these tests open it again for each thing they do in it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from pages.ui import state
from pages.ui.charts.compare import Mark, compare_chart
from pages.ui.studio import export
from pages.ui.studio import words_scenarios as say
from pages.ui.studio.compare import finding
from recsys_core.jobs.edits import Edits, to_text
from recsys_core.jobs.studio import open_studio
from recsys_core.jobs.told import tell
from recsys_core.ranking.address import from_address, to_address
from recsys_core.ranking.guardrails import DEFAULTS
from recsys_core.ranking.scenario import Guardrail, Scenario
from recsys_core.storage.registry import Registry
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import hook, html_of, problems, text_of

ODD = "“Quotes” 'it''s' <b>*x*</b> 春天 📦"
MILD = Scenario(name="Mild", variety=10, guardrails=(Guardrail("relevance_kept", least=0.1),))
RED = Scenario(name="Red", variety=90, guardrails=(Guardrail("relevance_kept", least=0.9999), Guardrail("ild", least=0.0)))


@pytest.fixture
def registry(own_shop) -> Registry:
    return Workspace.open().registry


@pytest.fixture
def studio(open_page, own_shop):
    """Open the studio of the small shop with a scenario on screen."""

    def open_at(scenario: Scenario | None = None, **query: str):
        held = {"scenario": to_address(scenario)} if scenario else {}
        return open_page("studio", dataset=own_shop.dataset, run=own_shop.ease, shopper="u005", **held, **query)

    return open_at


def on_screen(app) -> Scenario:
    return from_address(asked(app, "scenario"))


def asked(app, name: str) -> str:
    """What the address says, which is text where a test gave it and a list where the page did."""
    held = app.query_params[name]
    return held if isinstance(held, str) else held[0]


def saved(registry: Registry, scenario: Scenario, shop: str):
    return registry.save_scenario(shop, scenario.to_json(), scenario.hash)


def items_of(app, side: str) -> str:
    found = re.search(rf'data-testid="{side}"[^>]*data-items="([^"]*)"|data-items="([^"]*)"[^>]*data-testid="{side}"', html_of(app))
    assert found
    return found.group(1) or found.group(2)


# --- saving


def test_a_scenario_is_saved_under_a_name_and_known_again(studio, registry, own_shop):
    app = studio()
    assert hook(app, "scenario")["saved"] == "new"
    app.text_input(key=state.SAVE_NAME).set_value(ODD)
    app.button(key="save_as_scenario").click().run()
    assert problems(app) == []
    record = registry.scenarios(own_shop.dataset)[0]
    assert (record.name, record.settings["name"]) == (ODD, ODD)
    assert record.hash == on_screen(app).hash == hook(app, "scenario")["hash"]
    again = studio(on_screen(app))
    assert hook(again, "scenario")["saved"] == "saved"
    assert "<b>*x*</b>" not in html_of(again)
    assert problems(again) == []


def test_a_named_scenario_is_saved_by_one_click(studio, registry, own_shop):
    app = studio(MILD)
    app.button(key="save_scenario").click().run()
    assert hook(app, "scenario")["saved"] == "saved"
    assert [record.name for record in registry.scenarios(own_shop.dataset)] == ["Mild"]
    assert app.button(key="save_scenario").disabled


def test_a_change_is_marked_and_replaces_only_what_was_shown(studio, registry, own_shop):
    saved(registry, MILD, own_shop.dataset)
    app = studio(MILD.with_(variety=30))
    assert hook(app, "scenario")["saved"] == "changed"
    app.button(key="replace_scenario").click().run()
    assert hook(app, "scenario")["saved"] == "saved"
    assert Scenario.from_json(registry.scenarios(own_shop.dataset)[0].settings).variety == 30


def test_two_sessions_that_save_at_once_do_not_undo_each_other(studio, registry, own_shop):
    saved(registry, MILD, own_shop.dataset)
    first, second = studio(MILD.with_(variety=30)), studio(MILD.with_(variety=60))
    first.button(key="replace_scenario").click().run()
    second.button(key="replace_scenario").click().run()
    assert "Somebody else has changed" in problems(second)[0]
    assert Scenario.from_json(registry.scenarios(own_shop.dataset)[0].settings).variety == 30
    assert on_screen(second).variety == 60
    second.button(key="replace_scenario").click().run()  # now it is theirs that was shown
    assert problems(second) == []
    assert Scenario.from_json(registry.scenarios(own_shop.dataset)[0].settings).variety == 60


def test_a_new_name_that_is_taken_is_refused_in_a_sentence(studio, registry, own_shop):
    saved(registry, RED, own_shop.dataset)
    saved(registry, MILD, own_shop.dataset)
    app = studio(MILD.with_(variety=30))
    app.text_input(key=state.SAVE_NAME).set_value("Red")
    app.button(key="save_as_scenario").click().run()
    assert say.NAME_TAKEN.format(name="Red")[:20] in problems(app)[0]
    assert {record.hash for record in registry.scenarios(own_shop.dataset)} == {RED.hash, MILD.hash}


def test_a_name_that_cannot_be_is_refused_and_nothing_is_lost(studio):
    app = studio(MILD)
    app.text_input(key=state.widget_key(state.SCENARIO_NAME)).set_value(" ").run()
    assert len(problems(app)) == 1
    assert on_screen(app) == MILD


def test_a_scenario_that_somebody_deletes_stays_on_screen(studio, registry, own_shop):
    record = saved(registry, MILD, own_shop.dataset)
    app = studio(MILD)
    registry.delete_scenario(record.id)
    app.run()
    assert hook(app, "scenario")["saved"] == "new"
    assert on_screen(app) == MILD
    app.button(key="save_scenario").click().run()
    assert [each.name for each in registry.scenarios(own_shop.dataset)] == ["Mild"]


def test_undo_and_redo(studio):
    app = studio(MILD)
    assert app.button(key="studio_undo_button").disabled
    app.text_input(key=state.widget_key(state.SCENARIO_NAME)).set_value("Other").run()
    assert on_screen(app).name == "Other"
    app.button(key="studio_undo_button").click().run()
    assert on_screen(app) == MILD
    app.button(key="studio_redo_button").click().run()
    assert on_screen(app).name == "Other"


# --- opening


def test_a_saved_scenario_is_opened_renamed_copied_and_deleted(studio, registry, own_shop):
    red, mild = saved(registry, RED, own_shop.dataset), saved(registry, MILD, own_shop.dataset)
    app = studio(MILD)
    app.button(key="open_scenarios").click().run()
    app.button(key=f"duplicate_{red.id}").click().run()
    assert {record.name for record in registry.scenarios(own_shop.dataset)} == {"Red", "Red (2)", "Mild"}
    app.button(key="open_scenarios").click().run()
    app.text_input(key=f"{state.RENAME}_{mild.id}").set_value(ODD)
    app.button(key=f"do_rename_{mild.id}").click().run()
    assert registry.scenario(mild.id).name == ODD
    assert on_screen(app).name == ODD
    app.button(key="open_scenarios").click().run()
    app.text_input(key=f"{state.RENAME}_{mild.id}").set_value("Red")
    app.button(key=f"do_rename_{mild.id}").click().run()
    assert "another scenario called" in problems(app)[0]
    app.button(key="open_scenarios").click().run()
    app.button(key=f"delete_{red.id}").click().run()
    assert {record.name for record in registry.scenarios(own_shop.dataset)} == {"Red (2)", ODD}
    copy = registry.scenario("Red (2)")
    app.button(key="open_scenarios").click().run()
    app.button(key=f"open_{copy.id}").click().run()
    assert on_screen(app) == RED.with_(name="Red (2)")
    assert hook(app, "scenario")["saved"] == "saved"


def test_what_is_published_cannot_be_deleted(studio, registry, own_shop):
    record = saved(registry, MILD, own_shop.dataset)
    registry.publish_scenario(record.id, "Ann")
    app = studio(MILD)
    app.button(key="open_scenarios").click().run()
    assert app.button(key=f"delete_{record.id}").disabled


def test_a_file_is_brought_in(studio):
    app = studio(MILD)
    app.button(key="open_scenarios").click().run()
    app.file_uploader(key="studio_import").upload("red.json", json.dumps(RED.to_json()).encode(), "application/json")
    app.button(key="open_scenarios").click().run()
    next(button for button in app.button if button.label.startswith("Open ‘Red")).click().run()
    assert on_screen(app) == RED


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[1]",
        b'{"variety": 400}',
        b'{"unheard": 1}',
        b"\xff\xfe\x00",
        b'{"version": 9}',
        b'{"k": NaN}',
        b'{"name": "%s"}' % (b"x" * 200),
    ],
    ids=repr,
)
def test_a_file_that_is_no_scenario_is_one_sentence(studio, content):
    app = studio(MILD)
    app.button(key="open_scenarios").click().run()
    app.file_uploader(key="studio_import").upload("bad.json", content, "application/json")
    app.button(key="open_scenarios").click().run()
    assert len(problems(app)) == 1
    assert "bad" in problems(app)[0]
    assert on_screen(app) == MILD


# --- publishing


def test_publishing_says_what_changes_and_makes_it_what_is_shown_now(studio, registry, own_shop):
    app = studio(MILD)
    after = items_of(app, "after")
    app.button(key="publish_scenario").click().run()
    app.button(key="do_publish").click().run()
    assert "who approves" in problems(app)[0]
    assert registry.published(own_shop.dataset) is None
    app.button(key="publish_scenario").click().run()
    app.text_input(key=state.PUBLISH_BY).set_value("Ann <b>")
    app.text_area(key=state.PUBLISH_NOTE).set_value("Why not")
    app.button(key="do_publish").click().run()
    published = registry.published(own_shop.dataset)
    assert (published.name, published.hash, published.published_by, published.note) == ("Mild", MILD.hash, "Ann <b>", "Why not")
    assert (hook(app, "scenario")["saved"], hook(app, "scenario")["published"]) == ("saved", "True")
    assert items_of(app, "before") == items_of(app, "after") == after
    app.button(key="publish_scenario").click().run()
    assert "Why not" in html_of(app)
    app.button(key="unpublish").click().run()
    assert registry.published(own_shop.dataset) is None
    assert hook(app, "scenario")["published"] == "False"


def test_a_red_guardrail_needs_a_reason(studio, registry, own_shop):
    app = studio(RED)
    app.button(key="publish_scenario").click().run()
    assert "Predicted match kept" in text_of(app)
    assert say.PUBLISH_RED.format(n=1, all=2)[:20] in text_of(app)
    app.text_input(key=state.PUBLISH_BY).set_value("Ann")
    app.button(key="do_publish").click().run()
    assert say.PUBLISH_NEEDS_REASON in problems(app)[0].replace("\\", "")
    assert registry.published(own_shop.dataset) is None
    app.button(key="publish_scenario").click().run()
    app.text_input(key=state.PUBLISH_BY).set_value("Ann")
    app.text_area(key=state.PUBLISH_NOTE).set_value("The board wants it")
    app.button(key="do_publish").click().run()
    assert registry.published(own_shop.dataset).note == "The board wants it"


# --- the address


def test_the_address_restores_everything_in_a_fresh_browser(studio, open_page):
    app = studio(MILD.with_(name=ODD, discovery=20), tab="compare", edits=to_text("u005", Edits(hidden=("i000",))))
    found = {name: values[0] for name, values in parse_qs(urlsplit(hook(app, "scenario")["address"].replace("&amp;", "&")).query).items()}
    assert {"dataset", "run", "shopper", "scenario", "tab", "edits"} <= set(found)
    fresh = open_page("studio", **found)
    for name in ("studio", "scenario", "compared"):
        assert hook(fresh, name) == hook(app, name)
    assert (items_of(fresh, "before"), items_of(fresh, "after")) == (items_of(app, "before"), items_of(app, "after"))
    assert asked(fresh, "tab") == "compare"


# --- side by side, and to a room


def test_scenarios_side_by_side_are_those_of_the_library(studio, registry, own_shop):
    saved(registry, RED, own_shop.dataset)
    app = studio(MILD, tab="compare")
    opened = open_studio(Workspace.open(), own_shop.ease)
    found = re.findall(r'<span data-testid="compared" ([^>]*) hidden', html_of(app))
    shown = [dict(re.findall(r'data-([a-z-]+)="([^"]*)"', each)) for each in found]
    assert [each["hash"] for each in shown] == [MILD.hash, RED.hash]
    for each, scenario in zip(shown, (MILD, RED), strict=True):
        told = tell(opened, scenario).outcome
        assert float(each["kept"]) == told.figure("relevance_kept").after
        assert each["passes"] == str(told.passes)


def test_the_choice_of_what_is_compared_is_in_the_address(studio, registry, own_shop):
    record = saved(registry, RED, own_shop.dataset)
    app = studio(MILD, tab="compare", compare=record.id)
    assert hook(app, "compared")["token"] == record.id
    app.multiselect(key=state.widget_key(state.COMPARE)).set_value([record.id, "screen"]).run()
    assert asked(app, "compare") == f"{record.id},screen"


def test_presenting_steps_through_the_saved_scenarios(studio, registry, own_shop):
    for scenario in (MILD, RED):
        saved(registry, scenario, own_shop.dataset)
    app = studio(RED)
    app.button(key="present_scenarios").click().run()
    assert hook(app, "present")["name"] == "Red"
    assert len(app.slider) == 0
    app.button(key="present_back").click().run()
    shown = hook(app, "present")
    assert (shown["name"], shown["hash"], shown["shopper"], shown["passes"]) == ("Mild", MILD.hash, "u005", "True")
    assert float(shown["kept"]) == tell(open_studio(Workspace.open(), own_shop.ease), MILD).outcome.figure("relevance_kept").after
    app.button(key="present_leave").click().run()
    assert hook(app, "scenario")["name"] == "Red"
    assert problems(app) == []


@pytest.mark.parametrize("step", ["0", "99", "-1", "²", "x" * 50])
def test_presenting_bears_any_step(studio, step):
    assert hook(studio(MILD, present=step), "present")["name"] == "Mild"


# --- taking along


def test_the_report_says_what_the_screen_says(studio, own_shop):
    app = studio(MILD)
    html = export.report(own_shop.ease, MILD).decode()
    told = json.loads(re.search(r'id="aisle-report">(.*?)</script>', html, re.S).group(1))
    figures = {each["name"]: each for each in told["figures"]}
    shown = hook(app, "population")
    assert float(shown["relevance-kept"]) == figures["relevance_kept"]["after"]
    assert told["scenario"]["hash"] == hook(app, "scenario")["hash"]


def test_the_scenario_file_is_the_scenario(tmp_path: Path):
    assert Scenario.from_json(json.loads(export.settings(RED))) == RED
    assert Scenario(guardrails=DEFAULTS).hash == Scenario.from_json(json.loads(export.settings(Scenario(guardrails=DEFAULTS)))).hash


def test_the_comparison_is_drawn_with_names_that_stay_text():
    marks = [Mark("<b>Mild</b> & a name that is longer than its place", 0.5, 0.99), Mark("on screen", 0.7, 0.6, on_screen=True)]
    figure = compare_chart((0.4, 1.0), marks, title=finding(marks), subtitle="s", now_name="Now", x="x", y="y")
    points = figure.data[0]
    assert list(points.y) == [100.0, 99.0, 60.0]
    assert not any("<b>" in text for text in (*points.text, *points.customdata))
    assert list(points.textposition) == ["top center", "middle right", "middle left"]
    assert "The one on screen" not in figure.layout.meta["title"]
    assert "the one on screen is most varied" in figure.layout.meta["title"]
    assert "99.0 % kept" in figure.layout.meta["alt"]


def test_a_run_that_cannot_vary_keeps_the_scenario_whole(open_page, own_shop, registry):
    app = open_page("studio", dataset=own_shop.dataset, run=own_shop.popularity, shopper="u005", scenario=to_address(MILD), tab="compare")
    assert hook(app, "scenario")["hash"] == MILD.hash
    assert hook(app, "compared")["token"] == "screen"
    app.button(key="save_scenario").click().run()
    assert Scenario.from_json(registry.scenario("Mild").settings) == MILD
    app.button(key="present_scenarios").click().run()
    assert hook(app, "present")["name"] == "Mild"
    assert problems(app) == []
