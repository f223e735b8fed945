"""Accuracy against variety: a point a model."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from pages.ui import words_models as say
from pages.ui.charts.frame import INK, frame
from pages.ui.charts.league import Standing


def trade_off_chart(standings: Sequence[Standing]) -> go.Figure:
    """Who finds a purchase, to the right, against the share of the catalogue shown; a line joins those that nothing beats in both."""
    points = [s for s in standings if s.shown is not None]
    figure = go.Figure()
    front = unbeaten(points)
    if len(front) > 1:
        figure.add_scatter(
            x=[100 * s.value for s in front],
            y=[100 * (s.shown or 0.0) for s in front],
            mode="lines",
            line={"color": front[0].colour, "width": 1, "dash": "dot"},
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=[100 * s.value for s in points],
        y=[100 * (s.shown or 0.0) for s in points],
        mode="markers+text",
        marker={"color": [s.colour for s in points], "size": 12},
        text=[s.name for s in points],
        textposition=places(points),
        textfont={"size": 12, "color": INK},
        hovertemplate="%{text}<br>%{x:.1f} of 100 find a purchase<br>%{y:.0f} % of the products shown<extra></extra>",
        cliponaxis=False,
    )
    alt = "; ".join(
        f"{s.name}: {100 * s.value:.1f} of 100 find a purchase, {100 * (s.shown or 0.0):.0f} % of products shown" for s in points
    )
    frame(figure, title=_finding(points), subtitle=say.TRADE_SUBTITLE, alt=alt, x=say.AXIS_HITS, y=say.AXIS_SHOWN, height=380)
    most, widest = max((s.value for s in points), default=0.1), max((s.shown or 0.0 for s in points), default=0.1)
    figure.update_xaxes(range=[0, 118 * most or 1], showgrid=True)
    figure.update_yaxes(range=[0, 115 * widest or 1])
    return figure


def unbeaten(points: Sequence[Standing]) -> list[Standing]:
    """Those that no other one equals or beats in both, from the most accurate to the most varied (the Pareto front)."""
    front: list[Standing] = []
    for s in sorted(points, key=lambda s: (-s.value, -(s.shown or 0.0))):
        if not front or (s.shown or 0.0) > (front[-1].shown or 0.0):
            front.append(s)
    return front


def places(points: Sequence[Standing]) -> list[str]:
    """Names beside their points; of two close to each other, one above and one below."""
    most, widest = max((s.value for s in points), default=1.0) or 1.0, max((s.shown or 0.0 for s in points), default=1.0) or 1.0
    found: list[str] = []
    for i, s in enumerate(points):
        near = [
            found[j]
            for j, other in enumerate(points[:i])
            if abs(other.value - s.value) < 0.2 * most and abs((other.shown or 0.0) - (s.shown or 0.0)) < 0.09 * widest
        ]
        found.append(next((p for p in ("top center", "bottom center", "middle left", "middle right") if p not in near), "top center"))
    return found


def _finding(points: Sequence[Standing]) -> str:
    if not points:
        return say.TRADE_NONE
    accurate, varied = max(points, key=lambda s: s.value), max(points, key=lambda s: s.shown or 0.0)
    if accurate is varied:
        return say.TRADE_SAME.format(name=accurate.name)
    return say.TRADE_BETWEEN.format(accurate=accurate.name, varied=varied.name)
