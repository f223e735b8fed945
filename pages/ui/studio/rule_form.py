"""Merchandising rules: the list with its switches, the builder, and a product pinned by its title."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import streamlit as st

from pages.ui import formats, state
from pages.ui.studio import conditions_form, draft
from pages.ui.studio import words_rules as words
from pages.ui.studio.knob import fold, instead, knob, without
from pages.ui.studio.stage import Stage
from recsys_core.errors import UserError
from recsys_core.ranking.conditions import IS, Clause, Condition
from recsys_core.ranking.rules import findings
from recsys_core.ranking.scenario import BOOST, BURY, LONGEST_LIST, PIN, RULE_KINDS, SOFT_PIN, Rule, Scenario

HITS = 6  # products offered to a search by title
LONGEST_NAME = 80


def draw(stage: Stage) -> None:
    """The fold with everything about rules."""
    rules = stage.asked.rules
    with fold("rules", f"{words.RULES} ({len(rules)})" if rules else words.RULES) as is_open:
        if not is_open:
            return
        building = state.get(state.STUDIO_RULE)
        with st.container(key="rules", gap=None):
            dead = _dead(stage)
            for number, rule in enumerate(rules):
                _row(number, rule, dead.get(number, ""))
        if building is not None:
            _builder(stage, building)
            return
        if not rules:
            st.caption(words.NO_RULES)
        st.button(words.NEW, key="rule_new", icon=":material/add:", on_click=begin, args=(stage,), width="stretch")
        _pin(stage)


def begin(stage: Stage) -> None:
    """Callback: build a new rule."""
    fresh = {"at": None, "kind": BOOST, "amount": 0.25, "place": 1, "segments": [], "starts": None, "ends": None, "priority": 100}
    state.set_(state.STUDIO_RULE, {**fresh, "name": "", "more": False, **conditions_form.empty(stage)})


def edit(number: int) -> None:
    """Callback: show a rule of the scenario in the builder."""
    rule = draft.shown().rules[number]
    told = {name: getattr(rule, name) for name in ("kind", "amount", "place", "starts", "ends", "priority", "name")}
    more = bool(rule.segments or rule.starts or rule.ends or rule.priority != 100)
    state.set_(
        state.STUDIO_RULE,
        {**told, "at": number, "more": more, "segments": list(rule.segments), **conditions_form.held_as(rule.condition)},
    )


def _dead(stage: Stage) -> dict[int, str]:
    """Why rules do nothing, by their numbers."""
    with suppress(UserError):  # the lists say what is wrong with the scenario
        found = findings(stage.scenario, stage.ready().ruled) if stage.scenario.rules else []
        return {each.rule: each.reason for each in found if each.kind == "dead"}
    return {}


def _row(number: int, rule: Rule, dead: str) -> None:
    with st.container(key=f"rule_{number}"):
        left, right = st.columns([5, 1], gap="small")
        mark = ":orange[:material/warning:] " if dead else ""
        left.toggle(
            mark + formats.plain(formats.shorten(rule.name or words.rule_name(rule), 60)),
            **knob(
                f"rule_{number}_on",
                rule.enabled,
                lambda scenario, on: _with_rule(scenario, number, enabled=bool(on)),
            ),
        )
        right.button(
            "",
            icon=":material/edit:",
            key=f"rule_{number}_edit",
            help=formats.plain(f"{words.EDIT}. {words.rule_words(rule)}. {dead}"),
            type="tertiary",
            on_click=edit,
            args=(number,),
        )


def _builder(stage: Stage, building: dict[str, Any]) -> None:
    with st.container(key="rule_builder"):
        kind = building["kind"]
        st.selectbox(words.KIND, RULE_KINDS, format_func=words.KINDS.get, help=words.KINDS_HELP[kind], **_part("kind", kind))
        condition = conditions_form.draw(stage, state.STUDIO_RULE)
        if kind in (BOOST, BURY):
            amounts = sorted({*words.STRENGTHS, building["amount"]})
            st.selectbox(
                words.AMOUNT,
                amounts,
                format_func=lambda amount: words.STRENGTHS.get(amount, formats.percent(amount, 0)),
                help=words.AMOUNT_HELP,
                **_part("amount", building["amount"]),
            )
        if kind in (PIN, SOFT_PIN):
            st.number_input(words.PLACE, 1, LONGEST_LIST, step=1, **_part("place", int(building["place"])))
        st.toggle(words.MORE, **_part("more", bool(building["more"])))
        if building["more"]:
            _more(stage, building)
        problem = _problem(building, condition)
        if problem:
            st.caption(formats.plain(problem))
        _buttons(stage, building, condition is None or bool(problem))


def _more(stage: Stage, building: dict[str, Any]) -> None:
    """Whom a rule is for, when, in which order, and its name."""
    chosen = building["segments"]
    st.multiselect(
        words.SEGMENTS, list(dict.fromkeys([*stage.ground.segments, *chosen])), help=words.SEGMENTS_HELP, **_part("segments", chosen)
    )
    for name, label in (("starts", words.STARTS), ("ends", words.ENDS)):
        st.date_input(label, **_part(name, date.fromisoformat(building[name]) if building[name] else None))
    st.number_input(words.PRIORITY, 0, 1_000_000, step=1, help=words.PRIORITY_HELP, **_part("priority", int(building["priority"])))
    st.text_input(words.NAME, max_chars=LONGEST_NAME, placeholder=words.NAME_EMPTY, **_part("name", building["name"]))


def _buttons(stage: Stage, building: dict[str, Any], incomplete: bool) -> None:
    at = building["at"]
    with st.container(horizontal=True):
        st.button(
            words.ADD if at is None else words.SAVE, key="rule_save", type="primary", disabled=incomplete, on_click=_save, args=(stage,)
        )
        st.button(words.CANCEL, key="rule_cancel", on_click=state.clear, args=(state.STUDIO_RULE,))
    if at is not None:
        last = len(stage.asked.rules) - 1
        with st.container(horizontal=True):
            st.button("", icon=":material/arrow_upward:", key="rule_up", help=words.UP, disabled=at == 0, on_click=_move, args=(at, at - 1))
            st.button(
                "",
                icon=":material/arrow_downward:",
                key="rule_down",
                help=words.DOWN,
                disabled=at >= last,
                on_click=_move,
                args=(at, at + 1),
            )
            st.button(words.DELETE, icon=":material/delete:", key="rule_delete", on_click=_delete, args=(at,))


def _pin(stage: Stage) -> None:
    """A search by title; a click pins what is found."""
    key = state.widget_key("rule_pin")
    st.text_input(words.PIN_SEARCH, key=key, placeholder=words.PIN_EMPTY, help=words.PIN_HELP, icon=":material/search:")
    asked = str(state.get(key) or "").split()
    if not asked:
        return
    found = search(stage.catalogue.titles, stage.catalogue.buyers, asked)
    if not found:
        st.caption(words.NOT_FOUND)
    for item in found:
        st.button(
            formats.plain(formats.shorten(stage.catalogue.titles[item], 40)),
            key=f"pin_{item}",
            icon=":material/keep:",
            type="tertiary",
            on_click=pin,
            args=(str(stage.catalogue.ids[item]), stage.catalogue.titles[item]),
        )


def search(titles: list[str], buyers: np.ndarray, asked: list[str]) -> list[int]:
    """The most bought products whose titles have all these words."""
    wanted = [word.casefold() for word in asked]
    hits = [item for item, title in enumerate(titles) if all(word in title.casefold() for word in wanted)]
    return sorted(hits, key=lambda item: -int(buyers[item]))[:HITS]


def pin(item_id: str, title: str) -> None:
    """Callback: a product on the first place that is not pinned yet."""

    def pinned(scenario: Scenario) -> Scenario:
        taken = {rule.place for rule in scenario.rules if rule.kind == PIN and rule.enabled}
        place = next(place for place in range(1, LONGEST_LIST + 2) if place not in taken)
        name = formats.shorten(words.PINNED.format(title=title), LONGEST_NAME)
        rule = Rule(PIN, Condition((Clause("item_id", IS, item_id),)), name=name, place=place)
        return scenario.with_(rules=(*scenario.rules, rule))

    draft.edit(pinned)
    state.set_(state.widget_key("rule_pin"), "")


def _rule(building: dict[str, Any]) -> Rule:
    """The rule being built. Raises UserError."""
    condition = Condition(tuple(Clause(t["attribute"], t["operator"], t["value"]) for t in building["tests"]), bool(building["any"]))
    settings = {name: building[name] for name in ("kind", "amount", "starts", "ends", "name")}
    rule = Rule(
        condition=condition,
        place=int(building["place"]),
        priority=int(building["priority"]),
        segments=tuple(building["segments"]),
        **settings,
    )
    return rule if rule.name else replace(rule, name=formats.shorten(words.rule_name(rule), LONGEST_NAME))


def _problem(building: dict[str, Any], condition: Condition | None) -> str:
    if condition is None:
        return ""
    try:
        _rule(building)
    except UserError as error:
        return f"{error.message} {error.hint}"
    return ""


def _save(stage: Stage) -> None:
    building = state.get(state.STUDIO_RULE)

    def saved(scenario: Scenario) -> Scenario:
        rule, at = _rule(building), building["at"]
        if at is None or at >= len(scenario.rules):
            return scenario.with_(rules=(*scenario.rules, rule))
        return scenario.with_(rules=instead(scenario.rules, at, replace(rule, enabled=scenario.rules[at].enabled)))

    draft.edit(saved)
    state.clear(state.STUDIO_RULE)


def _move(at: int, to: int) -> None:
    def moved(scenario: Scenario) -> Scenario:
        rules = list(scenario.rules)
        rules.insert(to, rules.pop(at))
        return scenario.with_(rules=tuple(rules))

    draft.edit(moved)
    state.set_(state.STUDIO_RULE, {**state.get(state.STUDIO_RULE), "at": to})


def _delete(at: int) -> None:
    draft.edit(lambda scenario: scenario.with_(rules=without(scenario.rules, at)))
    state.clear(state.STUDIO_RULE)


def _with_rule(scenario: Scenario, number: int, **changes: Any) -> Scenario:
    return scenario.with_(rules=instead(scenario.rules, number, replace(scenario.rules[number], **changes)))


def _part(part: str, value: Any) -> dict[str, Any]:
    key = f"{state.STUDIO_RULE}_{part}"
    return {"key": state.show_in_widget(key, value), "on_change": _take, "args": (part, key)}


def _take(part: str, key: str) -> None:
    value = state.get(state.widget_key(key))
    state.set_(state.STUDIO_RULE, {**state.get(state.STUDIO_RULE), part: value.isoformat() if isinstance(value, date) else value})
