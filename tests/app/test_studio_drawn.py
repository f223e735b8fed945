"""What was drawn on the taste map, in the studio and on the page of synthetic shoppers: offered, in force, and gone once it is removed."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import state
from pages.ui import words_synthetic as say
from pages.ui.studio import words_population, words_rules
from recsys_core.data.dataset import Dataset
from recsys_core.profiles.drawn import keep_drawn, remove_drawn
from recsys_core.ranking.address import to_address
from recsys_core.ranking.scenario import Rule, Scenario
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import ROOT, problems, text_of
from tests.app.test_studio_controls import scenario_of, undo, widget
from tests.app.test_studio_population import hooks
from tests.app.test_studio_rules import build, where

DRAWN, GROUP = "Evening *owls*", "Odd ones"


@pytest.fixture
def drawn(own_shop):
    """A shop with a drawn segment of shoppers 0 to 39 and a drawn group of six products."""
    dataset = Dataset.open(Workspace.open().dataset_dir(own_shop.dataset))
    keep_drawn(dataset, DRAWN, "users", np.arange(40), {"run": own_shop.ease})
    keep_drawn(dataset, GROUP, "items", np.arange(6), {"run": own_shop.ease})
    return own_shop, dataset


def open_studio(shop, scenario: Scenario, folds=(), **query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    address = {"dataset": shop.dataset, "run": shop.ease, "shopper": "u005", "scenario": to_address(scenario), **query}
    for key, value in address.items():
        app.query_params[key] = value
    app.run()
    app.session_state[state.STUDIO_OPEN] = list(folds)
    app.session_state[state.PLAIN_SLIDERS] = True
    return app.switch_page("pages/studio.py").run()


def test_a_drawn_segment_is_offered_for_a_rule_and_for_variety(drawn) -> None:
    app = build(open_studio(drawn[0], Scenario(variety=20), folds=("rules", "segments")), "bury", "Mugs")
    widget(app, "toggle", words_rules.MORE).set_value(True).run()
    picker = widget(app, "multiselect", words_rules.SEGMENTS)
    assert picker.options[-1] == DRAWN
    assert len(picker.options) > 1  # the found ones come first
    picker.set_value([DRAWN]).run()
    app.button(key="rule_save").click().run()
    assert scenario_of(app).rules[0].segments == (DRAWN,)
    of_variety = widget(app, "multiselect", "Segments")
    assert of_variety.options[-1] == DRAWN
    of_variety.set_value([DRAWN]).run()
    app.slider(key="pick_knob_segment_0").set_value(70).run()
    assert scenario_of(app).segment_variety == {DRAWN: 70}
    undo(app)
    assert app.slider(key="pick_knob_segment_0").value == 20
    assert problems(app) == []


def test_its_figures_are_told_and_that_it_overlaps(drawn) -> None:
    rule = Rule("exclude", where("category", "Mugs"), segments=(DRAWN,))
    app = open_studio(drawn[0], Scenario(rules=(rule,)), tab="shoppers")
    told = {each["label"]: int(each["users"]) for each in hooks(app, "segment")}
    assert told[DRAWN] == 40
    captions = "\n".join(caption.value for caption in app.caption)
    assert words_population.DRAWN.partition(":")[0] in captions
    assert sum(told.values()) > 80  # it overlaps with the found ones
    assert words_population.NO_SEGMENT.partition("}")[2] not in captions


def test_a_drawn_group_of_products_is_an_attribute_of_conditions(drawn) -> None:
    app = build(open_studio(drawn[0], Scenario(), folds=("rules",)), "bury", GROUP, attribute="drawn group")
    assert "**6** of 42 products match" in text_of(app)
    picker = widget(app, "selectbox", words_rules.ATTRIBUTE)
    assert "Group drawn on the map" in picker.options


def test_a_segment_that_was_removed_is_offered_no_more_and_a_rule_for_it_says_so(drawn) -> None:
    shop, dataset = drawn
    rule = Rule("exclude", where("category", "Mugs"), name="No mugs", segments=(DRAWN,))
    app = open_studio(shop, Scenario(rules=(rule,)), folds=("rules", "segments"))
    assert "warning" not in app.toggle(key="pick_knob_rule_0_on").label
    remove_drawn(dataset, DRAWN)
    app.run()
    assert DRAWN not in widget(app, "multiselect", "Segments").options
    assert "warning" in app.toggle(key="pick_knob_rule_0_on").label
    assert "no segment has its name" in app.button(key="rule_0_edit").help
    assert problems(app) == []


def test_synthetic_shoppers_can_be_of_a_drawn_segment(drawn, open_page, workers_here) -> None:
    app = open_page("synthetic", dataset=drawn[0].dataset, run=drawn[0].ease)
    picker = app.selectbox(key="synthetic_segment")
    assert picker.options[0] == say.SEGMENT_ALL
    assert picker.options[-1] == DRAWN
    picker.set_value(len(picker.options) - 1).run()
    app.button(key="synthesize").click().run()
    (job,) = [job for job in Workspace.open().registry.jobs() if job.kind == "synthesize"]
    assert job.spec["segment"] == DRAWN
    assert job.state == "done", job.error
