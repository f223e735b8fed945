"""Which cleaning rules apply, and their parameters: a tick each, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui import words_data as say
from pages.ui.formats import plain
from pages.ui.intake.look_job import Seen
from recsys_core.data.rules import RULES, Rule

SETTINGS_BESIDE = 3


def rule_choice(seen: Seen, roles: Mapping[str, str]) -> dict[str, Any]:
    """{"rules": [...]} where the analyst changed what applies by default, else nothing."""
    usable = [rule for rule in RULES if set(rule.needs) <= set(roles)]
    split = "split" in roles
    st.caption(say.RULES_NONE_SPLIT if split else say.RULES_NOTE)
    on: dict[str, bool] = {}
    for rule in usable:
        if not rule.always:
            default = rule.default and not split
            label = f"{plain(rule.name.capitalize())} :gray[{plain(rule.words)}]"
            on[rule.name] = st.checkbox(label, value=default, key=seen.key(f"rule_{rule.name}_{default}"))
    applied = [rule for rule in usable if on.get(rule.name)]
    given = _settings(seen, applied)
    changed = bool(given) or any(on[rule.name] != (rule.default and not split) for rule in usable if not rule.always)
    chosen: list[Any] = [{"name": rule.name, **given[rule.name]} if rule.name in given else rule.name for rule in applied]
    always = [rule.name for rule in usable if rule.always]
    st.markdown(f":gray[{say.ALWAYS.capitalize()}: {plain(', '.join(always))}]")
    return {"rules": chosen} if changed else {}


def _settings(seen: Seen, rules: Sequence[Rule]) -> dict[str, dict[str, Any]]:
    """The rules' own settings, where there are any; returns what was set differently, by rule."""
    pairs = [(rule, parameter) for rule in rules for parameter in rule.parameters]
    given: dict[str, dict[str, Any]] = {}
    if not pairs:
        return given
    st.markdown(f"**{say.RULE_SETTINGS}**")
    cells = st.columns(SETTINGS_BESIDE)
    for place, (rule, parameter) in enumerate(pairs):
        how: dict[str, Any] = {
            "label": f"{rule.name.capitalize()}: {parameter.name.replace('_', ' ')}",
            "help": parameter.words,
            "placeholder": say.BY_ITSELF,
            "key": seen.key(f"rule_{rule.name}_{parameter.name}"),
        }
        value: Any
        with cells[place % SETTINGS_BESIDE]:
            if parameter.kind == "number":
                value = st.number_input(value=parameter.default, **how)
            else:
                value = str(st.text_input(value=str(parameter.default or ""), **how)).strip() or parameter.default
        if value is not None and value != parameter.default:
            given.setdefault(rule.name, {})[parameter.name] = value
    return given
