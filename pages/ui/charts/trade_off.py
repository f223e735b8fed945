"""Accuracy against variety: a point a model."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from pages.ui import words_models as say
from pages.ui.charts.frame import INK, frame
from pages.ui.charts.league import Standing

NEAR = 0.95  # of the widest coverage: as good as it
WIDTH, HEIGHT, CHARACTER, LINE, DOT = 480.0, 260.0, 7.0, 16.0, 7.0  # pixels, about, on a desktop
ROOM = 1.18  # of the widest value, for names to the right


def trade_off_chart(standings: Sequence[Standing]) -> go.Figure:
    """Who finds a purchase, to the right, against the share of the catalogue shown; a line joins those that nothing beats in both."""
    points = [s for s in standings if s.shown is not None]
    figure = go.Figure()
    front = unbeaten(points)
    beside = labels(points, front)
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
        text=[name for name, _ in beside],
        textposition=[position for _, position in beside],
        customdata=[s.name for s in points],
        textfont={"size": 12, "color": INK},
        hovertemplate="%{customdata}<br>%{x:.1f} of 100 find a purchase<br>%{y:.0f} % of the products shown<extra></extra>",
        cliponaxis=False,
    )
    alt = "; ".join(
        f"{s.name}: {100 * s.value:.1f} of 100 find a purchase, {100 * (s.shown or 0.0):.0f} % of products shown" for s in points
    )
    frame(figure, title=_finding(points), subtitle=say.TRADE_SUBTITLE, alt=alt, x=say.AXIS_HITS, y=say.AXIS_SHOWN, height=380)
    most, widest = max((s.value for s in points), default=0.1), max((s.shown or 0.0 for s in points), default=0.1)
    figure.update_xaxes(range=[0, 100 * ROOM * most or 1], showgrid=True)
    figure.update_yaxes(range=[0, 115 * widest or 1])
    return figure


def unbeaten(points: Sequence[Standing]) -> list[Standing]:
    """Those that no other one equals or beats in both, from the most accurate to the most varied (the Pareto front)."""
    front: list[Standing] = []
    for s in sorted(points, key=lambda s: (-s.value, -(s.shown or 0.0))):
        if not front or (s.shown or 0.0) > (front[-1].shown or 0.0):
            front.append(s)
    return front


def labels(points: Sequence[Standing], first: Sequence[Standing]) -> list[tuple[str, str]]:
    """(text, position) beside each point; no text where every side is taken, for the hover says it too. first: who chooses first."""
    most, widest = max((s.value for s in points), default=1.0) or 1.0, max((s.shown or 0.0 for s in points), default=1.0) or 1.0
    at = [(WIDTH * s.value / most, HEIGHT * (s.shown or 0.0) / widest) for s in points]
    taken = [(x - DOT, y - DOT, x + DOT, y + DOT) for x, y in at]
    found = [("", "top center")] * len(points)
    for i in sorted(range(len(points)), key=lambda i: (points[i] not in first, not points[i].chosen, -points[i].value)):
        (x, y), half = at[i], CHARACTER * len(points[i].name) / 2
        for position, (left, low) in {
            "top center": (x - half, y + DOT),
            "bottom center": (x - half, y - DOT - LINE),
            "middle right": (x + DOT, y - LINE / 2),
            "middle left": (x - DOT - 2 * half, y - LINE / 2),
        }.items():
            box = (left, low, left + 2 * half, low + LINE)
            others = [other for j, other in enumerate(taken) if j != i]
            inside = box[0] >= 0 and box[2] <= ROOM * WIDTH
            if inside and not any(box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in others):
                taken.append(box)
                found[i] = (points[i].name, position)
                break
    return found


def _finding(points: Sequence[Standing]) -> str:
    if not points:
        return say.TRADE_NONE
    accurate, varied = max(points, key=lambda s: s.value), max(points, key=lambda s: s.shown or 0.0)
    if accurate is varied:
        return say.TRADE_SAME.format(name=accurate.name)
    form = say.TRADE_NEAR if (accurate.shown or 0.0) >= NEAR * (varied.shown or 0.0) else say.TRADE_BETWEEN
    return form.format(accurate=accurate.name, varied=varied.name)
