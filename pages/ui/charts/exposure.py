"""How concentrated all exposure is, before and after."""

from __future__ import annotations

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from pages.ui.charts.frame import ACCENT, BEFORE, INK, QUIET_TEXT, frame

HEIGHT = 300
HALF = 50  # percent of all exposure


def exposure_chart(
    products: Sequence[int],
    before: Sequence[float],
    after: Sequence[float],
    half: tuple[int, int],
    *,
    title: str,
    subtitle: str,
    names: tuple[str, str],
    x: str,
    y: str,
) -> go.Figure:
    """products: how many, most shown first; before, after: the shares of all exposure that they hold; half: how many hold half of it."""
    figure = go.Figure()
    for name, side, colour in ((names[0], before, BEFORE), (names[1], after, ACCENT)):
        figure.add_scatter(
            x=list(products),
            y=[100 * share for share in side],
            mode="lines",
            line={"color": colour, "width": 2.5},
            hovertemplate=f"{name}: the %{{x:,}} most shown products<br>have %{{y:.1f}} % of all exposure<extra></extra>",
        )
    figure.add_hline(y=HALF, line={"color": QUIET_TEXT, "width": 1, "dash": "dot"})
    wider = half[1] >= half[0]
    for name, place, colour, right in ((names[0], half[0], BEFORE, not wider), (names[1], half[1], ACCENT, wider)):
        figure.add_scatter(x=[place], y=[HALF], mode="markers", marker={"color": colour, "size": 10}, hoverinfo="skip")
        figure.add_annotation(
            x=math.log10(place),
            y=HALF,
            text=f"{name}: {place:,}",
            xanchor="left" if right else "right",
            yanchor="top" if right else "bottom",
            xshift=8 if right else -8,
            yshift=-4 if right else 4,
            showarrow=False,
            font={"size": 12, "color": INK},
        )
    alt = f"{title}. {names[0]}: {half[0]:,} products, {names[1]}: {half[1]:,}, of {products[-1]:,}."
    frame(figure, title=title, subtitle=subtitle, alt=alt, x=x, y=y, height=HEIGHT)
    most = math.log10(max(products[-1], 2))
    figure.update_xaxes(type="log", range=[-0.02 * most, 1.02 * most], dtick=1, showgrid=True)
    figure.update_yaxes(range=[0, 102], tickvals=[0, 25, 50, 75, 100])
    return figure
