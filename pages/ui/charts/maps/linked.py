"""A small map beside another: where the things lie that belong to what is marked there, over everything else in pale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.ui.charts.frame import BEFORE, frame

HEIGHT = 300
PALE = 1500  # points behind; SVG, because a page has few WebGL canvases
MOST = 150  # points that stand out: the heaviest
SMALLEST, LARGEST = 4.0, 22.0  # pixels


def linked_map(
    coordinates: NDArray[np.floating],
    weights: NDArray[np.floating],
    told: Sequence[str],
    *,
    at: NDArray[np.integer],
    most: float,
    colour: str,
    equal: bool,
    title: str,
    subtitle: str,
    alt: str,
) -> go.Figure:
    """coordinates: [n, 2] of all points. at: int [m], those that stand out, with weights [m] > 0 and told [m]; the heaviest 150.

    most: the weight of the largest dot there may be, so that two maps side by side have one scale; area is weight.
    """
    figure = go.Figure()
    pale = np.unique(np.linspace(0, len(coordinates) - 1, min(PALE, len(coordinates))).astype(np.int64)) if len(coordinates) else []
    figure.add_scatter(
        x=coordinates[pale, 0],
        y=coordinates[pale, 1],
        mode="markers",
        marker={"color": BEFORE, "size": 3, "opacity": 0.35},
        hoverinfo="skip",
    )
    order = np.argsort(-weights, kind="stable")[:MOST]
    figure.add_scatter(
        x=coordinates[at[order], 0],
        y=coordinates[at[order], 1],
        mode="markers",
        marker={"color": colour, "size": sizes_of(weights[order], most), "opacity": 0.55, "line": {"width": 0}},
        hovertext=[told[place] for place in order],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    frame(figure, title=title, subtitle=subtitle, alt=alt, height=HEIGHT)
    for axis, update in ((0, figure.update_xaxes), (1, figure.update_yaxes)):
        low, high = (float(coordinates[:, axis].min()), float(coordinates[:, axis].max())) if len(coordinates) else (0.0, 1.0)
        room = 0.04 * ((high - low) or 1.0)
        update(visible=False, range=[low - room, high + room])
    figure.update_yaxes(scaleanchor="x" if equal else None)
    figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0})
    return figure


def sizes_of(weights: NDArray[np.floating], most: float) -> NDArray[np.float64]:
    """Pixels across: the area is the weight, the largest dot is `most`, nothing is too small to be seen."""
    return np.maximum(SMALLEST, LARGEST * np.sqrt(np.asarray(weights, np.float64) / (most or 1.0)))
