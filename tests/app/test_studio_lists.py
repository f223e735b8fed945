"""The lists of the studio, what is told of each place, the personas, and the sliders where no script runs."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from pages.ui import cache, state
from pages.ui import words_studio as shared
from pages.ui.studio import words_shelf as words
from recsys_core.data.dataset import Dataset
from recsys_core.jobs.studio import open_studio
from recsys_core.ranking.address import from_address, to_address
from recsys_core.ranking.conditions import Clause, Condition
from recsys_core.ranking.scenario import Cap, Reserve, Rule, Scenario
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import ROOT, hook, html_of, problems, text_of

MUGS = Condition((Clause("category", "is", "Mugs"),))
NASTY = '"><img src=x onerror=alert(1)>,&'


@pytest.fixture
def studio(open_page, loaded):
    """Open the studio with a scenario."""

    def open_with(scenario: Scenario, **query: str):
        app = open_page("studio", dataset=loaded.dataset, run=loaded.ease, scenario=to_address(scenario), **query)
        assert problems(app) == []
        return app

    return open_with


def sent(app, name: str) -> dict:
    """What a component of the page was given."""
    (found,) = [element.proto for element in app.get("bidi_component") if element.proto.component_name == f"aisle_{name}"]
    return json.loads(found.json or found.mixed.json)


def badges(side: dict) -> dict[int, str]:
    """Place, from 1 -> badge."""
    return {place + 1: chip[0] for place, chip in enumerate(side["chips"]) if chip and chip[2] == "badge"}


def test_nothing_turned_shows_the_same_list_twice(studio):
    app = studio(Scenario(), shopper="u005")
    assert hook(app, "before")["items"] == hook(app, "after")["items"]
    assert hook(app, "studio")["changed"] == "0"
    shelf = sent(app, "shelf")
    assert shelf["before"]["ids"] == shelf["after"]["ids"] == hook(app, "after")["items"].split(",")
    assert badges(shelf["after"]) == {}
    assert shelf["after"]["note"].startswith("100 % of the match")


def test_cards_say_what_the_catalogue_knows(studio, loaded):
    shelf = sent(studio(Scenario(variety=60), shopper="u005"), "shelf")
    dataset = Dataset.open(loaded.home / "datasets" / loaded.dataset)
    assert set(shelf["cards"]) == {*shelf["before"]["ids"], *shelf["after"]["ids"]}
    for id_, card in shelf["cards"].items():
        item = dataset.items.iloc[dataset.item_index(id_)]
        assert card["title"] == item["title"]
        assert card["group"] == item["category"]
        assert card["price"].startswith("£")
        assert card["was"] >= 1


def test_every_pin_reserved_place_and_rule_that_gave_way_has_its_badge(studio):
    low = hook(studio(Scenario(k=30), shopper="u005"), "before")["items"].split(",")[14]
    pin = Rule("pin", Condition((Clause("item_id", "is", low),)), place=3)
    pinned = sent(studio(Scenario(rules=(pin,)), shopper="u005"), "shelf")["after"]
    assert (pinned["ids"][2], badges(pinned)) == (low, {3: words.PINNED[0]})
    assert set(badges(sent(studio(Scenario(reserved=(Reserve(MUGS, 6),)), shopper="u001"), "shelf")["after"]).values()) == {
        words.RESERVED[0].format(name="Exploration")
    }
    capped = sent(studio(Scenario(caps=(Cap("category", 2),)), shopper="u005"), "shelf")["after"]
    assert list(badges(capped).values()) == [words.CAP[0]] * 4  # ten places, three groups of two


def test_a_boost_is_told_by_its_rule(studio):
    boost = Rule("boost", MUGS, name="Mugs up", amount=0.5)
    chips = sent(studio(Scenario(rules=(boost,)), shopper="u005"), "shelf")["after"]["chips"]
    assert [words.BOOSTED[0], words.BOOSTED[1].format(rule="Mugs up"), ""] in chips


def test_the_browser_is_sent_the_list_at_every_stop(studio, loaded):
    scenario = Scenario(variety=25, balance=10, caps=(Cap("category", 6),))
    app = studio(scenario, shopper="u007")
    stops, shelf = sent(app, "stops"), sent(app, "shelf")
    opened = open_studio(Workspace.open(), loaded.ease)
    user = np.array([opened.dataset.user_index("u007")])
    assert stops["key"] == shelf["key"]
    assert set(stops["sliders"]) == set(shared.SLIDERS)
    for slider, position in (("variety", 25), ("variety", 0), ("balance", 10), ("balance", 100), ("discovery", 45)):
        at = stops["sliders"][slider]
        ranked = opened.studio.answer(scenario.with_(**{slider: float(position)}), user)
        wanted = [str(opened.dataset.item_ids[item]) for item in ranked.listing.items[0] if item >= 0]
        assert [stops["ids"][item] for item in at["lists"][position // stops["step"]]] == wanted
        assert at["notes"][position // stops["step"]].startswith(f"{100 * ranked.population.mean_after('relevance_kept'):.0f} %")
    assert [stops["ids"][item] for item in stops["sliders"]["variety"]["lists"][5]] == shelf["after"]["ids"]
    assert stops["sliders"]["variety"]["notes"][5] == shelf["after"]["note"]
    assert set(stops["ids"]) == set(stops["cards"])


def test_other_lists_have_another_key(studio):
    keys = {sent(studio(Scenario(variety=variety), shopper=shopper), "stops")["key"] for variety in (0, 10) for shopper in ("u001", "u002")}
    assert len(keys) == 4


def test_the_whole_catalogue_mode_is_not_dragged(studio):
    app = studio(Scenario(exposure_attribute="category", exposure={"Mugs": 0.5}), shopper="u003")
    assert sent(app, "stops")["sliders"] == {}


def test_what_a_file_says_cannot_become_markup(studio, loaded, monkeypatch):
    real = cache.catalogue(loaded.dataset)
    ids = np.array([f"{id_}{NASTY}" for id_ in real.ids])
    nasty = replace(real, ids=ids, titles=[NASTY] * len(ids), labels=[NASTY] * len(real.labels))
    monkeypatch.setattr(cache, "catalogue", lambda _: nasty)
    app = studio(Scenario(variety=30), shopper="u005")
    assert "<img" not in html_of(app)
    ids_told = html.unescape(hook(app, "after")["items"])
    assert ids_told == ",".join(sent(app, "shelf")["after"]["ids"])
    assert all(card["title"] == NASTY for card in sent(app, "shelf")["cards"].values())  # as text: the script sets nothing else


def test_the_scripts_set_text_only():
    for script in (ROOT / "assets" / "studio").glob("*.js"):
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script.read_text(encoding="utf-8")), script


def test_without_the_script_the_page_says_so(studio):
    app = studio(Scenario(), shopper="u005")
    (shelf,) = [each.proto for each in app.get("bidi_component") if each.proto.component_name == "aisle_shelf"]
    assert words.NOT_DRAWN in shelf.html_content


def test_a_persona_is_one_click_away_and_the_chosen_one_is_marked(studio, loaded):
    app = studio(Scenario())
    found = dict(cache.suggested_shoppers(loaded.dataset))
    assert {f"suggest_{kind}" for kind in found} < {button.key for button in app.button}
    app.button(key="suggest_heavy").click().run()
    ids = Dataset.open(loaded.home / "datasets" / loaded.dataset).user_ids
    assert hook(app, "studio")["shopper"] == str(ids[found["heavy"]])
    assert app.button(key="suggest_heavy").label == f"**{words.KINDS['heavy']}**"
    assert app.button(key="suggest_typical").label == words.KINDS["typical"]


def test_the_most_changed_shopper_is_found_when_asked_for(studio, loaded):
    scenario = Scenario(variety=40, discovery=30)
    app = studio(scenario)
    app.button(key="suggest_changed").click().run()
    opened = open_studio(Workspace.open(), loaded.ease)
    churn = opened.studio.answer(scenario).population.by_user["churn"][1]
    assert churn[opened.dataset.user_index(hook(app, "studio")["shopper"])] == churn.max() > 0


def test_a_scenario_that_fits_no_product_is_said_calmly_when_the_most_changed_is_asked_for(open_page, loaded):
    scenario = Scenario(caps=(Cap("colour", 2),))
    app = open_page("studio", dataset=loaded.dataset, run=loaded.ease, scenario=to_address(scenario))
    app.button(key="suggest_changed").click().run()
    assert not app.exception
    assert any("colour" in problem for problem in problems(app))


def test_a_shopper_that_is_not_there_is_said_in_one_sentence(open_page, loaded):
    app = open_page("studio", dataset=loaded.dataset, run=loaded.ease, shopper="nobody")
    assert len(problems(app)) == 1
    assert "nobody" in problems(app)[0]


def test_one_line_says_who_the_shopper_is(studio):
    text = text_of(studio(Scenario(), shopper="u005"))
    assert re.search(r"about £\d.* an item · \d+ (orders|products)", text.replace("\\", ""))


@pytest.mark.parametrize("plain", [True, False])
def test_ordinary_sliders_take_the_place_of_the_dragged_ones(loaded, plain):
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state[state.PLAIN_SLIDERS] = plain
    app.query_params.update({"run": loaded.ease, "scenario": to_address(Scenario(variety=15))})
    app.run().switch_page("pages/studio.py").run()
    by_label = {slider.label: slider for slider in app.slider}
    dragged = {sent_to["name"]: sent_to["value"] for sent_to in _sliders(app)}
    if plain:
        assert dragged == {}
        by_label[shared.SLIDERS["discovery"]].set_value(35).run()
        (address,) = np.atleast_1d(app.query_params["scenario"])
        shown = from_address(str(address))
        assert (shown.variety, shown.discovery) == (15, 35)
    else:
        assert not set(shared.SLIDERS.values()) & set(by_label)
        assert dragged == {"variety": 15, "balance": 0, "discovery": 0}


def _sliders(app) -> list[dict]:
    return [
        json.loads(each.proto.json or each.proto.mixed.json) for each in app.get("bidi_component") if "slider" in each.proto.component_name
    ]
