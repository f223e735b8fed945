"""How well products that were left out were guessed: the learned model beside simple ways, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from pages.ui.charts.frame import ACCENT, BEFORE, INK, PAGE, frame

ROW, AROUND = 46, 64


@dataclass(frozen=True)
class Entrant:
    """A way of guessing and its figure with a 95 % interval. ours: the learned one."""

    name: str
    value: float
    low: float
    high: float
    ours: bool = False


def contest_chart(entrants: Sequence[Entrant], *, title: str, subtitle: str, x: str, digits: int = 3) -> go.Figure:
    """A point with its interval a row, in the order given, the first on top; the axis begins at nothing."""
    figure = go.Figure()
    most = max([1e-6, *(entrant.high for entrant in entrants)])
    for place, entrant in enumerate(entrants):
        colour = ACCENT if entrant.ours else BEFORE
        figure.add_scatter(
            x=[entrant.low, entrant.high],
            y=[place, place],
            mode="lines",
            line={"color": colour, "width": 4},
            opacity=0.45,
            hoverinfo="skip",
        )
        figure.add_scatter(
            x=[entrant.value],
            y=[place],
            mode="markers",
            marker={"color": colour, "size": 12},
            hovertemplate=f"{entrant.name}<br>{entrant.value:.{digits}f}, 95 % interval {entrant.low:.{digits}f} to "
            f"{entrant.high:.{digits}f}<extra></extra>",
        )
        figure.add_annotation(
            x=entrant.high,
            y=place,
            text=f"{entrant.value:.{digits}f}",
            xanchor="left",
            xshift=8,
            showarrow=False,
            font={"size": 12, "color": INK},
            bgcolor=PAGE,
        )
    told = "; ".join(f"{e.name} {e.value:.{digits}f} (95 % interval {e.low:.{digits}f} to {e.high:.{digits}f})" for e in entrants)
    frame(figure, title=title, subtitle=subtitle, alt=f"{title}. {told}.", x=x, height=AROUND + ROW * len(entrants))
    figure.update_xaxes(range=[0, 1.15 * most], showgrid=True, nticks=6)
    ticks = {"tickvals": list(range(len(entrants))), "ticktext": [entrant.name for entrant in entrants]}
    figure.update_yaxes(range=[len(entrants) - 0.5, -0.5], showgrid=False, **ticks)
    return figure
