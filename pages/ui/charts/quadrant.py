"""From homogenised to over-personalised in one picture: how personal lists are, how broad beside their shoppers' past."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from pages.ui.charts.frame import ACCENT, BEFORE, INK, QUIET_TEXT, frame

HEIGHT = 240
HALF = 50.0  # percent of personalisation
AS_BROAD = 1.0  # breadth of a list that is as broad as the past
HIGHEST = 1.6
ARROW = 0.1  # of an axis: nearer points need none
TAKEN = 0.28  # of the height: the room of a corner's words
Corner = tuple[int, int]


def quadrant_chart(
    before: tuple[float, float],
    after: tuple[float, float],
    *,
    corners: Mapping[Corner, str],
    titles: Mapping[Corner, str],
    names: tuple[str, str],
    subtitle: str,
    x: str,
    y: str,
) -> go.Figure:
    """before, after: (personalisation as a share, breadth). names: of both points. The axes stay, so that two scenarios can be compared."""
    points = [(100 * side[0], side[1]) for side in (before, after)]
    top = max(HIGHEST, 1.15 * max(breadth for _, breadth in points))
    figure = go.Figure()
    for (across, up), (name, colour, position) in zip(
        points, ((names[0], BEFORE, "bottom left"), (names[1], ACCENT, "top left")), strict=True
    ):
        lower = "bottom" if position.startswith("bottom") == (points[1][1] >= points[0][1]) else "top"
        figure.add_scatter(
            x=[across],
            y=[up],
            mode="markers+text",
            marker={"color": colour, "size": 12},
            text=[name],
            textposition=f"{lower} {'left' if across > HALF else 'right'}",
            textfont={"size": 12, "color": INK},
            hovertemplate=f"{name}<br>%{{x:.1f}} % not shared with another shopper<br>%{{y:.2f}} times as broad as the past<extra></extra>",
            cliponaxis=False,
        )
    (x0, y0), (x1, y1) = points
    if abs(x1 - x0) > ARROW * 100 or abs(y1 - y0) > ARROW * top:
        figure.add_annotation(
            x=x1, y=y1, ax=x0, ay=y0, xref="x", yref="y", axref="x", ayref="y", arrowcolor=QUIET_TEXT, arrowhead=2, standoff=6, text=""
        )
    for (right, upper), words in corners.items():
        edge = top if upper else 0.0
        taken = any((across > HALF) == bool(right) and abs(up - edge) < TAKEN * top for across, up in points)
        at_edge = bool(upper) != taken  # else beside the line in the middle
        figure.add_annotation(
            text=words,
            x=right,
            y=AS_BROAD if taken else edge,
            xref="paper",
            xanchor="right" if right else "left",
            yanchor="top" if at_edge else "bottom",
            align="right" if right else "left",
            showarrow=False,
            font={"size": 11, "color": QUIET_TEXT},
        )
    for axis in ("x", "y"):
        line = {"color": QUIET_TEXT, "width": 1, "dash": "dot"}
        figure.add_vline(x=HALF, line=line) if axis == "x" else figure.add_hline(y=AS_BROAD, line=line)
    title = titles[corner_of(after)]
    alt = (
        f"{title}. Before: {points[0][0]:.1f} % personal, breadth {points[0][1]:.2f}. "
        f"After: {points[1][0]:.1f} %, breadth {points[1][1]:.2f}."
    )
    frame(figure, title=title, subtitle=subtitle, alt=alt, x=x, y=y, height=HEIGHT)
    figure.update_xaxes(range=[-2, 104], tickvals=[0, 50, 100])
    figure.update_yaxes(range=[0, top], tickvals=[0, 0.5, 1, 1.5], showgrid=False)
    return figure


def corner_of(point: tuple[float, float]) -> Corner:
    """(1 if personal, 1 if as broad as the past) of (personalisation as a share, breadth)."""
    return int(100 * point[0] >= HALF), int(round(point[1], 2) >= AS_BROAD)
