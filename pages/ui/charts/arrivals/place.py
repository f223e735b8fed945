"""Where a product that is not there yet would lie on the taste map, with the real products nearest to it named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.ui import formats
from pages.ui.charts.frame import ACCENT, BEFORE, INK, PAGE, QUIET_TEXT, SYNTHETIC, frame

HEIGHT = 400
ROOM = 0.5  # of the map's width, to its right: the names of the nearest
LINE = 17  # signs of a line of a name


@dataclass(frozen=True)
class Spot:
    """A named point of the map. hover: the whole story of it."""

    x: float
    y: float
    name: str
    hover: str


def place_chart(
    products: NDArray[np.floating],
    hover: Sequence[str],
    like: NDArray[np.bool_],
    arrival: Spot,
    nearest: Sequence[Spot],
    *,
    title: str,
    subtitle: str,
    like_name: str,
) -> go.Figure:
    """products: [n, 2]; like: which of them are of the arrival's own kind, `like_name`, drawn stronger. nearest: the most alike first."""
    figure = go.Figure()
    for mask, name, marker in (
        (~like, "", {"color": BEFORE, "opacity": 0.28, "size": 4}),
        (like, like_name, {"color": ACCENT, "opacity": 0.5, "size": 5}),
    ):
        rows = np.flatnonzero(mask)
        if len(rows):
            figure.add_scattergl(
                x=products[rows, 0],
                y=products[rows, 1],
                mode="markers",
                name=name,
                marker=marker,
                text=[hover[row] for row in rows],
                hovertemplate="%{text}<extra></extra>",
            )
    _nearest(figure, nearest)
    figure.add_scatter(
        x=[arrival.x],
        y=[arrival.y],
        mode="markers",
        marker={"color": SYNTHETIC, "size": 17, "symbol": "star-diamond", "line": {"width": 1.5, "color": PAGE}},
        text=[arrival.hover],
        hovertemplate="%{text}<extra></extra>",
    )
    _names(figure, products, arrival, nearest)
    told = ", ".join(spot.name for spot in nearest)
    frame(figure, title=title, subtitle=subtitle, alt=f"{title}. {subtitle} Nearest: {told}.", height=HEIGHT)
    figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0})
    figure.update_xaxes(visible=False, range=_range(products[:, 0], arrival.x, ROOM))
    figure.update_yaxes(visible=False, range=_range(products[:, 1], arrival.y, 0.04))
    return figure


def _range(values: NDArray[np.floating], at: float, above: float) -> list[float]:
    low, high = min(float(values.min()), at), max(float(values.max()), at)
    span = max(high - low, 1e-6)
    return [low - 0.04 * span, high + above * span]


def _nearest(figure: go.Figure, nearest: Sequence[Spot]) -> None:
    if nearest:
        figure.add_scatter(
            x=[spot.x for spot in nearest],
            y=[spot.y for spot in nearest],
            mode="markers",
            marker={"color": PAGE, "size": 9, "line": {"width": 2, "color": ACCENT}},
            text=[spot.hover for spot in nearest],
            hovertemplate="%{text}<extra></extra>",
        )


def _lines(name: str) -> str:
    """A name in at most two lines."""
    lines = wrap(name, LINE)
    kept = lines if len(lines) < 3 else [lines[0], f"{lines[1][: LINE - 1]}…"]
    return "<br>".join(formats.on_chart(line) for line in kept)


def _names(figure: go.Figure, products: NDArray[np.floating], arrival: Spot, nearest: Sequence[Spot]) -> None:
    """Names in a column right of the map, in the order of their points from top to bottom, each with a line to its own."""
    (low, high), right = _range(products[:, 1], arrival.y, 0.04), _range(products[:, 0], arrival.x, 0.04)[1]
    spots = sorted([arrival, *nearest], key=lambda spot: -spot.y)
    step = (high - low) / max(len(spots) + 1, 8)
    middle = float(np.clip(np.mean([spot.y for spot in spots]), low + step * len(spots) / 2, high - step * len(spots) / 2))
    for place, spot in enumerate(spots):
        is_new = spot is arrival
        figure.add_annotation(
            x=spot.x,
            y=spot.y,
            ax=right,
            ay=middle + step * ((len(spots) - 1) / 2 - place),
            axref="x",
            ayref="y",
            xanchor="left",
            text=f"<b>{_lines(spot.name)}</b>" if is_new else _lines(spot.name),
            align="left",
            font={"size": 12, "color": INK},
            bgcolor=PAGE,
            opacity=0.95,
            arrowhead=0,
            arrowwidth=1.5 if is_new else 1,
            arrowcolor=SYNTHETIC if is_new else QUIET_TEXT,
            standoff=8 if is_new else 5,
        )
