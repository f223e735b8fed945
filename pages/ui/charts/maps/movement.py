"""What a scenario moves on the map of products: arrows between the centres of lists, over a shade of where exposure is gained and lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.ui.charts.frame import ACCENT, BEFORE, INK, PAGE, QUIET_TEXT, frame

HEIGHT = 420
PALE = 1500
LEVELS = (0.08, 0.3, 0.6)  # of the largest change in a cell
DEPTHS = (0.14, 0.18, 0.26)  # opacity that each adds
NAMED = 9  # arrows with a name beside them
LABEL = 24
SHORTEST = 0.004  # of the map's width: below it there is no arrow to draw


@dataclass(frozen=True)
class Step:
    """One arrow in coordinates of the map. told: its story. clear: whether there is a shift at all; an unclear one is grey."""

    label: str
    start: tuple[float, float]
    end: tuple[float, float]
    told: str
    clear: bool


@dataclass(frozen=True)
class Shade:
    """Centres of a grid's columns x [c] and rows y [r]; change [r, c], more or less shown; told: text of each cell, "" for an empty one."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    change: NDArray[np.float64]
    told: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Dots:
    """Products of one list. before: those shown now, else those that would be. told: one text each."""

    places: NDArray[np.floating]
    before: bool
    told: Sequence[str]


def movement_chart(
    coordinates: NDArray[np.floating],
    shade: Shade | None,
    steps: Sequence[Step],
    dots: Sequence[Dots] = (),
    *,
    equal: bool,
    title: str,
    subtitle: str,
) -> go.Figure:
    """coordinates: [n, 2] of all products, drawn behind everything, at most 1,500 of them."""
    figure = go.Figure()
    if shade is not None:
        _shade(figure, shade)
    pale = np.unique(np.linspace(0, len(coordinates) - 1, min(PALE, len(coordinates))).astype(np.int64))
    figure.add_scatter(
        x=coordinates[pale, 0],
        y=coordinates[pale, 1],
        mode="markers",
        marker={"color": QUIET_TEXT, "size": 2.5, "opacity": 0.3},
        hoverinfo="skip",
    )
    for each in dots:
        figure.add_scatter(
            x=each.places[:, 0],
            y=each.places[:, 1],
            mode="markers",
            marker={"color": BEFORE if each.before else ACCENT, "size": 15 if each.before else 8, "line": {"width": 1, "color": PAGE}},
            hovertext=list(each.told),
            hovertemplate="%{hovertext}<extra></extra>",
        )
    _arrows(figure, steps, float(coordinates[:, 0].min()), float(np.ptp(coordinates[:, 0])) or 1.0)
    alt = f"{title}. " + "; ".join(step.told.replace("<br>", ", ") for step in steps)
    frame(figure, title=title, subtitle=subtitle, alt=alt, height=HEIGHT)
    for axis, update in ((0, figure.update_xaxes), (1, figure.update_yaxes)):
        low, high = float(coordinates[:, axis].min()), float(coordinates[:, axis].max())
        room = 0.03 * ((high - low) or 1.0)
        update(visible=False, range=[low - room, high + room])
    figure.update_yaxes(scaleanchor="x" if equal else None)
    figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0})
    return figure


def _shade(figure: go.Figure, shade: Shade) -> None:
    """Gains in the accent, losses in grey, each in three depths: one colour each, because the browser fills the theme's in."""
    most = float(np.abs(shade.change).max())
    for sign, colour in ((1, ACCENT), (-1, BEFORE)):
        for level, depth in zip(LEVELS, DEPTHS, strict=True):
            inside = sign * shade.change >= level * most if most else np.zeros(shade.change.shape, bool)
            if not inside.any():
                continue
            figure.add_heatmap(
                x=shade.x,
                y=shade.y,
                z=np.where(inside, 1.0, np.nan),
                colorscale=[[0, colour], [1, colour]],
                zmin=0,
                zmax=1,
                opacity=depth,
                showscale=False,
                hoverinfo="skip",
            )
    told = np.array(shade.told, dtype=object)
    if (told != "").any():
        figure.add_heatmap(
            x=shade.x,
            y=shade.y,
            z=np.where(told != "", 1.0, np.nan),
            colorscale=[[0, PAGE], [1, PAGE]],
            opacity=0.01,
            showscale=False,
            hovertext=told.tolist(),
            hovertemplate="%{hovertext}<extra></extra>",
            hoverongaps=False,
        )


def _arrows(figure: go.Figure, steps: Sequence[Step], edge: float, width: float) -> None:
    for step in steps:
        colour = ACCENT if step.clear else BEFORE
        if np.hypot(step.end[0] - step.start[0], step.end[1] - step.start[1]) >= SHORTEST * width:
            ends = {"x": step.end[0], "y": step.end[1], "ax": step.start[0], "ay": step.start[1], "axref": "x", "ayref": "y"}
            figure.add_annotation(**ends, text="", showarrow=True, arrowhead=2, arrowsize=1.1, arrowwidth=2, arrowcolor=colour)
    for start in (True, False):
        figure.add_scatter(
            x=[(step.start if start else step.end)[0] for step in steps],
            y=[(step.start if start else step.end)[1] for step in steps],
            mode="markers",
            marker={
                "color": [BEFORE if start or not step.clear else ACCENT for step in steps],
                "size": 9 if start else 7,
                "line": {"width": 1, "color": PAGE},
            },
            hovertext=[step.told for step in steps],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    placed: list[tuple[float, float]] = []
    for step in steps[:NAMED]:
        if any(abs(step.end[0] - x) < 0.45 * width and abs(step.end[1] - y) < 0.06 * width for x, y in placed):
            continue  # its story is told when the pointer is on it
        placed.append(step.end)
        name = step.label if len(step.label) <= LABEL else step.label[: LABEL - 1].rstrip() + "…"
        left = step.end[0] > edge + 0.55 * width  # the side with room for it
        figure.add_annotation(
            x=step.end[0],
            y=step.end[1],
            text=name,
            showarrow=False,
            xanchor="right" if left else "left",
            xshift=-8 if left else 8,
            font={"size": 12, "color": INK},
            bgcolor=PAGE,
            opacity=0.85,
            borderpad=1,
        )
