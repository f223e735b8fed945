"""What the scenario does to each segment of shoppers, with intervals, and who loses a tenth of their match."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from pages.ui import formats, show
from pages.ui.charts.segments import SegmentChange, segments_chart
from pages.ui.studio import figures
from pages.ui.studio import words_population as words
from pages.ui.studio.stage import Stage
from pages.ui.studio.words_population import SHARE
from recsys_core.ranking.guardrails import FEWEST

if TYPE_CHECKING:
    from recsys_core.ranking.outcome import Figure, Outcome, SegmentFigures

SEGMENT = 220  # pixels of its column


def draw(stage: Stage) -> None:
    """The shoppers' side of the scenario."""
    told = stage.told
    segments = [each for each in told.segments if each.figures]
    st.markdown(f"**{formats.plain(losing(told, segments))}**")
    if not told.segments:
        st.caption(words.SEGMENTS_NONE)
        return
    if segments:
        _figures(told, segments)
    _small(told)
    spans = [
        show.hook_html("segment", scenario=told.hash, label=s.label, users=s.users, losing=s.losing, **{f.name: f.after for f in s.figures})
        for s in told.segments
    ]
    show.hooks("segments", *spans)


def losing(told: Outcome, segments: Sequence[SegmentFigures]) -> str:
    """How many shoppers lose more than a tenth of their match, and in which segment most of them do."""
    if not told.losing > 0:
        return words.LOSING_NONE
    text = words.LOSING.format(share=formats.percent(told.losing))
    worst = max(segments, key=lambda each: each.losing, default=None)
    return f"{text}. {words.LOSING_MOST.format(name=worst.label, share=formats.percent(worst.losing))}" if worst and worst.losing else text


def _figures(told: Outcome, segments: Sequence[SegmentFigures]) -> None:
    names = [figure.name for figure in segments[0].figures]
    chosen = st.segmented_control(
        words.SEGMENTS_LABEL,
        names,
        format_func=lambda name: figures.words_of(name).name,
        default=names[0],
        required=True,
        key="studio_segments_figure",
        label_visibility="collapsed",
    )
    name = str(chosen or names[0])
    rows = changes(told, segments, name)
    about = figures.words_of(name)
    subtitle = words.SEGMENTS_SUBTITLE.format(figure=about.name)
    axis = words.SEGMENTS_AXIS[SHARE if about.kind == SHARE else words.NUMBER]
    chart = segments_chart(rows, title=finding(rows, name), subtitle=subtitle, axis=axis, shoppers=words.SEGMENT_SHOPPERS)
    show.chart(chart, "studio_segments")
    st.dataframe(
        table_of(told, segments),
        hide_index=True,
        column_config={words.SEGMENT_COLUMNS["segment"]: st.column_config.TextColumn(width=SEGMENT)},
        alt=words.TABLE_ALT,
        key="studio_segments_table",
    )


def changes(told: Outcome, segments: Sequence[SegmentFigures], name: str) -> list[SegmentChange]:
    """Everybody first, then the segments."""
    everybody = told.figure(name)
    of_all = [_row(words.EVERYBODY, told.users, everybody, everybody=True)] if everybody is not None else []
    return of_all + [_row(each.label, each.users, figure) for each in segments for figure in each.figures if figure.name == name]


def finding(rows: Sequence[SegmentChange], name: str) -> str:
    """The segment whose change is the largest of the clear ones."""
    clear = [row for row in rows if row.clear and not row.everybody]
    if not clear:
        return words.SEGMENTS_UNCLEAR
    most = max(clear, key=lambda row: abs(row.change))
    scale = 100 if figures.words_of(name).kind == SHARE else 1
    return words.SEGMENTS_MOST.format(name=most.label, change=figures.change(name, most.change / scale))


def table_of(told: Outcome, segments: Sequence[SegmentFigures]) -> pd.DataFrame:
    """Before and after of every figure, a row a segment."""
    rows = []
    for each in segments:
        row: dict[str, object] = {words.SEGMENT_COLUMNS["segment"]: each.label, words.SEGMENT_COLUMNS["users"]: each.users}
        row[words.SEGMENT_COLUMNS["losing"]] = formats.percent(each.losing)
        for figure in each.figures:
            sides = [figures.value(figure.name, side) for side in (figure.before, figure.after)]
            clear = "" if figure.is_clear else f" ({words.NO_CLEAR_CHANGE})"
            row[figures.words_of(figure.name).name] = f"{sides[0]} → {sides[1]}{clear}"
        rows.append(row)
    return pd.DataFrame(rows)


def _row(label: str, users: int, figure: Figure, *, everybody: bool = False) -> SegmentChange:
    scale = 100 if figures.words_of(figure.name).kind == SHARE else 1
    before, after = (figures.value(figure.name, side) for side in (figure.before, figure.after))
    verdict = figures.change(figure.name, figure.difference) if figure.is_clear else words.NO_CLEAR_CHANGE
    text = f"{label}<br>{before} → {after}<br>{verdict} ({figures.interval(figure)})"
    return SegmentChange(label, users, scale * figure.difference, scale * figure.low, scale * figure.high, text, everybody)


def _small(told: Outcome) -> None:
    """Segments that overlap with others, those that are too small for figures, and shoppers in none."""
    if drawn := [each.label for each in told.segments if each.drawn]:
        st.caption(formats.plain(words.DRAWN.format(segments=formats.listing(drawn))))
    small = [each for each in told.segments if not each.figures]
    if small:
        named = formats.listing(f"{each.label} ({formats.count(each.users)})" for each in small)
        st.caption(formats.plain(words.SMALL.format(fewest=FEWEST, segments=named)))
    if told.outside:
        st.caption(words.NO_SEGMENT.format(n=formats.count(told.outside)))
