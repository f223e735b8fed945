"""What a scenario does to everybody, on the page: the figures of `whatif --json`, by the same hash; a click on the frontier adopts."""

from __future__ import annotations

import json
import math
import re

import numpy as np
import pandas as pd
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from pages.ui import formats, state
from pages.ui.studio import figures, words_method
from pages.ui.studio import words_population as words
from recsys_core.cli.app import main
from recsys_core.jobs.train_spec import train_spec
from recsys_core.jobs.worker import run_here
from recsys_core.ranking.address import from_address, to_address
from recsys_core.ranking.guardrails import DEFAULTS
from recsys_core.ranking.scenario import Guardrail, Scenario
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import hook, html_of, problems, text_of

SCENARIO = Scenario(k=5, variety=60, discovery=30, guardrails=DEFAULTS)


@pytest.fixture
def studio(open_page, loaded):
    """Open the studio with a scenario, a tab and a run; `fold` opens the folded figures."""

    def open_at(scenario=SCENARIO, view="catalogue", run=None, fold=False):
        app = open_page("studio", dataset=loaded.dataset, run=run or loaded.ease, scenario=to_address(scenario), tab=view)
        if fold:
            app.session_state["studio_figures"] = True
            app.run()
        return app

    return open_at


@pytest.fixture
def whatif(loaded, tmp_path, capsys):
    """What the command prints of a scenario."""

    def told(scenario=SCENARIO):
        file = tmp_path / "scenario.json"
        file.write_text(json.dumps(scenario.to_json()), encoding="utf-8")
        capsys.readouterr()
        assert main(["whatif", loaded.ease, "--scenario", str(file), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return told


def hooks(app, testid):
    """The data of every hook of this name."""
    found = re.findall(rf'<span data-testid="{testid}" ([^>]*) hidden', html_of(app))
    return [dict(re.findall(r'data-([a-z0-9_-]+)="([^"]*)"', each)) for each in found]


def number(text):
    """A raw figure of a hook; what JSON has as null is nan there."""
    return float(text)


def same(text, value):
    return (math.isnan(number(text)) and value is None) or number(text) == pytest.approx(value, rel=1e-9, abs=1e-12)


def test_the_tiles_are_the_figures_of_the_command(studio, whatif):
    app, told = studio(), whatif()
    assert problems(app) == []
    on_screen = hook(app, "population")
    assert on_screen["scenario"] == SCENARIO.hash == told["scenario"]["hash"]
    assert int(on_screen["users"]) == told["users"]
    by_name = {each["name"]: each for each in told["figures"]}
    for name in ("relevance_kept", "ild", "coverage", "never_shown", "price", "gini", "ndcg"):
        key = name.replace("_", "-")
        assert same(on_screen[key], by_name[name]["after"]), name
        assert same(on_screen[f"{key}-before"], by_name[name]["before"]), name
    metrics = {m.label: m.value for m in app.metric}
    assert metrics[words.KEPT] == formats.percent(by_name["relevance_kept"]["after"])
    items = len(pd.read_csv(Workspace.open().home / "items.csv"))
    assert metrics[words.SHOWN] == words.SHOWN_OF.format(n=items - int(by_name["never_shown"]["after"]), all=items)


def test_the_folded_figures_wait_until_they_are_asked_for(studio, whatif):
    assert hooks(studio(), "figure") == []
    app, told = studio(fold=True), whatif()
    on_screen = {each["name"]: each for each in hooks(app, "figure")}
    assert set(on_screen) == {each["name"] for each in told["figures"]}
    for each in told["figures"]:
        assert all(same(on_screen[each["name"]][side], each[side]) for side in ("before", "after", "low", "high")), each["name"]
    shown = html_of(app)
    assert words.NO_CLEAR_CHANGE in shown
    assert "sales forecast" not in shown


def test_winners_losers_and_exposure_are_those_of_the_command(studio, whatif):
    app, told = studio(), whatif()
    movers = hooks(app, "mover")
    assert [each["label"] for each in movers] == [each["label"] for each in told["products"]]
    for each, row in zip(movers, told["products"], strict=True):
        assert all(same(each[side], row[side]) for side in ("before", "after", "low", "high"))
    exposure = hook(app, "exposure")
    assert (int(exposure["half-before"]), int(exposure["half-after"])) == (told["exposure"]["half_before"], told["exposure"]["half_after"])


@pytest.mark.parametrize("what", ["groups", "price_bands"])
def test_winners_and_losers_by_something_else(studio, whatif, what):
    app = studio()
    app.session_state["studio_movers_by"] = what
    app.run()
    assert problems(app) == []
    assert [each["label"] for each in hooks(app, "mover")] == [each["label"] for each in whatif()[what]]


def test_never_shown_products_can_be_searched(studio, whatif):
    app = studio(Scenario(k=2))
    never = hook(app, "never")
    by_name = {each["name"]: each for each in whatif(Scenario(k=2))["figures"]}
    assert int(never["after"]) == by_name["never_shown"]["after"] > 0
    table = app.dataframe[-1].value
    buyers = table[words.NEVER_COLUMNS["buyers"]].tolist()
    assert buyers == sorted(buyers, reverse=True)
    asked = str(table[words.NEVER_COLUMNS["item_id"]].iloc[-1])
    app.text_input(key="studio_never_search").set_value(asked.upper()).run()
    assert asked in app.dataframe[-1].value[words.NEVER_COLUMNS["item_id"]].tolist()
    app.text_input(key="studio_never_search").set_value("nothing is called so").run()
    assert words.NEVER_NO_MATCH in [c.value for c in app.caption]


def test_segments_are_those_of_the_command(studio, whatif):
    app, told = studio(view="shoppers"), whatif()
    assert problems(app) == []
    on_screen = {each["label"]: each for each in hooks(app, "segment")}
    assert set(on_screen) == {each["label"] for each in told["segments"]}
    for each in told["segments"]:
        assert int(on_screen[each["label"]]["users"]) == each["users"]
        assert same(on_screen[each["label"]]["losing"], each["losing"])
        for figure in each["figures"]:
            assert same(on_screen[each["label"]][figure["name"].replace("_", "-")], figure["after"])


def test_the_method_says_what_the_figures_are_of(studio):
    app = studio(view="method")
    assert problems(app) == []
    told = hook(app, "method")
    assert told["scenario"] == SCENARIO.hash
    assert len(app.latex) == 1
    assert words_method.CAVEAT in text_of(app)
    assert all(step in text_of(app) for step in words_method.ORDER)
    facts = next(t.value for t in app.table if SCENARIO.hash in t.value.to_numpy().ravel())
    assert words_method.FACTS["seed"] in facts.index


def click(app, *custom):
    """What a browser sends of clicked points; () is a point taken back."""
    points = [{"customdata": list(each)} for each in custom]
    chart = next(c for c in app.get("plotly_chart") if c.proto.id.endswith(state.FRONTIER_CHART))
    states = app._tree.get_widget_states()
    sent = json.dumps({"selection": {"points": points, "point_indices": [], "box": [], "lasso": []}})
    states.widgets.append(WidgetState(id=chart.proto.id, string_value=sent))
    return app._run(states)


def scenario_of(app):
    found = app.query_params["scenario"]
    return from_address(found[0] if isinstance(found, list) else found)


def test_you_are_here_is_on_the_curve(studio):
    app = studio(Scenario(k=5, variety=40))
    here = hook(app, "frontier")
    assert here["scenario"] == Scenario(k=5, variety=40).hash
    assert float(here["here-x"]) == pytest.approx(float(hook(app, "population")["ild"]))
    assert float(here["here-y"]) == pytest.approx(float(hook(app, "population")["relevance-kept"]))


def test_a_run_that_cannot_compare_products_has_tiles_and_no_frontier(studio, loaded):
    app = studio(Scenario(k=5), run=loaded.popularity)
    assert problems(app) == []
    assert words.NO_FRONTIER in [c.value for c in app.caption]


def test_before_and_after_are_the_same_where_nothing_is_set(studio):
    app = studio(Scenario(k=5))
    assert [m.delta for m in app.metric if m.label in (words.KEPT, words.VARIETY, words.SHOWN, words.VALUE)] == [words.NO_CHANGE] * 4
    assert words.MOVERS_NONE.format(who="product") in [c.value for c in app.caption]


@pytest.mark.parametrize(
    ("name", "difference", "text"),
    [
        ("relevance_kept", -0.0204, "−2.0 points"),
        ("never_shown", -361.0, "−361"),
        ("price", 0.036, "+£0.04"),
        ("ndcg", 0.00001, words.NO_CHANGE),
        ("novelty", 0.2137, "+0.21 bits"),
        ("ild", float("nan"), words.NOT_KNOWN),
    ],
)
def test_a_change_is_written_with_its_unit(name, difference, text):
    assert figures.change(name, difference, "£") == text


def test_every_figure_that_is_measured_has_words(loaded, whatif):
    assert {each["name"] for each in whatif()["figures"]} <= set(words.FIGURES)
    shown = {name for names in words.PARTS.values() for name in names}
    assert shown == set(words.FIGURES)


def test_guardrails_are_told_as_they_hold(studio):
    from pages.ui.studio.frontier import finding
    from recsys_core.ranking.whatif import Stop

    def stops(*passes):
        return [Stop(10 * n, 1 - 0.02 * n, 0.5 + 0.01 * n, 0.2 - 0.01 * n, 0.5, good) for n, good in enumerate(passes)]

    assert finding(stops(True, True, False), "relevance_kept", guarded=True) == words.FRONTIER_UP_TO.format(position=10)
    assert finding(stops(False, True, False), "relevance_kept", guarded=True) == words.FRONTIER_BETWEEN.format(first=10, last=10)
    assert finding(stops(True, False, True), "relevance_kept", guarded=True) == words.FRONTIER_SOME.format(n=2, all=3)
    assert finding(stops(True, True), "relevance_kept", guarded=True) == words.FRONTIER_FREE
    assert finding(stops(False, False), "relevance_kept", guarded=True) == words.FRONTIER_NEVER
    assert finding(stops(*[True] * 6), "relevance_kept", guarded=False) == words.FRONTIER_COST.format(cost="10.0 %")
    assert finding(stops(*[True] * 6), "ndcg", guarded=True) == words.FRONTIER_COST_NDCG.format(cost="25.0 %")


def test_a_click_on_the_frontier_adopts_its_variety(studio):
    app = studio()
    click(app, ("stop", "80"))
    assert problems(app) == []
    assert scenario_of(app) == SCENARIO.with_(variety=80.0)


@pytest.mark.parametrize("custom", [(), ((),), (("stop",),), (("other", "1"),)])
def test_a_click_that_says_nothing_changes_nothing(studio, custom):
    app = click(studio(), *custom)
    assert problems(app) == []
    assert scenario_of(app) == SCENARIO


def test_a_saved_scenario_stands_on_the_frontier_and_can_be_adopted(open_page, own_shop):
    registry = Workspace.open().registry
    other = Scenario(name="Autumn", k=5, variety=80, guardrails=(Guardrail("relevance_kept", least=0.5),))
    record = registry.save_scenario(registry.shop_of(own_shop.dataset), other.to_json(), other.hash)
    app = open_page("studio", dataset=own_shop.dataset, run=own_shop.ease, scenario=to_address(SCENARIO))
    app.toggle(key="studio_frontier_saved").set_value(True).run()
    assert problems(app) == []
    charts = [json.loads(c.proto.spec) for c in app.get("plotly_chart")]
    assert ["saved", record.id] in [point for chart in charts for trace in chart["data"] for point in trace.get("customdata", [])]
    assert "1 Autumn" in [c.value for c in app.caption]
    click(app, ("saved", record.id))
    assert scenario_of(app) == other


def test_before_is_what_is_published(open_page, own_shop):
    registry = Workspace.open().registry
    shown = Scenario(name="Shown", k=5, variety=90)
    record = registry.save_scenario(registry.shop_of(own_shop.dataset), shown.to_json(), shown.hash)
    registry.publish_scenario(record.id, "Ann")
    app = open_page("studio", dataset=own_shop.dataset, run=own_shop.ease, scenario=to_address(SCENARIO), tab="method")
    assert problems(app) == []
    assert "Shown" in hook(app, "method")["before"]
    assert float(hook(app, "population")["relevance-kept-before"]) < 1
    same = open_page("studio", dataset=own_shop.dataset, run=own_shop.ease, scenario=to_address(shown))
    assert [m.delta for m in same.metric if m.label in (words.KEPT, words.SHOWN)] == [words.NO_CHANGE] * 2


@pytest.mark.parametrize("tab", ["catalogue", "shoppers", "method"])
def test_a_run_of_best_sellers_has_every_tab(studio, loaded, tab):
    app = studio(Scenario(k=5, guardrails=DEFAULTS), view=tab, run=loaded.popularity)
    assert problems(app) == []
    assert "nan" not in text_of(app).lower().split()


@pytest.fixture
def bare(aisle_home, tmp_path):
    """A dataset of shoppers and products alone, with a best-seller run: no prices, no groups, no times."""
    workspace = Workspace.open()
    rng = np.random.default_rng(1)
    log = tmp_path / "log.csv"
    pairs = {(f"u{u}", f"p{i}") for u in range(25) for i in rng.choice(20, 6, replace=False)}
    pd.DataFrame(sorted(pairs), columns=["user_id", "item_id"]).to_csv(log, index=False)
    dataset = run_here(workspace, "ingest", {"log": str(log), "name": "Bare"}, title="Read").result["dataset"]
    run = run_here(workspace, "train", train_spec(dataset, "popularity", settings={}), title="Train").result["run"]
    return dataset, run


@pytest.mark.parametrize("tab", ["catalogue", "shoppers", "method"])
def test_a_log_of_pairs_alone_says_what_it_cannot_tell(open_page, bare, tab):
    app = open_page("studio", dataset=bare[0], run=bare[1], tab=tab)
    assert problems(app) == []
    metrics = {m.label: (m.value, m.delta) for m in app.metric}
    assert metrics[words.VALUE] == (words.NOT_KNOWN, words.NO_PRICES)
    assert "nan" not in " ".join(m.value for m in app.metric).lower()
    if tab == "shoppers":
        assert any("30" in c.value or c.value == words.SEGMENTS_NONE for c in app.caption)
