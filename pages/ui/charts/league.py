"""Models against each other: how many shoppers find a purchase, with a 95 % interval, and how much of the catalogue is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

import plotly.graph_objects as go

from pages.ui import words_models as say
from pages.ui.charts.frame import ACCENT, BEFORE, INK, QUIET_TEXT, REAL, frame

ROW, HIGH_ROW, ROOM = 42, 50, 92  # pixels a row, a row where some name takes two lines, and for axes and captions
NAME, KIND = 16, 21  # characters a line, so that a phone has room for the panels
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
LEFT, RIGHT = (0.0, 0.47), (0.77, 1.0)  # the two panels, as shares of the width; figures and letters stand between them
FIGURES, LETTERS = 32, 38  # pixels from the left panel to where figures end and letters begin
MARGIN = 20  # pixels, for a percentage beside the longest bar


@dataclass(frozen=True)
class Standing:
    """One model in the league. value, low, high: a test figure with its 95 % interval, as shares; shown: share of the catalogue.

    level: it is one of those at the top that no test tells apart. letters: shared by those that no test tells apart.
    kind: of model, in a word.
    """

    name: str
    value: float
    low: float
    high: float
    chosen: bool = False
    level: bool = False
    kind: str = ""
    shown: float | None = None
    letters: str = ""

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
    names = [_label(s) for s in standings]
    row = HIGH_ROW if any(name.count("<br>") > 1 for name in names) else ROW
    alt = f"{measure}, by model. " + "; ".join(_told(s) for s in standings)
    subtitle = say.LEAGUE_SUBTITLE.format(measure=measure, testers=testers)
    frame(figure, title=title, subtitle=subtitle, alt=alt, height=ROOM + row * max(len(standings), 1))
    figure.update_yaxes(
        tickvals=places,
        ticktext=names,
        range=[len(standings) - 0.45, -0.55],
        showgrid=False,
        tickfont={"size": 12, "color": INK},
        ticklabelstandoff=8,
    )
    most, widest = max((s.high for s in standings), default=0.1), max((s.shown or 0.0 for s in standings), default=0.1)
    shares = _ticks(155 * widest, 2)
    panel = {"showgrid": True, "rangemode": "tozero", "title_font": {"size": 12}, "tickfont": {"size": 12}}
    figure.update_layout(
        xaxis={**panel, "domain": LEFT, "range": [0, 105 * most or 1], "tickvals": _ticks(105 * most, 4), "title": {"text": say.AXIS_HITS}},
        xaxis2={
            **panel,
            "domain": RIGHT,
            "anchor": "y",
            "range": [0, 155 * widest or 1],
            "tickvals": shares,
            "ticktext": ["0", *(f"{share:g} %" for share in shares[1:])],
            "tickangle": 0,
            "fixedrange": True,
            "automargin": True,
            "zeroline": False,
        },
        margin={"l": 8, "r": MARGIN, "t": 30, "b": 8},
        bargap=0.62,
    )
    for x, anchor, shift, caption in ((LEFT[0], "left", 0, say.LEAGUE_HITS), (RIGHT[1], "right", MARGIN, say.LEAGUE_SHOWN)):
        figure.add_annotation(
            text=f"<b>{caption}</b>",
            x=x,
            y=1,
            xref="paper",
            yref="paper",
            xanchor=anchor,
            yanchor="bottom",
            xshift=shift,
            yshift=6,
            showarrow=False,
            font={"size": 12},
        )
    _figures(figure, standings)
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


def _figures(figure: go.Figure, standings: Sequence[Standing]) -> None:
    """A column of figures and one of letters, right of the intervals."""
    for place, s in enumerate(standings):
        columns = (f"{100 * s.value:.1f}", "right", FIGURES, INK), (s.letters, "left", LETTERS, QUIET_TEXT)
        for text, anchor, shift, colour in columns:
            if text:
                figure.add_annotation(
                    text=text,
                    x=LEFT[1],
                    xref="paper",
                    y=place,
                    xanchor=anchor,
                    xshift=shift,
                    showarrow=False,
                    font={"size": 12, "color": colour},
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
        x1=RIGHT[0] - 0.02,
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


def _label(standing: Standing) -> str:
    name = "<br>".join(wrap(standing.name, NAME, break_long_words=False))
    kind = "<br>".join(wrap(standing.kind, KIND, break_long_words=False))
    return f"{name}<br><span style='font-size:10px'>{kind}</span>" if kind else name


def _ticks(top: float, at_most: int) -> list[float]:
    """Even ticks from 0 to `top`, none above 100: there are no more shoppers of 100 than that."""
    step = next((step for step in STEPS if top / step <= at_most), STEPS[-1])
    return [step * n for n in range(int(min(top, 100) / step + 1e-9) + 1)]


def _told(standing: Standing) -> str:
    between = f"95 % interval {100 * standing.low:.1f} to {100 * standing.high:.1f}"
    shown = "" if standing.shown is None else f", showing {100 * standing.shown:.0f} % of the products"
    letters = f", marked {standing.letters}" if standing.letters else ""
    return f"{standing.name}: {100 * standing.value:.1f} of 100 ({between}){shown}{letters}"
