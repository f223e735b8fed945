"""Limits on how alike a list may be: caps on values of an attribute, different groups at least, reserved places."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import streamlit as st

from pages.ui import formats, state
from pages.ui.studio import conditions_form, draft, knob, words_rules
from pages.ui.studio import words_controls as words
from pages.ui.studio.stage import Stage
from recsys_core.ranking.conditions import AFTER, AT_MOST, Clause, Condition
from recsys_core.ranking.population import NEW_DAYS
from recsys_core.ranking.scenario import LONGEST_LIST, Cap, Reserve, Scenario

FIRST_MOST = 3  # of a new cap
COLD = 25  # per cent of the products, those that the fewest have bought


def draw(stage: Stage) -> None:
    """The fold of caps."""
    scenario = stage.asked
    count = len(scenario.caps) + len(scenario.reserved) + bool(scenario.min_distinct)
    with knob.fold("caps", f"{words.CAPS} ({count})" if count else words.CAPS) as is_open:
        if is_open:
            _caps(scenario)
            _new_cap(stage)
            st.number_input(
                words.MIN_DISTINCT,
                0,
                LONGEST_LIST,
                step=1,
                help=words.MIN_DISTINCT_HELP,
                **knob.setting("min_distinct", scenario.min_distinct),
            )
            _reserved(stage)


def cap_words(cap: Cap) -> str:
    """ "At most, of one category, in any 5 places"."""
    name = words_rules.attribute(cap.attribute).lower()
    text = words.CAP_OF.format(attribute=name) if cap.value is None else words.CAP_OF_VALUE.format(attribute=name, value=cap.value)
    return words.IN_WINDOW.format(text=text, window=cap.window) if cap.window else text


def _caps(scenario: Scenario) -> None:
    for number, cap in enumerate(scenario.caps):
        with st.container(horizontal=True, vertical_alignment="bottom", key=f"cap_{number}"):
            st.number_input(
                formats.plain(cap_words(cap)),
                1,
                LONGEST_LIST,
                step=1,
                **knob.knob(
                    f"cap_{number}_most",
                    cap.most,
                    lambda s, most, at=number: s.with_(caps=knob.instead(s.caps, at, _with_most(s.caps[at], most))) if most else s,
                ),
            )
            knob.remove_button(f"cap_{number}_out", words.REMOVE, lambda s, at=number: s.with_(caps=knob.without(s.caps, at)))


def _with_most(cap: Cap, most: int) -> Cap:
    return Cap(cap.attribute, int(most), cap.value, cap.window)


def _new_cap(stage: Stage) -> None:
    names = conditions_form.of_text(stage)
    if not names:
        return
    with st.container(key="cap_new", border=True):
        keys = {part: state.widget_key(f"cap_new_{part}") for part in ("attribute", "value", "most", "window")}
        name = st.selectbox(
            words.CAP_ATTRIBUTE, names, format_func=words_rules.attribute, key=keys["attribute"], help=words.CAP_ATTRIBUTE_HELP
        )
        st.selectbox(
            words.CAP_VALUE,
            conditions_form.values(stage, name or names[0]),
            index=None,
            placeholder=words.CAP_VALUE_EMPTY,
            accept_new_options=True,
            key=f"{keys['value']}_{name}",
        )
        left, right = st.columns(2, gap="small", vertical_alignment="bottom")
        left.number_input(words.CAP_MOST, 1, LONGEST_LIST, FIRST_MOST, step=1, key=keys["most"])
        right.number_input(words.CAP_WINDOW, 0, LONGEST_LIST, 0, step=1, key=keys["window"], help=words.CAP_WINDOW_HELP)
        st.button(words.ADD_CAP, icon=":material/add:", key="cap_add", width="stretch", on_click=_add_cap)


def _add_cap() -> None:
    parts = {part: state.get(state.widget_key(f"cap_new_{part}")) for part in ("attribute", "most", "window")}
    value = state.get(f"{state.widget_key('cap_new_value')}_{parts['attribute']}")
    draft.edit(lambda s: s.with_(caps=(*s.caps, Cap(parts["attribute"], int(parts["most"]), value or None, int(parts["window"] or 0)))))


def _reserved(stage: Stage) -> None:
    st.markdown(f"**{words.RESERVED}**", help=words.RESERVED_HELP)
    for number, each in enumerate(stage.asked.reserved):
        with st.container(horizontal=True, vertical_alignment="bottom", key=f"reserve_{number}"):
            st.number_input(
                formats.plain(words.RESERVE_COUNT.format(name=each.name or words.EXPLORATION)),
                1,
                LONGEST_LIST,
                step=1,
                help=formats.plain(words_rules.condition_words(each.condition)),
                **knob.knob(
                    f"reserve_{number}_count",
                    each.count,
                    lambda s, count, at=number: (
                        s.with_(reserved=knob.instead(s.reserved, at, _with_count(s.reserved[at], count))) if count else s
                    ),
                ),
            )
            knob.remove_button(f"reserve_{number}_out", words.REMOVE, lambda s, at=number: s.with_(reserved=knob.without(s.reserved, at)))
    _new_reserve(stage)


def _with_count(reserve: Reserve, count: int) -> Reserve:
    return Reserve(reserve.condition, int(count), reserve.name)


def _new_reserve(stage: Stage) -> None:
    ready = reserves(stage)
    with st.container(key="reserve_new", border=True):
        what = st.selectbox(words.RESERVE_WHAT, [*ready, words.RESERVE_CONDITION], key=state.widget_key("reserve_new_what"))
        condition: Condition | None
        if what in ready:
            condition, name = ready[what]
            st.caption(formats.plain(words_rules.condition_words(condition)))
        else:
            condition, name = conditions_form.draw(stage, state.STUDIO_RESERVE), words.EXPLORATION
        st.number_input(words.RESERVE_PLACES, 1, LONGEST_LIST, 1, step=1, key=state.widget_key("reserve_new_count"))
        st.button(
            words.ADD_RESERVE,
            icon=":material/add:",
            key="reserve_add",
            width="stretch",
            disabled=condition is None,
            on_click=_add_reserve,
            args=(condition, name),
        )


def reserves(stage: Stage) -> dict[str, tuple[Condition, str]]:
    """What places can be reserved for without building a condition: what to say -> (the condition, the name of the places)."""
    ground, found = stage.ground, {}
    column = next((name for name in ("launch_date", "first_seen") if name in ground.table), None)
    if column and ground.today is not None and ground.has("freshness"):
        day = (ground.today - timedelta(days=NEW_DAYS)).date().isoformat()
        found[words.RESERVE_NEW] = (Condition((Clause(column, AFTER, day),)), words.EXPLORATION_NEW)
    if "n_users" in ground.table and ground.n_items:
        few = float(np.percentile(ground.table["n_users"].to_numpy(dtype=np.float64, na_value=0.0), COLD))
        found[words.RESERVE_COLD] = (Condition((Clause("n_users", AT_MOST, few),)), words.EXPLORATION_COLD)
    return found


def _add_reserve(condition: Condition, name: str) -> None:
    count = int(state.get(state.widget_key("reserve_new_count")) or 1)
    draft.edit(lambda s: s.with_(reserved=(*s.reserved, Reserve(condition, count, name))))
    state.clear(state.STUDIO_RESERVE)
