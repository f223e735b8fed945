"""The head of the page: the answer in a sentence, which set it is about, and the four steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from pages.ui import formats, show, state
from pages.ui import words_synthetic as say
from pages.ui.formats import plain
from pages.ui.synthetic.stage import Stage
from recsys_core.synthesis.scorecard.card import FAIL, GROUPS, PASS, UNAVAILABLE, WARN, Scorecard
from recsys_core.synthesis.store import SetRecord


def head(stage: Stage) -> None:
    """The answer, with a badge for each verdict, and the set that it is about beside it."""
    if stage.made is None:
        return
    with st.container(key="synthetic_head", horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(key="synthetic_answer", gap="small"):
            st.markdown(f"### {plain(answer(stage.card))}")
            if stage.card:
                with st.container(horizontal=True, gap="small", key="synthetic_badges"):
                    for group in GROUPS:
                        status_badge(stage.card.verdict(group).status, say.GROUPS[group])
        with st.container(key="synthetic_pick", width=330):
            _pick(stage)
    statuses = {group: stage.card.verdict(group).status for group in GROUPS} if stage.card else {}
    collapsed = int(stage.card.collapsed) if stage.card else ""
    record = stage.made.record
    show.hook("synthetic", set=record.id, run=record.run, users=record.users, made=record.step, collapsed=collapsed, **statuses)


def status_badge(status: str, name: str = "") -> None:
    """A verdict in a word with its icon: "Fidelity · passes"."""
    text = f"{name} · {say.STATUSES[status]}" if name else say.STATUSES[status]
    st.badge(text, icon=f":material/{say.STATUS_ICONS[status]}:", color=say.STATUS_COLOURS[status])


def answer(card: Scorecard | None) -> str:
    """The page's question answered in a sentence: which verdicts pass and which do not, never one grade."""
    if card is None:
        return say.NOT_MEASURED
    if card.collapsed:
        return say.ANSWER_COLLAPSED
    by_status = {status: [g for g in GROUPS if card.verdict(g).status == status] for status in (PASS, WARN, FAIL, UNAVAILABLE)}
    if len(by_status[PASS]) == len(GROUPS):
        return say.ANSWER_ALL
    forms = {PASS: (say.PASSES, say.PASS_MANY), FAIL: (say.FAILS, say.FAIL_MANY)}
    parts = []
    for status, groups in by_status.items():
        if groups:
            names = formats.listing(say.GROUPS[group].lower() for group in groups)
            one, many = forms.get(status, ("", ""))
            parts.append(say.ANSWERS[status].format(groups=names, verb=one if len(groups) == 1 else many))
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def _pick(stage: Stage) -> None:
    labels = set_names(stage.sets)
    st.selectbox(
        say.SET,
        list(labels),
        key=state.show_in_widget(state.SYNTHETIC_SET, stage.need.record.id),
        format_func=lambda id_: labels.get(id_, id_),
        on_change=state.take_from_widget,
        args=(state.SYNTHETIC_SET,),
    )


def set_names(sets: Sequence[SetRecord]) -> dict[str, str]:
    """What each set is called in the picker: its size, how it came about, when."""
    names = {}
    for record in sets:
        age = formats.ago(datetime.fromisoformat(record.created_at))
        names[record.id] = say.SET_LABEL.format(n=formats.count(record.users), step=say.SET_STEPS.get(record.step, ""), when=age)
    doubles = {name for name in names.values() if list(names.values()).count(name) > 1}
    return {id_: f"{name} · {id_[-4:]}" if name in doubles else name for id_, name in names.items()}


def steps(stage: Stage, offered: Sequence[str]) -> str:
    """The four steps as one row of buttons; returns which is open. With a scored set the comparison is first, for it is the answer."""
    first = "compare" if stage.card else "generate"
    chosen = state.chosen(state.STEP)
    now = chosen if chosen in offered and stage.made is not None else first
    if stage.made is not None:  # without a set there is one thing to do
        st.segmented_control(
            say.STEP_LABEL,
            list(offered),
            key=state.show_in_widget(state.STEP, now),
            format_func=lambda name: f":material/{say.STEP_ICONS[name]}: {list(say.STEPS).index(name) + 1} · {say.STEPS[name]}",
            required=True,
            label_visibility="collapsed",
            width="stretch",
            on_change=state.take_from_widget,
            args=(state.STEP,),
        )
        st.markdown(f":gray[{say.STEP_LINES[now]}]")
    show.hook("step", step=now)
    return now


def next_step(now: str, offered: Sequence[str]) -> None:
    """One quiet button to the step after this one."""
    order = list(offered)
    if now in order[:-1]:
        following = order[order.index(now) + 1]
        with st.container(horizontal=True, horizontal_alignment="right", key="next_step"):
            st.button(
                say.NEXT[now], icon=":material/arrow_forward:", on_click=state.put, args=(state.STEP, following), key=f"to_{following}"
            )
