"""The Pareto frontier of a scenario: what each stop of variety costs, where the scenario stands, where a guardrail fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import plotly.graph_objects as go

from pages.ui.charts.frame import ACCENT, BEFORE, INK, PAGE, QUIET_TEXT, REAL, frame

HEIGHT = 240
STOP, SAVED = "stop", "saved"


@dataclass(frozen=True)
class Place:
    """One point. x: variety; y: what is kept, as it is drawn. told: its whole story. label: beside it. take: what a click on it adopts.

    passes: whether every guardrail holds there.
    """

    x: float
    y: float
    told: str = ""
    label: str = ""
    take: tuple[str, str] | None = None
    passes: bool = True


def frontier_chart(
    stops: Sequence[Place], here: Place, baseline: Place, saved: Sequence[Place], *, title: str, subtitle: str, x: str, y: str, fails: str
) -> go.Figure:
    """stops: in the order of their variety. saved: drawn as numbers, from 1. fails: words on the part where a guardrail fails."""
    figure = go.Figure()
    figure.add_scatter(
        x=[p.x for p in stops],
        y=[p.y for p in stops],
        mode="lines+markers",
        line={"color": REAL, "width": 1.5},
        marker={"color": REAL, "size": 8},
        customdata=[list(p.take or ()) for p in stops],
        hovertext=[p.told for p in stops],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    if saved:
        figure.add_scatter(
            x=[p.x for p in saved],
            y=[p.y for p in saved],
            mode="markers+text",
            marker={"color": PAGE, "size": 18, "line": {"width": 1.5, "color": REAL}},
            text=[str(number) for number in range(1, len(saved) + 1)],
            textposition="middle center",
            textfont={"size": 11, "color": INK},
            customdata=[list(p.take or ()) for p in saved],
            hovertext=[p.told for p in saved],
            hovertemplate="%{hovertext}<extra></extra>",
            cliponaxis=False,
        )
    for place, colour in ((baseline, BEFORE), (here, ACCENT)):
        figure.add_scatter(
            x=[place.x],
            y=[place.y],
            mode="markers",
            marker={"color": colour, "size": 13},
            hovertext=[place.told],
            hovertemplate="%{hovertext}<extra></extra>",
            cliponaxis=False,
        )
    _beside(figure, baseline, baseline.label, "left", "top", -14)
    _beside(figure, here, f"<b>{here.label}</b>", "right" if _side(here, stops).endswith("left") else "left", "bottom", 6)
    # a click dims what it did not hit, unless both look alike
    figure.update_traces(selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}})
    alt = f"{title}. " + "; ".join(p.told for p in (here, baseline, *saved, *stops))
    frame(figure, title=title, subtitle=subtitle, alt=alt.replace("<br>", ", "), x=x, y=y, height=HEIGHT)
    _range(figure, [*stops, here, baseline, *saved])
    _failing(figure, stops, fails)
    return figure


def _beside(figure: go.Figure, place: Place, words: str, xanchor: str, yanchor: str, yshift: int) -> None:
    figure.add_annotation(
        x=place.x, y=place.y, text=words, xanchor=xanchor, yanchor=yanchor, yshift=yshift, showarrow=False, font={"size": 12, "color": INK}
    )


def failing(stops: Sequence[Place]) -> list[tuple[float, float]]:
    """The parts of the axis where a guardrail fails: from half-way to the stop before, to half-way to the one after."""
    if not stops:
        return []
    order = sorted(stops, key=lambda p: p.x)
    borders = [order[0].x, *((a.x + b.x) / 2 for a, b in pairwise(order)), order[-1].x]
    parts: list[tuple[float, float]] = []
    for place, (low, high) in zip(order, pairwise(borders), strict=True):
        if not place.passes:
            joined = bool(parts) and parts[-1][1] == low
            parts = [*parts[:-1], (parts[-1][0], high)] if joined else [*parts, (low, high)]
    return parts


def _failing(figure: go.Figure, stops: Sequence[Place], words: str) -> None:
    parts = failing(stops)
    for low, high in parts:
        figure.add_shape(
            type="rect", x0=low, x1=high, y0=0, y1=1, yref="paper", fillcolor=BEFORE, opacity=0.16, line_width=0, layer="below"
        )
    if parts:
        low, high = max(parts, key=lambda part: part[1] - part[0])
        figure.add_annotation(
            text=words,
            x=(low + high) / 2,
            y=0,
            yref="paper",
            yanchor="bottom",
            yshift=2,
            showarrow=False,
            font={"size": 11, "color": QUIET_TEXT},
        )


def _range(figure: go.Figure, places: Sequence[Place]) -> None:
    """All points with room for the words beside them."""
    xs, ys = [p.x for p in places], [p.y for p in places]
    wide, high = (max(xs) - min(xs)) or 0.1, (max(ys) - min(ys)) or 0.1
    figure.update_xaxes(range=[min(xs) - 0.05 * wide, max(xs) + 0.05 * wide], nticks=4)
    figure.update_yaxes(range=[min(ys) - 0.12 * high, max(ys) + 0.14 * high], nticks=5)


def _side(place: Place, stops: Sequence[Place]) -> str:
    """Words go to the left of a point in the right half."""
    xs = [p.x for p in stops] or [place.x]
    return "top left" if place.x > (min(xs) + max(xs)) / 2 else "top right"
