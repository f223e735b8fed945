"""Two models against each other: the differences of several figures, and who finds a purchase by group of shoppers."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from pages.ui import words_models as say
from pages.ui.charts.frame import ACCENT, BEFORE, INK, QUIET_TEXT, frame

ROW, ROOM = 34, 70
LABEL = 28  # characters a line


@dataclass(frozen=True)
class Gap:
    """One figure's difference, second minus first, as a share with its 95 % interval. clear: a paired test says there is one."""

    name: str
    value: float
    low: float
    high: float
    clear: bool


@dataclass(frozen=True)
class GroupPair:
    """One group of shoppers: the share of them that finds a purchase, (value, low, high) with the first and with the second model."""

    label: str
    users: int
    first: tuple[float, float, float]
    second: tuple[float, float, float]


def gaps_chart(gaps: Sequence[Gap], *, title: str, first: str, second: str) -> go.Figure:
    """A point and an interval for each figure, left and right of "no difference"."""
    figure = go.Figure()
    for clear, colour in ((True, ACCENT), (False, BEFORE)):
        part = [(place, gap) for place, gap in enumerate(gaps) if gap.clear is clear]
        figure.add_scatter(
            x=[100 * gap.value for _, gap in part],
            y=[place for place, _ in part],
            error_x={
                "type": "data",
                "array": [100 * (gap.high - gap.value) for _, gap in part],
                "arrayminus": [100 * (gap.value - gap.low) for _, gap in part],
                "color": colour,
                "thickness": 2.5,
                "width": 0,
            },
            mode="markers",
            marker={"color": colour, "size": 11},
            customdata=[_told(gap) for _, gap in part],
            hovertemplate="%{customdata}<extra></extra>",
        )
    most = 100 * max((max(abs(gap.low), abs(gap.high)) for gap in gaps), default=0.01) or 1.0
    figure.add_vline(x=0, line={"color": QUIET_TEXT, "width": 1})
    for side, name in ((-1, first), (1, second)):
        figure.add_annotation(
            text=say.GAP_SIDE.format(name=name),
            x=0.5 + side * 0.012,
            xref="paper",
            y=1,
            yref="paper",
            xanchor="right" if side < 0 else "left",
            yanchor="bottom",
            yshift=4,
            showarrow=False,
            font={"size": 12, "color": QUIET_TEXT},
        )
    subtitle = say.GAP_SUBTITLE.format(first=first, second=second)
    alt = f"{subtitle}. " + "; ".join(_told(gap) for gap in gaps)
    frame(figure, title=title, subtitle=subtitle, alt=alt, x=say.GAP_AXIS, height=ROOM + ROW * max(len(gaps), 1))
    figure.update_xaxes(range=[-1.15 * most, 1.15 * most], showgrid=True)
    _rows(figure, [gap.name for gap in gaps])
    figure.update_layout(margin={"l": 8, "r": 12, "t": 28, "b": 8})
    return figure


def groups_chart(groups: Sequence[GroupPair], *, first: str, second: str) -> go.Figure:
    """Both models' share of shoppers served, group by group; the first grey, the second in the accent."""
    figure = go.Figure()
    for name, colour, shift, of in ((first, BEFORE, -0.14, lambda g: g.first), (second, ACCENT, 0.14, lambda g: g.second)):
        figure.add_scatter(
            x=[100 * of(g)[0] for g in groups],
            y=[place + shift for place in range(len(groups))],
            error_x={
                "type": "data",
                "array": [100 * (of(g)[2] - of(g)[0]) for g in groups],
                "arrayminus": [100 * (of(g)[0] - of(g)[1]) for g in groups],
                "color": colour,
                "thickness": 2.5,
                "width": 0,
            },
            mode="markers",
            marker={"color": colour, "size": 10},
            name=name,
            customdata=[f"{name}<br>{g.label}, {g.users:,} shoppers<br>{100 * of(g)[0]:.1f} of 100" for g in groups],
            hovertemplate="%{customdata}<extra></extra>",
        )
    widest = max(groups, key=lambda g: abs(g.first[0] - g.second[0]), default=None)
    title = say.GROUPS_NONE
    if widest:
        shares = {"a": round(100 * widest.first[0]), "b": round(100 * widest.second[0])}
        title = say.GROUPS_WIDEST.format(label=widest.label, first=first, second=second, **shares)
    subtitle = say.GROUPS_SUBTITLE.format(first=first, second=second)
    tallest = 30 + 16 * max((_wrapped(g.label).count("<br>") + 1 for g in groups), default=1)
    alt = f"{subtitle}. " + "; ".join(f"{g.label}: {100 * g.first[0]:.1f} and {100 * g.second[0]:.1f}" for g in groups)
    frame(figure, title=title, subtitle=subtitle, alt=alt, x=say.AXIS_HITS, height=ROOM + tallest * max(len(groups), 1))
    most = 100 * max((max(g.first[2], g.second[2]) for g in groups), default=0.1)
    figure.update_xaxes(range=[0, 1.1 * most or 1], showgrid=True)
    _rows(figure, [f"{_wrapped(g.label)}<br><span style='font-size:10px'>{g.users:,} shoppers</span>" for g in groups])
    return figure


def _rows(figure: go.Figure, labels: Sequence[str]) -> None:
    figure.update_yaxes(
        tickvals=list(range(len(labels))),
        ticktext=list(labels),
        range=[len(labels) - 0.45, -0.55],
        showgrid=False,
        tickfont={"size": 12, "color": INK},
        ticklabelstandoff=8,
    )


def _wrapped(label: str) -> str:
    return "<br>".join(textwrap.wrap(label, LABEL)) or label


def _told(gap: Gap) -> str:
    word = say.CLEAR if gap.clear else say.NO_CLEAR_DIFFERENCE
    return f"{gap.name}: {100 * gap.value:+.2f} ({100 * gap.low:+.2f} to {100 * gap.high:+.2f}), {word}"
