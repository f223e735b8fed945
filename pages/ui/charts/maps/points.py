"""The taste map: one dot a product or shopper, drawn by WebGL, with the names of its regions written on them.

What can be touched is kept small, for the browser's answer to a lasso carries every touchable point within it: a large map is a picture
below an invisible sample of itself. A grid of invisible points where no dot is near makes a click on an empty spot come back as a place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.ui.charts.frame import ACCENT, BEFORE, INK, PAGE, SEQUENTIAL, frame
from pages.ui.charts.maps.labels import region_names
from pages.ui.charts.maps.paints import Groups, Paint, Values, marker_of

TOUCHABLE = 12_000  # dots that answer to the pointer; of a larger map an even sample of them does
DENSE = 100_000  # dots that are drawn one by one; more become a picture of how many lie where
HEIGHT = 560
GRID = (72, 48)  # cells of the grid for empty spots, across and up
CELLS = (240, 150)  # of the picture of densities
PADDING = 0.06  # room around the points, as a share of their extent
EMPTY_ROW = -1  # what a point of the grid says in place of a row

Box = tuple[float, float, float, float]  # x0, y0, x1, y1


@dataclass(frozen=True)
class MapPoints:
    """coordinates: float32 [n, 2], all finite. rows: int [n], dataset indices. sizes: float [n] in px, None for even ones.

    equal: whether both axes have one scale.
    """

    coordinates: NDArray[np.float32]
    rows: NDArray[np.int32]
    sizes: NDArray[np.floating] | None = None
    equal: bool = False

    def __len__(self) -> int:
        return len(self.rows)

    def at(self, places: NDArray[np.integer]) -> MapPoints:
        """Some of them."""
        return MapPoints(self.coordinates[places], self.rows[places], None if self.sizes is None else self.sizes[places], self.equal)


@dataclass(frozen=True)
class View:
    """How it is looked at. drag: "lasso", "select" or "pan". box: the part in view, None for all of it.

    outline, members, place: what is marked already, of members the places of at most 2,000. ring: (x, y, name) of the point that was
    looked for.
    """

    drag: str = "lasso"
    box: Box | None = None
    outline: tuple[tuple[float, float], ...] = ()
    place: tuple[float, float] | None = None
    members: tuple[tuple[float, float], ...] = ()
    ring: tuple[float, float, str] | None = None


def sample(n: int, most: int, *, seed: int = 0) -> NDArray[np.int64]:
    """Places of at most `most` of n points, ascending, drawn evenly and always the same ones."""
    return np.arange(n) if n <= most else np.sort(np.random.default_rng(seed).choice(n, most, replace=False))


def points_map(
    points: MapPoints,
    paint: Paint,
    touched: MapPoints,
    hover: Sequence[str],
    names: Groups | None,
    view: View,
    *,
    title: str,
    subtitle: str,
) -> go.Figure:
    """The map. touched, hover: the points that answer to the pointer (all, where they are few) and what each says.

    names: the regions that are written on it, codes aligned with `points`.
    """
    figure = go.Figure()
    below = len(touched) < len(points)
    marker = marker_of(paint, _size(len(points)), points.sizes)
    if len(points) > DENSE:
        _density(figure, points, view)
    elif below:
        _dots(figure, points, marker, hoverinfo="skip")
    axes = {"xaxis": "x2", "yaxis": "y2"} if below else {}
    _empty_spots(figure, points, view, axes)
    click = view.drag == "pan"
    standing_out = {"size": 13, "opacity": 1}
    if below:
        marker = {"size": 8, "opacity": 0, "color": ACCENT}
        style = {"selected": {"marker": standing_out if click else {"opacity": 0}}, "unselected": {"marker": {"opacity": 0}}}
    else:
        style = {
            "selected": {"marker": standing_out if click else {"opacity": 1}},
            "unselected": {"marker": {"opacity": 0.4 if click else 0.12}},
        }
    _dots(
        figure,
        touched,
        marker,
        text=list(hover),
        customdata=touched.rows.astype(int)[:, None].tolist(),  # a list: the browser returns a typed array as an object
        hovertemplate="%{text}<extra></extra>",
        **style,
        **axes,
    )
    if names is not None:
        box = view.box or extent(points.coordinates)
        for annotation in region_names(points.coordinates, names, box, paint):
            figure.add_annotation(showarrow=False, **annotation)
    _marks(figure, view)
    return _finish(figure, points, view, title, subtitle, below)


def extent(coordinates: NDArray[np.floating], padding: float = PADDING) -> Box:
    """The box that holds all points with some room around; a box of one unit where they are all in one place."""
    if not len(coordinates):
        return (-1.0, -1.0, 1.0, 1.0)
    low, high = coordinates.min(axis=0).astype(float), coordinates.max(axis=0).astype(float)
    room = np.where(high > low, (high - low) * padding, 1.0)
    (x0, y0), (x1, y1) = (low - room).tolist(), (high + room).tolist()
    return x0, y0, x1, y1


def within(coordinates: NDArray[np.floating], box: Box) -> NDArray[np.bool_]:
    """Bool [n]: which points lie in a box."""
    x0, y0, x1, y1 = box
    x, y = coordinates[:, 0], coordinates[:, 1]
    return np.asarray((x >= x0) & (x <= x1) & (y >= y0) & (y <= y1))


def empty_spots(coordinates: NDArray[np.floating], box: Box) -> NDArray[np.float32]:
    """Float32 [m, 2]: middles of the cells of a grid over the box and half as much around it that have no point in or beside them."""
    x0, y0, x1, y1 = box
    across, up = (x1 - x0) / 2, (y1 - y0) / 2
    x = np.linspace(x0 - across, x1 + across, 2 * GRID[0] + 1)
    y = np.linspace(y0 - up, y1 + up, 2 * GRID[1] + 1)
    taken = np.histogram2d(coordinates[:, 0], coordinates[:, 1], bins=(x, y))[0] > 0
    near = np.pad(taken, 1)
    around = [near[i : i + taken.shape[0], j : j + taken.shape[1]] for i in range(3) for j in range(3)]
    free_x, free_y = np.nonzero(~np.logical_or.reduce(around))
    return np.stack([(x[:-1] + np.diff(x) / 2)[free_x], (y[:-1] + np.diff(y) / 2)[free_y]], axis=1).astype(np.float32)


def _size(n: int) -> float:
    return 7.0 if n < 1000 else 5.5 if n < 6000 else 3.5 if n < 30_000 else 2.5


def _dots(figure: go.Figure, points: MapPoints, marker: dict[str, object], **more: object) -> None:
    x, y = (np.ascontiguousarray(points.coordinates[:, axis]) for axis in (0, 1))
    figure.add_scattergl(x=x, y=y, mode="markers", marker={"line": {"width": 0}, **marker}, showlegend=False, **more)


def _empty_spots(figure: go.Figure, points: MapPoints, view: View, axes: dict[str, str]) -> None:
    spots = empty_spots(points.coordinates, view.box or extent(points.coordinates))
    ring = {"size": 13, "opacity": 1} if view.drag == "pan" else {"opacity": 0}
    figure.add_scattergl(
        x=spots[:, 0].copy(),
        y=spots[:, 1].copy(),
        mode="markers",
        marker={"size": 6, "opacity": 0, "color": ACCENT, "symbol": "circle-open", "line": {"width": 2}},
        selected={"marker": ring},
        unselected={"marker": {"opacity": 0}},
        customdata=[[EMPTY_ROW]] * len(spots),
        hoverinfo="none",
        showlegend=False,
        **axes,
    )


def _density(figure: go.Figure, points: MapPoints, view: View) -> None:
    x0, y0, x1, y1 = view.box or extent(points.coordinates)
    x, y = np.linspace(x0, x1, CELLS[0] + 1), np.linspace(y0, y1, CELLS[1] + 1)
    counted = np.histogram2d(points.coordinates[:, 0], points.coordinates[:, 1], bins=(x, y))[0].T
    shade = np.log10(np.where(counted > 0, counted, np.nan))
    figure.add_heatmap(
        x0=float(x[0] + (x[1] - x[0]) / 2),
        dx=float(x[1] - x[0]),
        y0=float(y[0] + (y[1] - y[0]) / 2),
        dy=float(y[1] - y[0]),
        z=[[None if np.isnan(cell) else round(float(cell), 2) for cell in line] for line in shade],
        colorscale=SEQUENTIAL,
        showscale=False,
        hoverinfo="skip",
    )


def _marks(figure: go.Figure, view: View) -> None:
    """What is marked, as lines: the browser's own outline goes with the figure that it was drawn in."""
    line = {"color": INK, "width": 1.5, "dash": "dot"}
    if view.outline:
        path = "M" + "L".join(f"{x:.6g},{y:.6g}" for x, y in view.outline) + "Z"
        figure.add_shape(type="path", path=path, line=line, layer="above")
    elif view.members:
        x, y = zip(*view.members, strict=True)
        rings = {"symbol": "circle-open", "size": 9, "color": INK, "line": {"width": 1.5}}
        figure.add_scattergl(x=x, y=y, mode="markers", marker=rings, hoverinfo="skip", showlegend=False)
    elif view.place is not None:
        _circle(figure, view.place, 7, ACCENT)
    if view.ring is not None:
        x, y, name = view.ring
        _circle(figure, (x, y), 10, INK)
        figure.add_annotation(x=x, y=y, text=f"<b>{name}</b>", showarrow=False, yshift=22, bgcolor=PAGE, font={"size": 13, "color": INK})


def _circle(figure: go.Figure, place: tuple[float, float], radius: int, colour: str) -> None:
    x, y = place
    reach = {"xsizemode": "pixel", "ysizemode": "pixel", "x0": -radius, "x1": radius, "y0": -radius, "y1": radius}
    figure.add_shape(type="circle", xanchor=x, yanchor=y, line={"color": colour, "width": 3}, layer="above", **reach)


def _finish(figure: go.Figure, points: MapPoints, view: View, title: str, subtitle: str, below: bool) -> go.Figure:
    frame(figure, title=title, subtitle=subtitle, alt=f"{title}. {subtitle}", height=HEIGHT)
    figure.update_layout(dragmode=view.drag, selectdirection="any", margin={"l": 0, "r": 0, "t": 0, "b": 8}, hoverdistance=14)
    figure.update_layout(modebar={"bgcolor": "rgba(0,0,0,0)", "color": BEFORE, "activecolor": ACCENT})
    x0, y0, x1, y1 = view.box or extent(points.coordinates)
    figure.update_xaxes(visible=False, fixedrange=False, range=[x0, x1])
    figure.update_yaxes(visible=False, fixedrange=False, range=[y0, y1])
    if points.equal:
        figure.update_layout(yaxis={"scaleanchor": "x"})
    if below:
        figure.update_layout(xaxis2={"matches": "x"}, yaxis2={"matches": "y"})
    return figure


__all__ = ["Groups", "MapPoints", "Paint", "Values", "View", "points_map", "sample"]
