"""The lines of a verdict as a table: value, ceiling, floor, verdict, what is measured and what the value says."""

from __future__ import annotations

import streamlit as st

from pages.ui import words_synthetic as say
from pages.ui.formats import plain, sentence
from recsys_core.synthesis.scorecard.card import PRIVACY, UNAVAILABLE, Line, Scorecard


def draw(card: Scorecard, group: str) -> None:
    """All lines of a group in a fold: those measured, then why the others were not."""
    of_group = [line for line in card.lines if line.group == group]
    measured = [line for line in of_group if line.status != UNAVAILABLE]
    title = say.LINES.format(group=say.GROUPS[group].lower(), n=len(measured))
    with st.expander(title, icon=":material/table_rows:", key=f"lines_{group}"):
        if measured:
            st.markdown(f":gray[:small[{say.CEILING_PRIVACY if group == PRIVACY else say.CEILING} {say.FLOOR}]]")
            names = say.COLUMNS_PRIVACY if group == PRIVACY else say.COLUMNS
            st.table([dict(zip(names, cells(line), strict=True)) for line in measured], hide_index=True, border="horizontal", alt=title)
        missing = [line for line in of_group if line.status == UNAVAILABLE]
        if missing:
            st.markdown(f"**{say.NOT_MEASURED_LINES}**")
            for reason in dict.fromkeys(line.reason for line in missing):
                titles = ", ".join(line.title for line in missing if line.reason == reason)
                st.markdown(f":gray[:small[{plain(titles)}: {plain(reason)}]]")


def cells(line: Line) -> tuple[str, ...]:
    """A line as the table shows it, in Markdown."""
    status = f":{say.STATUS_COLOURS[line.status]}-badge[:material/{say.STATUS_ICONS[line.status]}: {say.STATUSES[line.status]}]"
    told = plain(" ".join(filter(None, (line.meaning, says(line)))))
    return (f"**{plain(line.title)}**", status, value(line), number(line.ceiling), number(line.floor), f":small[{told}]")


def says(line: Line) -> str:
    """What the value says, without the figures that stand in columns of their own."""
    if line.reference is not None:
        return say.REFERENCE_SAYS.format(value=number(line.reference))
    head, found, tail = line.reading.rpartition(": ")
    return sentence(tail) if found and head else ""


def value(line: Line) -> str:
    """Its value, with half of its interval where it has one."""
    if line.value is not None and line.low is not None and line.high is not None:
        return f"{number(line.value)} ± {number((line.high - line.low) / 2)}"
    return number(line.value)


def number(value: float | None) -> str:
    """Three decimals at most: lines are shares, correlations and ratios."""
    if value is None:
        return "–"
    if 0 < abs(value) < 0.0005:
        return "< 0.001" if value > 0 else "> −0.001"
    text = f"{value:.3f}" if abs(value) < 10 else f"{value:,.1f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")
