"""Pictures of one space: real and synthetic shoppers together, two runs side by side, three dimensions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.ui.charts.frame import BEFORE, CATEGORIES, INK, REAL, SYNTHETIC, frame
from pages.ui.maps import words_inside as say

SIDE, MAP, DEEP = 330, 440, 560  # pixels high
MOST_REAL, MOST_BESIDE, MOST_DEEP = 4000, 2000, 5000  # points drawn
NAMED = 8  # groups with a colour of their own


def some(n: int, most: int) -> NDArray[np.int64]:
    """Places of at most `most` of n points, ascending, always the same."""
    return np.arange(n) if n <= most else np.sort(np.random.default_rng(0).choice(n, most, replace=False))


def both_map(
    real: NDArray[np.floating], made: NDArray[np.floating], told: Sequence[str], *, title: str, subtitle: str, equal: bool
) -> go.Figure:
    """Real shoppers [n, 2] in slate, synthetic ones [m, 2] in amber over them. told: one text a synthetic one."""
    figure = go.Figure()
    kept = some(len(real), MOST_REAL)
    figure.add_scattergl(
        x=real[kept, 0],
        y=real[kept, 1],
        mode="markers",
        name=say.REAL,
        marker={"color": REAL, "size": 4, "opacity": 0.4},
        hoverinfo="skip",
    )
    figure.add_scattergl(
        x=made[:, 0],
        y=made[:, 1],
        mode="markers",
        name=say.SYNTHETIC,
        marker={"color": SYNTHETIC, "size": 5, "opacity": 0.7, "symbol": "diamond"},
        text=list(told),
        hovertemplate="%{text}<extra></extra>",
    )
    frame(figure, title=title, subtitle=subtitle, alt=f"{title}. {subtitle}.", height=MAP)
    _bare(figure, np.concatenate([real, made]), equal)
    figure.update_layout(margin={"l": 0, "r": 0, "t": 24, "b": 0})
    for name, colour, shift in ((say.REAL, REAL, -72), (say.SYNTHETIC, SYNTHETIC, 0)):
        place = {"x": 1, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "bottom", "xshift": shift}
        figure.add_annotation(text=f"<b>{name}</b>", showarrow=False, font={"color": colour, "size": 12}, **place)
    return figure


def side_map(
    coordinates: NDArray[np.floating],
    around: NDArray[np.floating],
    codes: NDArray[np.integer],
    told: Sequence[str],
    ringed: NDArray[np.integer],
    *,
    title: str,
    subtitle: str,
    equal: bool,
) -> go.Figure:
    """One of two maps. around: points whose extent both have in common. codes: the group of each, -1 none, the same colour in both.

    ringed: places that stand out.
    """
    figure = go.Figure()
    kept = some(len(coordinates), MOST_BESIDE)
    colour = colours_of(codes)
    figure.add_scatter(
        x=coordinates[kept, 0],
        y=coordinates[kept, 1],
        mode="markers",
        marker={"color": [colour[place] for place in kept], "size": 4, "opacity": 0.65},
        text=[told[place] for place in kept],
        hovertemplate="%{text}<extra></extra>",
    )
    figure.add_scatter(
        x=coordinates[ringed, 0],
        y=coordinates[ringed, 1],
        mode="markers",
        marker={"color": [colour[place] for place in ringed], "size": 11, "line": {"color": INK, "width": 1.8}},
        text=[told[place] for place in ringed],
        hovertemplate="%{text}<extra></extra>",
    )
    frame(figure, title=title, subtitle=subtitle, alt=f"{title}. {subtitle}.", height=SIDE)
    _bare(figure, around, equal)
    figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0})
    return figure


def space_chart(
    coordinates: NDArray[np.floating], codes: NDArray[np.integer], labels: Sequence[str], told: Sequence[str], *, title: str, subtitle: str
) -> go.Figure:
    """Points [n, 3] to be turned, the largest groups by colour and name, the rest in grey. Draws what it is given: thin out before."""
    figure = go.Figure()
    named = named_groups(codes)
    parts = [(say.SPACE_OTHER, BEFORE, ~np.isin(codes, named))]
    parts += [(labels[code], CATEGORIES[place], codes == code) for place, code in enumerate(named)]
    for name, colour, mask in parts:
        if mask.any():
            figure.add_scatter3d(
                x=coordinates[mask, 0],
                y=coordinates[mask, 1],
                z=coordinates[mask, 2],
                mode="markers",
                name=name,
                marker={"color": colour, "size": 3, "opacity": 0.75 if name != say.SPACE_OTHER else 0.35},
                text=[told[place] for place in np.flatnonzero(mask)],
                hovertemplate="%{text}<extra></extra>",
            )
    frame(figure, title=title, subtitle=subtitle, alt=f"{title}. {subtitle}.", height=DEEP, legend=bool(named))
    axes = {
        f"{axis}axis": {"title": {"text": say.SPACE_AXIS.format(n=n)}, "showticklabels": False, "showbackground": False}
        for n, axis in enumerate("xyz", start=1)
    }
    legend = {"orientation": "h", "y": 0, "yanchor": "top", "itemsizing": "constant", "font": {"size": 12}}
    figure.update_layout(scene={**axes, "aspectmode": "data", "dragmode": "orbit"}, margin={"l": 0, "r": 0, "t": 0, "b": 0}, legend=legend)
    return figure


def named_groups(codes: NDArray[np.integer]) -> list[int]:
    """The eight largest, largest first."""
    known = codes[codes >= 0]
    sizes = np.bincount(known) if len(known) else np.zeros(0, int)
    return [int(code) for code in np.argsort(-sizes, kind="stable")[:NAMED] if sizes[code] > 0]


def colours_of(codes: NDArray[np.integer]) -> list[str]:
    """The colour of each point's group, grey for the small ones and for none."""
    colour = {code: CATEGORIES[place] for place, code in enumerate(named_groups(codes))}
    return [colour.get(int(code), BEFORE) for code in codes]


def _bare(figure: go.Figure, around: NDArray[np.floating], equal: bool) -> None:
    """No axes: a map has no unit. The same extent for all that show `around`."""
    low, high = around.min(axis=0), around.max(axis=0)
    room = 0.04 * np.maximum(high - low, 1e-9)
    figure.update_xaxes(visible=False, range=[float(low[0] - room[0]), float(high[0] + room[0])])
    figure.update_yaxes(visible=False, range=[float(low[1] - room[1]), float(high[1] + room[1])], scaleanchor="x" if equal else None)
