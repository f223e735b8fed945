"""Every control of the studio's rail changes the scenario, and comes back by undo and by a pasted address."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import state
from recsys_core.ranking.address import from_address, to_address
from recsys_core.ranking.guardrails import DEFAULTS
from recsys_core.ranking.presets import BALANCED, CLEARANCE, presets
from recsys_core.ranking.scenario import Cap, Guardrail, Scenario
from tests.app.conftest import ROOT, hook, problems, text_of

FOLDS = ("caps", "rules", "filters", "guardrails", "more", "segments", "expert")


@pytest.fixture
def studio(loaded):
    """The studio with these folds open and ordinary sliders, in a fresh browser tab."""

    def open_at(scenario: Scenario | None = None, folds=FOLDS, run: str = "", **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        held = {"scenario": to_address(scenario)} if scenario else {}
        for key, value in {"dataset": loaded.dataset, "run": run or loaded.ease, "shopper": "u005", **held, **query}.items():
            app.query_params[key] = value
        app.run()
        app.session_state[state.STUDIO_OPEN] = list(folds)
        app.session_state[state.PLAIN_SLIDERS] = True
        return app.switch_page("pages/studio.py").run()

    return open_at


def scenario_of(app) -> Scenario:
    """What the address holds."""
    held = app.query_params["scenario"]
    return from_address(held if isinstance(held, str) else held[0])


def widget(app, kind: str, label: str):
    return next(each for each in getattr(app, kind) if each.label.replace("\\", "").startswith(label))


def paste(app, scenario: Scenario):
    """Another address in the same tab, later than a browser would still send the one from before the last move."""
    app.session_state[f"left_{state.SCENARIO}"] = {}
    app.query_params["scenario"] = to_address(scenario)
    return app.run()


def undo(app):
    return app.button(key=state.STUDIO_UNDO + "_button").click().run()


# (kind of widget, the start of its label, what it is set to, what of the scenario changes, to what)
CONTROLS = [
    ("slider", "Variety", 60, "variety", 60.0),
    ("slider", "Taste balance", 35, "balance", 35.0),
    ("slider", "Discovery", 25, "discovery", 25.0),
    ("number_input", "Groups, at least", 2, "min_distinct", 2),
    ("slider", "Freshness", 40, "freshness", 40.0),
    ("slider", "Price tilt", -30, "price", -30.0),
    ("selectbox", "Engine", "set-wise", "engine", "set-wise"),
    ("number_input", "Pool", 50, "pool", 50),
    ("selectbox", "Alike by", "attributes", "similarity", "attributes"),
    ("number_input", "Variety λ", 0.5, "raw", {"variety": 0.5}),
]


@pytest.mark.parametrize(("kind", "label", "value", "name", "expected"), CONTROLS, ids=[each[1] for each in CONTROLS])
def test_a_control_changes_the_scenario_and_comes_back_by_undo_and_by_an_address(studio, kind, label, value, name, expected):
    app = studio()
    before, shown = scenario_of(app), widget(app, kind, label).value
    widget(app, kind, label).set_value(value).run()
    changed = scenario_of(app)
    assert getattr(changed, name) == expected
    assert changed == before.with_(**{name: expected})
    assert widget(app, kind, label).value == value
    assert hook(app, "studio")["scenario"] == changed.hash
    undo(app)
    assert scenario_of(app) == before
    assert widget(app, kind, label).value == shown
    assert widget(paste(app, changed), kind, label).value == value
    assert problems(app) == []


def test_a_pasted_address_shows_its_scenario_in_a_fresh_tab(studio):
    scenario = Scenario(variety=55, discovery=15, k=20, caps=(Cap("category", 2),), guardrails=(Guardrail("churn", most=0.4),))
    app = studio(scenario)
    assert [widget(app, "slider", name).value for name in ("Variety", "Discovery")] == [55, 15]
    assert widget(app, "number_input", "At most, of one category").value == 2
    assert widget(app, "number_input", "Products changed ≤").value == 40
    assert scenario_of(app) == scenario


def test_a_price_filter_changes_the_scenario_and_says_what_it_leaves(studio):
    app = studio()
    widget(app, "number_input", "From").set_value(2.0).run()
    assert scenario_of(app).filters.price_from == 2.0
    assert "products pass" in "\n".join(caption.value for caption in app.caption)
    assert "Filters (1)" in app.expander[2].label
    undo(app)
    assert widget(app, "number_input", "From").value is None


def test_a_filter_that_leaves_too_few_says_so(studio):
    app = studio(Scenario(k=10).with_(filters=Scenario().filters.__class__(price_from=4.2)))
    assert "lists will be shorter" in text_of(app)


def test_the_length_of_the_lists(studio):
    app = studio(Scenario(k=10))
    app.segmented_control(key="pick_knob_k").set_value(20).run()
    assert scenario_of(app).k == 20
    assert app.segmented_control(key="pick_knob_k").value == 20
    undo(app)
    assert app.segmented_control(key="pick_knob_k").value == 10
    assert paste(app, Scenario(k=12)).segmented_control(key="pick_knob_k").value == 12


def test_a_cap_is_added_changed_and_taken_out(studio):
    app = studio(Scenario())
    widget(app, "selectbox", "Count by").set_value("category").run()
    app.button(key="cap_add").click().run()
    assert scenario_of(app).caps == (Cap("category", 3),)
    widget(app, "number_input", "At most, of one category").set_value(2).run()
    assert scenario_of(app).caps == (Cap("category", 2),)
    assert "Caps (1)" in app.expander[0].label
    app.button(key="cap_0_out").click().run()
    assert scenario_of(app).caps == ()
    undo(app)
    assert widget(app, "number_input", "At most, of one category").value == 2


def test_a_cap_on_one_value_in_a_window(studio):
    app = studio(Scenario())
    widget(app, "selectbox", "Count by").set_value("category").run()
    widget(app, "selectbox", "Only this value").set_value("Mugs").run()
    widget(app, "number_input", "Window").set_value(4).run()
    app.button(key="cap_add").click().run()
    assert scenario_of(app).caps == (Cap("category", 3, "Mugs", 4),)
    assert any("category Mugs, in any 4 places" in each.label for each in app.number_input)


def test_places_are_reserved_for_new_products(studio):
    app = studio(Scenario())
    app.button(key="reserve_add").click().run()
    (reserve,) = scenario_of(app).reserved
    assert (reserve.count, reserve.name) == (1, "Exploration: new products")
    assert reserve.condition.tests[0].operator == "after"
    app.button(key="reserve_0_out").click().run()
    assert scenario_of(app).reserved == ()


def test_guardrails_are_edited_added_and_taken_out(studio):
    app = studio(Scenario(guardrails=DEFAULTS))
    widget(app, "number_input", "Match kept").set_value(90.0).run()
    assert scenario_of(app).guardrails[0] == Guardrail("relevance_kept", least=0.9)
    widget(app, "selectbox", "Add a guardrail").set_value("churn").run()
    app.button(key="guardrail_add").click().run()
    assert scenario_of(app).guardrails[-1] == Guardrail("churn", most=0.5)
    app.button(key="guardrail_0_out").click().run()
    assert [each.metric for each in scenario_of(app).guardrails] == [*[each.metric for each in DEFAULTS[1:]], "churn"]
    assert hook(app, "guardrails")["guardrails"] == "3"


def test_a_guardrail_turns_red_and_find_best_makes_it_green(studio):
    app = studio(Scenario(variety=90, guardrails=(Guardrail("relevance_kept", least=0.9),)))
    assert hook(app, "guardrails")["failed"] == "1"
    assert "below 90 %" in text_of(app)
    app.button(key="find_best").click().run()
    found = scenario_of(app)
    assert 0 < found.variety < 90
    assert hook(app, "guardrails")["failed"] == "0"
    assert f"{found.variety:.0f} % is the largest variety that keeps every guardrail" in "\n".join(c.value for c in app.caption)
    undo(app)
    assert scenario_of(app).variety == 90


def test_where_no_variety_passes_find_best_says_what_fails(studio):
    app = studio(Scenario(variety=30, guardrails=(Guardrail("ild", least=0.999),)))
    app.button(key="find_best").click().run()
    assert scenario_of(app).variety == 30
    assert "Not even a variety of 0" in "\n".join(caption.value for caption in app.caption)


def test_a_preset_is_adopted_and_reset_goes_back_to_the_start(studio):
    app = studio(Scenario(variety=77, caps=(Cap("category", 4),)))
    app.session_state[state.STUDIO_PRESETS] = True
    app.run()
    app.button(key=f"preset_{BALANCED}").click().run()
    changed = scenario_of(app)
    assert (changed.variety, changed.balance, changed.discovery, changed.caps) == (15, 20, 5, (Cap("category", 4),))
    app.button(key="studio_reset").click().run()
    assert scenario_of(app) == Scenario(variety=20, guardrails=DEFAULTS)
    undo(app)
    assert scenario_of(app) == changed


def test_a_preset_that_the_data_has_nothing_for_cannot_be_chosen(studio, monkeypatch):
    import pages.ui.studio.presets as part

    def poor(ground):
        return tuple(
            each if each.name != CLEARANCE else each.__class__(each.name, each.does, missing="No prices are known")
            for each in presets(ground)
        )

    monkeypatch.setattr(part, "presets", poor)
    app = studio(Scenario())
    app.session_state[state.STUDIO_PRESETS] = True
    app.run()
    assert app.button(key=f"preset_{CLEARANCE}").disabled
    assert "No prices are known." in [caption.value for caption in app.caption]


def test_a_segment_gets_a_variety_of_its_own(studio):
    app = studio(Scenario(variety=20))
    picker = widget(app, "multiselect", "Segments")
    label = picker.options[0]
    picker.set_value([label]).run()
    assert scenario_of(app).segment_variety == {label: 20}
    app.slider(key="pick_knob_segment_0").set_value(70).run()
    assert scenario_of(app).segment_variety == {label: 70}
    undo(app)
    assert app.slider(key="pick_knob_segment_0").value == 20


def test_an_exposure_target_by_category(studio):
    app = studio(Scenario(variety=0))
    widget(app, "selectbox", "Targets by").set_value("category").run()
    widget(app, "selectbox", "Value").set_value("Bags").run()
    app.button(key="exposure_add").click().run()
    assert (scenario_of(app).exposure_attribute, scenario_of(app).exposure) == ("category", {"Bags": 0.1})
    app.number_input(key="pick_knob_exposure_0").set_value(40.0).run()
    assert scenario_of(app).exposure == {"Bags": 0.4}
    app.button(key="exposure_0_out").click().run()
    assert scenario_of(app) == Scenario()


def test_a_run_without_vectors_explains_its_sliders(studio, loaded):
    app = studio(Scenario(variety=20, similarity="model"), folds=(), run=loaded.popularity)
    assert widget(app, "slider", "Variety").disabled
    assert "no vectors for products" in "\n".join(caption.value for caption in app.caption)


def test_closed_folds_cost_no_widgets(studio):
    app = studio(folds=())
    assert not app.number_input
    assert len(app.expander) >= len(FOLDS)
