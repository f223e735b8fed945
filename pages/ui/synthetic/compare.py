"""Step 2: four verdicts in words, the alarms, and behind each verdict its pictures and its lines."""

from __future__ import annotations

import streamlit as st

from pages.ui import formats, show, state
from pages.ui import words_synthetic as say
from pages.ui.formats import plain
from pages.ui.guards import guard
from pages.ui.synthetic import lines, pictures, story
from pages.ui.synthetic.stage import Stage
from recsys_core.synthesis.scorecard.card import FAIL, GROUPS, PASS, PRIVACY, WARN, Line, Scorecard

# What stands for a verdict beside its worst line: the figure that people ask for first.
HEADLINES = {"fidelity": "F6_gap_ks", "structure": "F9_item_cooccurrence", "utility": "U1_tstr", "privacy": "P1_membership_auc"}
JUDGED = (PASS, WARN, FAIL)


def draw(stage: Stage) -> None:
    """The four cards, then one group at a time."""
    card = stage.card
    if card is None:
        st.markdown(f":gray[{say.NOT_MEASURED}]")
        return
    with st.grid(4, min_column_width=230, gap="small", key="verdicts"):
        for group in GROUPS:
            _verdict(card, group)
    _alarms(card)
    _groups(stage, card)


def _verdict(card: Scorecard, group: str) -> None:
    verdict = card.verdict(group)
    lines_of = [line for line in card.lines if line.group == group and line.status in JUDGED]
    with st.container(border=True, key=f"verdict_{group}", height="stretch"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{say.GROUPS[group]}**", width="content")
            story.status_badge(verdict.status)
        st.markdown(f":gray[:small[{say.GROUP_QUESTIONS[group]}]]")
        st.markdown(plain(first_sentence(verdict.words)))
        if verdict.worst:
            _worst(card.line(verdict.worst), verdict.status)
        if lines_of:
            passed = sum(line.status == PASS for line in lines_of)
            told = say.LINES_PASS.format(passed=passed, judged=len(lines_of))
            st.markdown(f":gray[:small[{plain(told)}]]")


def _worst(line: Line, status: str) -> None:
    which = say.NEXT_TO_LIMIT if status == PASS else say.WORST
    st.markdown(
        f":gray[:small[{which}]]  \n{plain(line.title)}: **{lines.value(line)}**  \n:gray[:small[{plain(between(line))}]]",
        help=plain(line.meaning),
    )


def between(line: Line) -> str:
    """What a value lies between: its ceiling and its floor."""
    if line.reference is not None:
        return say.REFERENCE.format(value=lines.number(line.reference))
    if line.ceiling is None or line.floor is None:
        return ""
    form = say.BETWEEN_PRIVACY if line.group == PRIVACY else say.BETWEEN
    return form.format(ceiling=lines.number(line.ceiling), floor=lines.number(line.floor))


def first_sentence(text: str) -> str:
    """The words before the figures: cards say the worst line apart."""
    for mark in (" Nearest to its limit:", " Worst line:"):
        head, found, tail = text.partition(mark)
        if found:
            rest = tail.partition(" Whether ")
            return f"{head}{rest[1]}{rest[2]}" if rest[1] else head
    return text


def _alarms(card: Scorecard) -> None:
    fired = [alarm for alarm in card.alarms if alarm.fired]
    if fired:
        told = "\n".join(f"- {plain(alarm.words)}" for alarm in fired)
        st.error(f"**{say.ALARMS_FIRED}**\n\n{told}", icon=":material/crisis_alert:")
    elif card.alarms:
        calm = "\n".join(f"- {plain(alarm.words)}" for alarm in card.alarms)
        st.markdown(f":gray[:small[:material/check: {say.ALARMS_CALM.format(n=len(card.alarms))}]]", help=f"{say.ALARM_HELP}\n\n{calm}")
    show.hook("alarms", fired=",".join(alarm.id for alarm in fired), n=len(card.alarms))


def _groups(stage: Stage, card: Scorecard) -> None:
    """One group at a time: its pictures, and all its lines in a fold. Only the open one is drawn."""
    labels = {group: f":material/{say.STATUS_ICONS[card.verdict(group).status]}: {say.GROUPS[group]}" for group in GROUPS}
    tabs = st.tabs(list(labels.values()), key=state.SYNTHETIC_GROUP, on_change="rerun")
    for group, tab in zip(GROUPS, tabs, strict=True):
        if tab.open:
            with tab, guard(f"group_{group}"):
                pictures.draw(card, group)
                lines.draw(card, group)
                if card.notes:
                    st.markdown(f":gray[:small[{plain(say.NOTES)}: {plain(' '.join(card.notes))}]]")
                show.hook("group", name=group, lines=sum(line.group == group for line in card.lines))
    sizes = card.sizes
    told = say.SIZES.format(
        **{f"{side}_{what}": formats.count(sizes.get(side, {}).get(what)) for side in ("real", "synthetic") for what in ("users", "rows")}
    )
    st.markdown(f":gray[:small[{plain(told)} {plain(say.NEVER_ONE_GRADE)}]]")
