"""Runs against each other: a point and a 95 % interval each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from pages.ui.charts.frame import ACCENT, BEFORE, frame


@dataclass(frozen=True)
class Standing:
    """One run in the league. value, low, high: a test figure with its 95 % interval, as shares."""

    name: str
    value: float
    low: float
    high: float
    chosen: bool = False


def league_chart(standings: Sequence[Standing], *, title: str, measure: str, axis: str, testers: str) -> go.Figure:
    """Best on top; the chosen run in the accent colour. measure: what is plotted; axis: its unit; testers: on whom."""
    rows = list(reversed(standings))
    figure = go.Figure()
    for chosen, colour in ((False, BEFORE), (True, ACCENT)):
        part = [s for s in rows if s.chosen is chosen]
        figure.add_scatter(
            x=[100 * s.value for s in part],
            y=[s.name for s in part],
            error_x={
                "type": "data",
                "array": [100 * (s.high - s.value) for s in part],
                "arrayminus": [100 * (s.value - s.low) for s in part],
                "color": colour,
                "thickness": 2.5,
                "width": 0,
            },
            mode="markers+text",
            marker={"color": colour, "size": 12},
            text=[f"{100 * s.value:.1f}" for s in part],
            textposition="top center",
            hovertemplate="%{y}<br>%{x:.1f} of 100 (%{customdata[0]:.1f} to %{customdata[1]:.1f})<extra></extra>",
            customdata=[[100 * s.low, 100 * s.high] for s in part],
        )
    best = standings[0] if standings else None
    alt = f"{measure}, by model. " + "; ".join(
        f"{s.name}: {100 * s.value:.1f} (95 % interval {100 * s.low:.1f} to {100 * s.high:.1f})" for s in standings
    )
    frame(figure, title=title, subtitle=f"{measure}, {testers}. Lines are 95 % intervals.", alt=alt, x=axis, height=90 + 56 * len(rows))
    top = 100 * max((s.high for s in standings), default=0.1)
    figure.update_xaxes(range=[0, top * 1.12 or 1], showgrid=True, rangemode="tozero")
    figure.update_yaxes(categoryorder="array", categoryarray=[s.name for s in rows], showgrid=False, range=[-0.6, len(rows) - 0.25])
    if best is None:
        figure.update_layout(height=120)
    return figure
