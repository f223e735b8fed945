"""A condition on products built test by test, with values from the data; held in the session until it is used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from pages.ui import formats, state
from pages.ui.studio import words_rules as words
from pages.ui.studio.stage import Stage
from recsys_core.errors import UserError
from recsys_core.ranking.conditions import CONTAINS, IS, IS_NOT, KNOWN, OPERATORS, UNKNOWN, Clause, Condition, kind_of, matches

OFFERED = 200  # values of an attribute in its list; the commonest
PREFERRED = ("category", "group", "brand", "title")


def empty(stage: Stage) -> dict[str, Any]:
    """A condition to begin with: one test without a value."""
    names = attributes(stage)
    first = next((name for name in PREFERRED if name in names), names[0])
    return {"tests": [{"attribute": first, "operator": OPERATORS[_kind(stage, first)][0], "value": None}], "any": False}


def held_as(condition: Condition) -> dict[str, Any]:
    """A condition as this form holds it."""
    tests = [
        {"attribute": t.attribute, "operator": t.operator, "value": list(t.value) if isinstance(t.value, tuple) else t.value}
        for t in condition.tests
    ]
    return {"tests": tests, "any": condition.any}


def attributes(stage: Stage) -> list[str]:
    """What conditions can be on."""
    source = stage.catalogue.group_source  # the groups are one of the columns, or were found among the products
    twice = {"group"} if source in stage.ground.table else set()
    return [str(name) for name in stage.ground.table.columns if name not in words.HIDDEN_ATTRIBUTES | twice]


def draw(stage: Stage, held: str) -> Condition | None:
    """The form of the condition in the session under `held`, and how many products match; None while it is not complete."""
    if not state.get(held):
        state.set_(held, empty(stage))
    told: Mapping[str, Any] = state.get(held)
    tests = told["tests"]
    for row in range(len(tests)):
        _test(stage, held, row, tests[row], len(tests) > 1)
    if len(tests) > 1:
        st.segmented_control(
            words.ANY_LABEL, list(words.ANY), required=True, format_func=words.ANY.get, **_part(held, "any", bool(told["any"]))
        )
    st.button(words.ADD_TEST, key=f"{held}_add_test", icon=":material/add:", type="tertiary", on_click=_add, args=(held, empty(stage)))
    return _counted(stage, told)


def of_text(stage: Stage) -> list[str]:
    """The attributes that have values to choose from: what caps and targets count by."""
    return [name for name in attributes(stage) if _kind(stage, name) == "text" and name not in ("item_id", "title")]


def values(stage: Stage, name: str) -> list[str]:
    """The commonest values of a text attribute."""
    return list(map(str, stage.ground.values(name).values[:OFFERED])) if name in stage.ground.table else []


def _kind(stage: Stage, name: str) -> str:
    return kind_of(stage.ground.table, name) if name in stage.ground.table else "text"


def _test(stage: Stage, held: str, row: int, test: Mapping[str, Any], removable: bool) -> None:
    name = test["attribute"]
    names = attributes(stage)
    st.selectbox(
        words.ATTRIBUTE,
        names if name in names else [*names, name],
        format_func=words.attribute,
        key=state.show_in_widget(f"{held}_{row}_attribute", name),
        on_change=_take_attribute,
        args=(stage, held, row),
    )
    kind = _kind(stage, name)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(words.OPERATOR, OPERATORS[kind], label_visibility="collapsed", **_field(held, row, "operator", test["operator"]))
        if removable:
            st.button(
                "",
                icon=":material/close:",
                key=f"{held}_{row}_out",
                help=words.REMOVE_TEST,
                type="tertiary",
                on_click=_drop,
                args=(held, row),
            )
    _value(stage, held, row, test, kind)


def _value(stage: Stage, held: str, row: int, test: Mapping[str, Any], kind: str) -> None:
    operator, value = test["operator"], test["value"]
    if operator in (KNOWN, UNKNOWN):
        return
    if kind == "number":
        number = float(value) if isinstance(value, int | float) else None
        st.number_input(words.VALUE, label_visibility="collapsed", placeholder=words.VALUE, **_field(held, row, "value", number))
    elif kind == "date":
        st.date_input(words.DAY, label_visibility="collapsed", **_field(held, row, "value", _day(value)))
    elif operator == CONTAINS:
        text = value if isinstance(value, str) else ""
        st.text_input(words.VALUE, label_visibility="collapsed", placeholder=words.VALUE, **_field(held, row, "value", text))
    else:
        chosen = [str(each) for each in value] if isinstance(value, list) else [] if value is None else [str(value)]
        offered = values(stage, test["attribute"])
        st.multiselect(
            words.VALUES,
            list(dict.fromkeys([*chosen, *offered])),
            accept_new_options=True,
            label_visibility="collapsed",
            placeholder=words.VALUES,
            help=words.MORE_VALUES.format(count=OFFERED) if len(offered) == OFFERED else None,
            select_all=False,
            **_field(held, row, "value", chosen),
        )


def _counted(stage: Stage, told: Mapping[str, Any]) -> Condition | None:
    try:
        condition = Condition(tuple(Clause(t["attribute"], t["operator"], t["value"]) for t in told["tests"]), bool(told["any"]))
    except UserError:
        st.caption(words.INCOMPLETE)
        return None
    try:
        found = int(matches(condition, stage.ground).sum())
    except UserError as error:
        st.caption(formats.plain(error))
        return None
    if found:
        st.markdown(words.MATCHES.format(matched=f"**{found:,}**", all=formats.count(stage.ground.n_items)))
    else:
        st.markdown(f":orange[:material/warning:] {words.MATCHES_NONE}")
    return condition


def _part(held: str, part: str, value: Any) -> dict[str, Any]:
    key = f"{held}_{part}"
    return {"key": state.show_in_widget(key, value), "on_change": _take_part, "args": (held, part, key)}


def _field(held: str, row: int, field: str, value: Any) -> dict[str, Any]:
    key = f"{held}_{row}_{field}"
    return {"key": state.show_in_widget(key, value), "on_change": _take, "args": (held, row, field, key)}


def _take_part(held: str, part: str, key: str) -> None:
    state.set_(held, {**state.get(held), part: state.get(state.widget_key(key))})


def _take(held: str, row: int, field: str, key: str) -> None:
    value = state.get(state.widget_key(key))
    if isinstance(value, date):
        value = value.isoformat()
    changes = {field: value}
    if field == "operator":
        before = state.get(held)["tests"][row]
        same = (before["operator"] in (IS, IS_NOT)) == (value in (IS, IS_NOT))
        changes["value"] = before["value"] if same else None
    _change(held, row, changes)


def _take_attribute(stage: Stage, held: str, row: int) -> None:
    name = str(state.get(state.widget_key(f"{held}_{row}_attribute")))
    _change(held, row, {"attribute": name, "operator": OPERATORS[_kind(stage, name)][0], "value": None})


def _change(held: str, row: int, changes: Mapping[str, Any]) -> None:
    told = state.get(held)
    tests = [{**test, **changes} if place == row else test for place, test in enumerate(told["tests"])]
    state.set_(held, {**told, "tests": tests})


def _add(held: str, fresh: Mapping[str, Any]) -> None:
    told = state.get(held)
    state.set_(held, {**told, "tests": [*told["tests"], *fresh["tests"]]})


def _drop(held: str, row: int) -> None:
    told = state.get(held)
    state.set_(held, {**told, "tests": [test for place, test in enumerate(told["tests"]) if place != row]})


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
