"""Rules in the studio: built, listed, pinned by title; what each does to everybody; caps that hold in the lists."""

from __future__ import annotations

import re

from pages.ui import state
from pages.ui.studio import words_rules as words
from recsys_core.data.dataset import Dataset
from recsys_core.ranking.conditions import Clause, Condition
from recsys_core.ranking.scenario import Cap, Guardrail, Rule, Scenario
from tests.app.conftest import hook, html_of, problems, text_of
from tests.app.test_studio_controls import scenario_of, studio, undo, widget  # noqa: F401


def where(name, *values):
    return Condition((Clause(name, "is", list(values)),))


def shown(app, side: str) -> list[str]:
    """The listed item ids of one side, in rank order."""
    return re.search(rf'data-testid="{side}"[^>]*data-items="([^"]*)"', html_of(app)).group(1).split(",")


def build(app, kind: str, *values: str, attribute: str = "category"):
    """A rule made in the builder, as far as its last button."""
    app.button(key="rule_new").click().run()
    widget(app, "selectbox", words.KIND).set_value(kind).run()
    widget(app, "selectbox", words.ATTRIBUTE).set_value(attribute).run()
    widget(app, "multiselect", words.VALUES).set_value(list(values)).run()
    return app


def test_a_rule_is_built_with_the_count_of_its_products_and_added(studio):  # noqa: F811
    app = build(studio(Scenario(), folds=("rules",)), "bury", "Mugs")
    assert "**14** of 42 products match" in text_of(app)
    assert scenario_of(app).rules == ()
    app.button(key="rule_save").click().run()
    (rule,) = scenario_of(app).rules
    assert (rule.kind, rule.condition, rule.amount) == ("bury", where("category", "Mugs"), 0.25)
    assert rule.name == "Push down Mugs"
    assert any("Rules (1)" in each.label for each in app.expander)
    undo(app)
    assert scenario_of(app).rules == ()


def test_a_condition_that_matches_nothing_says_so_while_building(studio):  # noqa: F811
    app = build(studio(Scenario(), folds=("rules",)), "boost", "Hats")
    assert words.MATCHES_NONE in text_of(app)


def test_a_rule_that_does_nothing_is_marked_in_the_rail(studio):  # noqa: F811
    rules = (Rule("boost", where("category", "Hats"), name="Hats"), Rule("boost", where("category", "Mugs"), name="Mugs"))
    app = studio(Scenario(rules=rules), folds=("rules",))
    assert ["warning" in app.toggle(key=f"pick_knob_rule_{number}_on").label for number in (0, 1)] == [True, False]
    assert "No product matches" in app.button(key="rule_0_edit").help


def test_two_tests_are_joined_by_all_or_any(studio):  # noqa: F811
    app = build(studio(Scenario(), folds=("rules",)), "boost", "Mugs")
    app.button(key=f"{state.STUDIO_RULE}_add_test").click().run()
    app.multiselect(key=state.widget_key(f"{state.STUDIO_RULE}_1_value")).set_value(["Bags"]).run()
    assert words.MATCHES_NONE in text_of(app)
    app.segmented_control(key=state.widget_key(f"{state.STUDIO_RULE}_any")).set_value(True).run()
    assert "**28** of 42 products match" in text_of(app)
    app.button(key="rule_save").click().run()
    assert scenario_of(app).rules[0].condition.any


def test_a_number_is_asked_for_where_the_attribute_holds_numbers(studio):  # noqa: F811
    app = studio(Scenario(), folds=("rules",))
    app.button(key="rule_new").click().run()
    widget(app, "selectbox", words.ATTRIBUTE).set_value("price").run()
    app.number_input(key=state.widget_key(f"{state.STUDIO_RULE}_0_value")).set_value(3.0).run()
    app.button(key="rule_save").click().run()
    assert scenario_of(app).rules[0].condition == Condition((Clause("price", "at least", 3.0),))


def test_a_rule_is_edited_moved_switched_off_and_deleted(studio):  # noqa: F811
    first, second = Rule("boost", where("category", "Mugs"), name="A"), Rule("exclude", where("category", "Bags"), name="B")
    app = studio(Scenario(rules=(first, second)), folds=("rules",))
    app.toggle(key="pick_knob_rule_1_on").set_value(False).run()
    assert [rule.enabled for rule in scenario_of(app).rules] == [True, False]
    app.button(key="rule_1_edit").click().run()
    app.button(key="rule_up").click().run()
    assert [rule.name for rule in scenario_of(app).rules] == ["B", "A"]
    widget(app, "selectbox", words.KIND).set_value("boost").run()
    widget(app, "selectbox", words.AMOUNT).set_value(0.5).run()
    app.button(key="rule_save").click().run()
    changed = scenario_of(app).rules[0]
    assert (changed.kind, changed.amount, changed.enabled, changed.name) == ("boost", 0.5, False, "B")
    app.button(key="rule_0_edit").click().run()
    app.button(key="rule_delete").click().run()
    assert scenario_of(app).rules == (first,)
    undo(app)
    assert scenario_of(app).rules == (changed, first)
    assert problems(app) == []


def test_dates_that_end_before_they_start_are_said_and_not_taken(studio):  # noqa: F811
    rule = Rule("boost", where("category", "Mugs"), starts="2026-11-01", ends="2026-11-30")
    app = studio(Scenario(rules=(rule,)), folds=("rules",))
    app.button(key="rule_0_edit").click().run()
    widget(app, "date_input", words.STARTS).set_value("2026-12-05").run()
    assert "ends before it starts" in "\n".join(caption.value for caption in app.caption)
    assert app.button(key="rule_save").disabled


def test_a_product_found_by_its_title_is_pinned_to_the_first_place_for_all(studio, loaded):  # noqa: F811
    app = studio(Scenario(), folds=("rules",))
    widget(app, "text_input", words.PIN_SEARCH).set_value("bag number 7").run()
    button = next(each for each in app.button if each.label == "Bag number 7")
    button.click().run()
    (rule,) = scenario_of(app).rules
    assert (rule.kind, rule.place, rule.name) == ("pin", 1, "Pin Bag number 7")
    dataset = Dataset.open(loaded.home / "datasets" / loaded.dataset)
    had = dataset.positives[dataset.user_index("u005")].indices
    if dataset.item_index("i207") not in had:
        assert shown(app, "after")[0] == "i207"


def test_a_cap_of_three_holds_in_the_list(studio):  # noqa: F811
    app = studio(Scenario(k=9, caps=(Cap("category", 3),)), folds=())
    groups = [item[1] for item in shown(app, "after")]
    assert max(groups.count(group) for group in "012") == 3


def test_the_tab_tells_what_each_rule_does_and_names_the_dead_one(studio):  # noqa: F811
    rules = (
        Rule("exclude", where("category", "Mugs"), name="No mugs"),
        Rule("boost", where("category", "Hats"), name="More hats"),
        Rule("boost", where("category", "Mugs"), name="More mugs"),
    )
    app = studio(Scenario(rules=rules), folds=(), tab="rules")
    told = hook(app, "rule_effects")
    assert told["products"] == "14,0,14"
    changed = [float(each) for each in told["changed"].split(",")]
    assert changed[0] > 0.3
    assert changed[1:] == [0, 0]
    assert (told["dead"], told["conflicts"]) == ("2", "0")
    text = text_of(app).replace("\\", "")
    assert "“More hats” does nothing. No product matches its condition. Change its condition, or delete it." in text
    assert "“More mugs” does nothing. Every product that it matches is excluded." in text
    assert "“No mugs” changes most" in text


def test_the_tab_says_what_will_be_there_without_rules(studio):  # noqa: F811
    app = studio(Scenario(), folds=(), tab="rules")
    assert words.NO_RULES_HINT in text_of(app)


def test_a_rule_can_be_for_some_shoppers_for_some_days_and_have_a_name(studio):  # noqa: F811
    app = build(studio(Scenario(), folds=("rules",)), "pin", "Mugs")
    widget(app, "toggle", words.MORE).set_value(True).run()
    picker = widget(app, "multiselect", words.SEGMENTS)
    label = picker.options[0]
    picker.set_value([label]).run()
    widget(app, "date_input", words.STARTS).set_value("2026-11-01").run()
    widget(app, "number_input", words.PLACE).set_value(4).run()
    app.text_input(key=state.widget_key(f"{state.STUDIO_RULE}_name")).set_value("Mugs *first*").run()
    app.button(key="rule_save").click().run()
    (rule,) = scenario_of(app).rules
    assert (rule.kind, rule.segments, rule.starts, rule.place, rule.name) == ("pin", (label,), "2026-11-01", 4, "Mugs *first*")
    assert any(each.label == "Mugs \\*first\\*" for each in app.toggle)


def test_what_another_shop_had_can_be_seen_and_taken_out_here(studio):  # noqa: F811
    strange = Scenario(
        rules=(Rule("boost", where("flavour", "mint"), name="Mint"),),
        caps=(Cap("flavour", 2),),
        guardrails=(Guardrail("taste", least=1),),
        segment_variety={"Martians": 50},
        exposure={"mint": 0.5},
        exposure_attribute="flavour",
    )
    app = studio(strange)
    assert any("flavour" in problem for problem in problems(app))
    app.button(key="rule_0_edit").click().run()
    app.button(key="rule_delete").click().run()
    for key in ("cap_0_out", "guardrail_0_out", "exposure_0_out"):
        app.button(key=key).click().run()
    widget(app, "multiselect", "Segments").set_value([]).run()
    assert scenario_of(app) == Scenario()
    assert problems(app) == []
