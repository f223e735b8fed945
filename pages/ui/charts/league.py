"""Models against each other: how many shoppers find a purchase, with a 95 % interval, and how much of the catalogue is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from pages.ui import words_models as say
from pages.ui.charts.frame import ACCENT, BEFORE, INK, REAL, frame

ROW, ROOM = 42, 92  # pixels a row, and for axes and captions
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
LEFT, RIGHT = (0.0, 0.66), (0.73, 1.0)  # the two panels, as shares of the width


@dataclass(frozen=True)
class Standing:
    """One model in the league. value, low, high: a test figure with its 95 % interval, as shares; shown: share of the catalogue.

    level: it is one of those at the top that no test tells apart. kind: of model, in a word.
    """

    name: str
    value: float
    low: float
    high: float
    chosen: bool = False
    level: bool = False
    kind: str = ""
    shown: float | None = None

    @property
    def colour(self) -> str:
        """The chosen one stands out; the others at the top are darker than the rest."""
        return ACCENT if self.chosen else REAL if self.level else BEFORE


def league_chart(standings: Sequence[Standing], *, title: str, measure: str, testers: str) -> go.Figure:
    """Best on top. measure: what the left panel plots; testers: on whom."""
    places = list(range(len(standings)))
    figure = go.Figure()
    _intervals(figure, standings)
    _shown(figure, standings)
    alt = f"{measure}, by model. " + "; ".join(_told(s) for s in standings)
    subtitle = say.LEAGUE_SUBTITLE.format(measure=measure, testers=testers)
    frame(figure, title=title, subtitle=subtitle, alt=alt, height=ROOM + ROW * max(len(standings), 1))
    labels = [f"{s.name}<br><span style='font-size:10px'>{s.kind}</span>" if s.kind else s.name for s in standings]
    figure.update_yaxes(
        tickvals=places,
        ticktext=labels,
        range=[len(standings) - 0.45, -0.55],
        showgrid=False,
        tickfont={"size": 12, "color": INK},
        ticklabelstandoff=8,
    )
    most, widest = max((s.high for s in standings), default=0.1), max((s.shown or 0.0 for s in standings), default=0.1)
    panel = {"showgrid": True, "rangemode": "tozero", "title_font": {"size": 12}, "tickfont": {"size": 12}}
    figure.update_layout(
        xaxis={**panel, "domain": LEFT, "range": [0, 122 * most or 1], "tickvals": _ticks(122 * most, 6), "title": {"text": say.AXIS_HITS}},
        xaxis2={
            **panel,
            "domain": RIGHT,
            "anchor": "y",
            "range": [0, 155 * widest or 1],
            "title": {"text": say.AXIS_SHOWN},
            "tickvals": _ticks(155 * widest, 3),
            "fixedrange": True,
            "automargin": True,
            "zeroline": False,
        },
        margin={"l": 8, "r": 12, "t": 30, "b": 8},
        bargap=0.62,
    )
    for x, anchor, caption in ((LEFT[0], "left", say.LEAGUE_HITS), (RIGHT[1], "right", say.LEAGUE_SHOWN)):
        figure.add_annotation(
            text=f"<b>{caption}</b>",
            x=x,
            y=1,
            xref="paper",
            yref="paper",
            xanchor=anchor,
            yanchor="bottom",
            yshift=6,
            showarrow=False,
            font={"size": 12},
        )
    _band(figure, standings)
    return figure


def _intervals(figure: go.Figure, standings: Sequence[Standing]) -> None:
    for colour in dict.fromkeys(s.colour for s in standings):
        part = [(place, s) for place, s in enumerate(standings) if s.colour == colour]
        figure.add_scatter(
            x=[100 * s.value for _, s in part],
            y=[place for place, _ in part],
            error_x={
                "type": "data",
                "array": [100 * (s.high - s.value) for _, s in part],
                "arrayminus": [100 * (s.value - s.low) for _, s in part],
                "color": colour,
                "thickness": 3,
                "width": 0,
            },
            mode="markers",
            marker={"color": colour, "size": 9},
            hovertemplate="%{customdata}<extra></extra>",
            customdata=[_told(s) for _, s in part],
        )
    figure.add_scatter(
        x=[100 * s.high for s in standings],
        y=list(range(len(standings))),
        text=[f"  {100 * s.value:.1f}" for s in standings],
        mode="text",
        textposition="middle right",
        textfont={"size": 12, "color": INK},
        hoverinfo="skip",
        cliponaxis=False,
    )


def _shown(figure: go.Figure, standings: Sequence[Standing]) -> None:
    part = [(place, s) for place, s in enumerate(standings) if s.shown is not None]
    figure.add_bar(
        x=[100 * (s.shown or 0.0) for _, s in part],
        y=[place for place, _ in part],
        orientation="h",
        xaxis="x2",
        marker={"color": [s.colour for _, s in part], "opacity": 0.8},
        text=[f"{100 * (s.shown or 0.0):.0f} %" for _, s in part],
        textposition="outside",
        textfont={"size": 12, "color": INK},
        cliponaxis=False,
        hovertemplate="%{customdata}<extra></extra>",
        customdata=[_told(s) for _, s in part],
    )


def _band(figure: go.Figure, standings: Sequence[Standing]) -> None:
    """A field behind the rows at the top that no paired test tells apart."""
    together = [place for place, s in enumerate(standings) if s.level]
    if len(together) < 2:
        return
    figure.add_shape(
        type="rect",
        x0=0,
        x1=LEFT[1],
        xref="paper",
        y0=-0.5,
        y1=max(together) + 0.5,
        fillcolor=REAL,
        opacity=0.09,
        line_width=0,
        layer="below",
    )
    figure.add_annotation(
        text=say.NO_CLEAR_DIFFERENCE,
        x=LEFT[0] + 0.008,
        xref="paper",
        y=max(together) + 0.42,
        xanchor="left",
        yanchor="bottom",
        showarrow=False,
        font={"size": 11},
    )


def _ticks(top: float, at_most: int) -> list[float]:
    """Even ticks from 0 to `top`, none above 100: there are no more shoppers of 100 than that."""
    step = next((step for step in STEPS if top / step <= at_most), STEPS[-1])
    return [step * n for n in range(int(min(top, 100) / step + 1e-9) + 1)]


def _told(standing: Standing) -> str:
    shown = "" if standing.shown is None else f", showing {100 * standing.shown:.0f} % of the products"
    return (
        f"{standing.name}: {100 * standing.value:.1f} of 100 (95 % interval {100 * standing.low:.1f} to {100 * standing.high:.1f}){shown}"
    )
