"""How concentrated all exposure is, before and after."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from pages.ui.charts.frame import ACCENT, BEFORE, INK, QUIET_TEXT, frame

HEIGHT = 300
LABELLED = 0.12  # of the catalogue: where the curves are far apart, and named


def exposure_chart(
    products: Sequence[float],
    before: Sequence[float],
    after: Sequence[float],
    *,
    title: str,
    subtitle: str,
    names: tuple[str, str],
    x: str,
    y: str,
) -> go.Figure:
    """products: shares of the catalogue, most shown first; before, after: the shares of all exposure that they hold."""
    figure = go.Figure()
    figure.add_scatter(x=[0, 100], y=[0, 100], mode="lines", line={"color": QUIET_TEXT, "dash": "dot", "width": 1}, hoverinfo="skip")
    at = next((place for place, share in enumerate(products) if share >= LABELLED), 0)
    for name, side, other, colour in ((names[0], before, after, BEFORE), (names[1], after, before, ACCENT)):
        figure.add_scatter(
            x=[100 * share for share in products],
            y=[100 * share for share in side],
            mode="lines",
            line={"color": colour, "width": 2.5},
            hovertemplate=f"{name}: the most shown %{{x:.1f}} % of the products<br>have %{{y:.1f}} % of all exposure<extra></extra>",
        )
        higher = side[at] > other[at] or (side[at] == other[at] and side is before)
        figure.add_annotation(
            x=100 * products[at],
            y=100 * side[at],
            text=name,
            xanchor="right" if higher else "left",
            yanchor="bottom" if higher else "top",
            xshift=-4 if higher else 6,
            showarrow=False,
            font={"size": 12, "color": INK},
        )
    held = [next((100 * p for p, share in zip(products, side, strict=True) if share >= 0.5), 100.0) for side in (before, after)]
    alt = f"{title}. Half of all exposure is held by about {held[0]:.1f} % of the products before and {held[1]:.1f} % after."
    frame(figure, title=title, subtitle=subtitle, alt=alt, x=x, y=y, height=HEIGHT)
    figure.update_xaxes(range=[0, 100])
    figure.update_yaxes(range=[0, 101])
    return figure
