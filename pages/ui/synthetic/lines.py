"""The lines of a verdict as a table: value, ceiling, floor, verdict, and what each says in a sentence."""

from __future__ import annotations

import streamlit as st

from pages.ui import words_synthetic as say
from recsys_core.synthesis.scorecard.card import UNAVAILABLE, Line, Scorecard

ROW, HEAD, MOST_ROWS = 58, 40, 9  # two lines of text a row


def draw(card: Scorecard, group: str) -> None:
    """All lines of a group in a fold: those measured, worst first as they are declared, then why the others were not."""
    of_group = [line for line in card.lines if line.group == group]
    measured = [line for line in of_group if line.status != UNAVAILABLE]
    with st.expander(
        say.LINES.format(group=say.GROUPS[group].lower(), n=len(measured)), icon=":material/table_rows:", key=f"lines_{group}"
    ):
        if measured:
            st.dataframe(
                [row(line) for line in measured],
                hide_index=True,
                height=HEAD + ROW * min(len(measured), MOST_ROWS),
                row_height=ROW,
                alt=say.LINES.format(group=say.GROUPS[group].lower(), n=len(measured)),
                column_config={
                    name: st.column_config.TextColumn(name, help=help_ or None, width=width)
                    for name, help_, width in zip(say.COLUMNS, say.COLUMN_HELP, say.COLUMN_WIDTHS, strict=True)
                },
            )
        missing = [line for line in of_group if line.status == UNAVAILABLE]
        if missing:
            st.markdown(f":gray[**{say.NOT_MEASURED_LINES}**]")
            reasons = dict.fromkeys(line.reason for line in missing)
            for reason in reasons:
                titles = ", ".join(line.title for line in missing if line.reason == reason)
                st.markdown(f":gray[:small[{titles}: {reason}]]")


def row(line: Line) -> dict[str, str]:
    """A line as the table shows it."""
    cells = (
        line.title,
        f"{say.STATUS_SIGNS[line.status]} {say.STATUSES[line.status]}",
        value(line),
        number(line.ceiling),
        number(line.floor),
        line.reading,
        f"{line.meaning} ({line.code})",
    )
    return dict(zip(say.COLUMNS, cells, strict=True))


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
