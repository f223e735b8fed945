"""What sets a cohort apart: how many times as often each thing is found in it, with its interval, on a log scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from pages.ui.charts.frame import ACCENT, BEFORE, INK, PAGE, QUIET_TEXT, frame

ROW, ROOM = 36, 70
MOST = 64.0  # times as often; an interval that reaches further ends at the edge
TICKS = (1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16, 32, 64)
TICK_WORDS = ("1/64", "1/32", "1/16", "1/8", "1/4", "1/2", "1", "2", "4", "8", "16", "32", "64")


@dataclass(frozen=True)
class Times:
    """One thing. times: how many times as often, low..high its 95 % interval, all above 0. told: the whole story, `said`: in short."""

    name: str
    times: float
    low: float
    high: float
    said: str
    told: str


def contrast_chart(rows: Sequence[Times], *, title: str, subtitle: str, axis: str) -> go.Figure:
    """rows: from the top down; the name of each stands above its interval, so that a narrow column has room for both."""
    figure = go.Figure()
    places = list(range(len(rows)))
    colours = [ACCENT if row.times >= 1 else BEFORE for row in rows]
    figure.add_vline(x=1, line={"color": QUIET_TEXT, "width": 1, "dash": "dot"})
    for place, row, colour in zip(places, rows, colours, strict=True):
        ends = [_within(row.low), _within(row.high)]
        figure.add_scatter(x=ends, y=[place, place], mode="lines", line={"color": colour, "width": 2.5}, hoverinfo="skip")
        figure.add_annotation(
            x=0,
            xref="paper",
            y=place - 0.36,
            text=row.name,
            showarrow=False,
            xanchor="left",
            font={"size": 12, "color": INK},
            bgcolor=PAGE,
            borderpad=0,
        )
    figure.add_scatter(
        x=[_within(row.times) for row in rows],
        y=places,
        mode="markers",
        marker={"color": colours, "size": 9},
        hovertext=[row.told for row in rows],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    alt = f"{title}. {subtitle}. " + "; ".join(row.said for row in rows)
    frame(figure, title=title, subtitle=subtitle, alt=alt, x=axis, height=ROOM + ROW * len(rows))
    low = min([1.0, *(_within(row.low) for row in rows)])
    high = max([1.0, *(_within(row.high) for row in rows)])
    shown = [(tick, word) for tick, word in zip(TICKS, TICK_WORDS, strict=True) if low / 1.5 <= tick <= high * 1.5]
    every = max(1, math.ceil(len(shown) / 6))
    at_one = next(place for place, (tick, _) in enumerate(shown) if tick == 1)
    shown = [pair for place, pair in enumerate(shown) if (place - at_one) % every == 0]
    figure.update_xaxes(
        type="log",
        range=[math.log10(low / 1.3), math.log10(high * 1.3)],
        tickvals=[tick for tick, _ in shown],
        ticktext=[word for _, word in shown],
        showgrid=True,
    )
    figure.update_yaxes(visible=False, range=[len(rows) - 0.5, -0.75])
    figure.update_layout(margin={"l": 4, "r": 8, "t": 4, "b": 8})
    return figure


def _within(value: float) -> float:
    return min(max(value, 1 / MOST), MOST)
