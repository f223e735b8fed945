"""The taste map: one dot a product or shopper, drawn by WebGL, with the names of its regions written on them.

Dots that answer to the pointer are kept few: the browser's answer to a lasso carries every one of them within it, and without a graphics
card 100,000 of them take half a second a frame. A large map is a picture of all its points, laid out here and coloured by the browser, with
an even sample of them as dots upon it. A grid of invisible points where no dot is near makes a click on an empty spot come back as a place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.ui.charts.frame import ACCENT, BEFORE, INK, PAGE, SEQUENTIAL, frame
from pages.ui.charts.maps.labels import region_names
from pages.ui.charts.maps.paints import Groups, Paint, marker_of

TOUCHABLE = 12_000  # dots that answer to the pointer; of a larger map an even sample of them does
DENSE = 100_000  # points that are shown in their colour; of more the picture shows how many lie where
HEIGHT = 560
GRID, AROUND = (60, 40), 12  # cells of the grid for empty spots, across and up, and how many more it has on each side
CELLS, COARSE = (750, 500), (240, 150)  # of the picture, and of the one of densities
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
    looked for. path: places of a walk, from its start to its end.
    """

    drag: str = "lasso"
    box: Box | None = None
    outline: tuple[tuple[float, float], ...] = ()
    place: tuple[float, float] | None = None
    members: tuple[tuple[float, float], ...] = ()
    ring: tuple[float, float, str] | None = None
    path: tuple[tuple[float, float], ...] = ()


def sample(n: int, most: int, *, seed: int = 0) -> NDArray[np.int64]:
    """Places of at most `most` of n points, ascending, drawn evenly and always the same ones."""
    return np.arange(n) if n <= most else np.sort(np.random.default_rng(seed).choice(n, most, replace=False))


def points_map(
    points: MapPoints,
    paint: Paint,
    touched: NDArray[np.integer],
    hover: Sequence[str],
    names: Groups | None,
    view: View,
    *,
    title: str,
    subtitle: str,
) -> go.Figure:
    """The map. touched: places of the points that answer to the pointer, all where they are few; hover: what each of these says.

    names: the regions that are written on it, codes aligned with `points`.
    """
    figure = go.Figure()
    marker = marker_of(paint, _size(len(points)), points.sizes)
    box = view.box or extent(points.coordinates)
    if len(touched) < len(points):
        shade = _how_many(points, box) if len(points) > DENSE else _coloured(points, marker, box)
        _picture(figure, box, *shade)
    _empty_spots(figure, points, box, view)
    _dots(
        figure,
        points.at(touched),
        {name: value[touched] if isinstance(value, np.ndarray) else value for name, value in marker.items()},
        hover,
        view,
    )
    if names is not None:
        for annotation in region_names(points.coordinates, names, box, paint):
            figure.add_annotation(showarrow=False, **annotation)
    _marks(figure, view)
    return _finish(figure, points, box, view, title, subtitle)


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
    """Float32 [m, 2]: middles of the cells of a grid over the box and somewhat around it that have no point in or beside them."""
    x0, y0, x1, y1 = box
    across, up = (x1 - x0) / GRID[0] * AROUND, (y1 - y0) / GRID[1] * AROUND
    x = np.linspace(x0 - across, x1 + across, GRID[0] + 2 * AROUND + 1)
    y = np.linspace(y0 - up, y1 + up, GRID[1] + 2 * AROUND + 1)
    taken = np.histogram2d(coordinates[:, 0], coordinates[:, 1], bins=(x, y))[0] > 0
    near = np.pad(taken, 1)
    around = [near[i : i + taken.shape[0], j : j + taken.shape[1]] for i in range(3) for j in range(3)]
    free_x, free_y = np.nonzero(~np.logical_or.reduce(around))
    return np.stack([(x[:-1] + np.diff(x) / 2)[free_x], (y[:-1] + np.diff(y) / 2)[free_y]], axis=1).astype(np.float32)


def _size(n: int) -> float:
    return 7.0 if n < 1000 else 5.5 if n < 6000 else 3.5


def _dots(figure: go.Figure, points: MapPoints, marker: dict[str, object], hover: Sequence[str], view: View) -> None:
    click = view.drag == "pan"
    figure.add_scattergl(
        x=points.coordinates[:, 0].copy(),
        y=points.coordinates[:, 1].copy(),
        mode="markers",
        marker={"line": {"width": 0}, **marker},
        selected={"marker": {"size": 13, "opacity": 1} if click else {"opacity": 1}},
        unselected={"marker": {"opacity": 0.4 if click else 0.12}},
        text=list(hover),
        customdata=points.rows.astype(int)[:, None].tolist(),  # a list: the browser returns a typed array as an object
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )


def _empty_spots(figure: go.Figure, points: MapPoints, box: Box, view: View) -> None:
    spots = empty_spots(points.coordinates, box)
    figure.add_scattergl(
        x=spots[:, 0].copy(),
        y=spots[:, 1].copy(),
        mode="markers",
        marker={"size": 6, "opacity": 0, "color": ACCENT, "symbol": "circle-open", "line": {"width": 2}},
        selected={"marker": {"size": 13, "opacity": 1} if view.drag == "pan" else {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=[[EMPTY_ROW]] * len(spots),
        hoverinfo="none",
        showlegend=False,
    )


Shade = tuple[NDArray[np.uint8], Sequence[tuple[float, str]]]


def _coloured(points: MapPoints, marker: dict[str, object], box: Box) -> Shade:
    """(levels [up, across], their colours): each point in its colour, 2 cells wide; of those in one place the last."""
    level, scale = np.ones(len(points), np.uint8), [(0.0, BEFORE), (1.0, BEFORE)]
    if isinstance(marker["color"], np.ndarray):
        low, high = float(marker["cmin"]), float(marker["cmax"])  # type: ignore[arg-type]
        level = (1 + np.clip(np.rint(254 * (marker["color"] - low) / (high - low)), 0, 254)).astype(np.uint8)
        scale = list(marker["colorscale"])  # type: ignore[call-overload]
    column, line = _cells(points, box, CELLS)
    levels = np.zeros((CELLS[1] + 1, CELLS[0] + 1), np.uint8)
    for right in (0, 1):
        for above in (0, 1):
            levels[line + above, column + right] = level
    return levels[: CELLS[1], : CELLS[0]], scale


def _how_many(points: MapPoints, box: Box) -> Shade:
    """(levels [up, across], their colours): points in each cell, on a logarithmic scale."""
    column, line = _cells(points, box, COARSE)
    counted = np.bincount(line * COARSE[0] + column, minlength=COARSE[0] * COARSE[1]).reshape(COARSE[1], COARSE[0])
    logs = np.log1p(counted) / np.log1p(max(int(counted.max()), 1))
    return np.where(counted > 0, 1 + np.rint(254 * logs), 0).astype(np.uint8), SEQUENTIAL


def _cells(points: MapPoints, box: Box, cells: tuple[int, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(column, line) of each point in a grid over the box."""
    share = (points.coordinates.astype(np.float64) - box[:2]) / (box[2] - box[0], box[3] - box[1])
    column, line = np.clip(np.floor(share * cells), 0, np.array(cells) - 1).astype(np.int64).T
    return column, line


def _picture(figure: go.Figure, box: Box, levels: NDArray[np.uint8], scale: Sequence[tuple[float, str]]) -> None:
    """Levels 1 to 255 in the colours of a scale, 0 left clear: a heat map, for which the browser knows the theme."""
    up, across = levels.shape
    dx, dy = (box[2] - box[0]) / across, (box[3] - box[1]) / up
    clear = "rgba(0,0,0,0)"
    colours = [(0.0, clear), (0.9 / 255, clear), *(((1 + 254 * at) / 255, colour) for at, colour in scale)]
    place = {"x0": box[0] + dx / 2, "dx": dx, "y0": box[1] + dy / 2, "dy": dy}
    figure.add_heatmap(z=levels, zmin=0, zmax=255, colorscale=colours, showscale=False, hoverinfo="skip", **place)


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
    if view.path:
        way = "M" + "L".join(f"{x:.6g},{y:.6g}" for x, y in view.path)
        figure.add_shape(type="path", path=way, line={"color": ACCENT, "width": 2}, layer="above")
        for step, place in enumerate(view.path):
            _circle(figure, place, 7 if step in (0, len(view.path) - 1) else 3, ACCENT)
    if view.ring is not None:
        x, y, name = view.ring
        _circle(figure, (x, y), 10, INK)
        figure.add_annotation(x=x, y=y, text=f"<b>{name}</b>", showarrow=False, yshift=22, bgcolor=PAGE, font={"size": 13, "color": INK})


def _circle(figure: go.Figure, place: tuple[float, float], radius: int, colour: str) -> None:
    x, y = place
    reach = {"xsizemode": "pixel", "ysizemode": "pixel", "x0": -radius, "x1": radius, "y0": -radius, "y1": radius}
    figure.add_shape(type="circle", xanchor=x, yanchor=y, line={"color": colour, "width": 3}, layer="above", **reach)


def _finish(figure: go.Figure, points: MapPoints, box: Box, view: View, title: str, subtitle: str) -> go.Figure:
    frame(figure, title=title, subtitle=subtitle, alt=f"{title}. {subtitle}", height=HEIGHT)
    figure.update_layout(dragmode=view.drag, selectdirection="any", margin={"l": 0, "r": 0, "t": 0, "b": 8}, hoverdistance=14)
    figure.update_layout(modebar={"bgcolor": "rgba(0,0,0,0)", "color": BEFORE, "activecolor": ACCENT})
    figure.update_xaxes(visible=False, fixedrange=False, range=[box[0], box[2]])
    figure.update_yaxes(visible=False, fixedrange=False, range=[box[1], box[3]])
    if points.equal:
        figure.update_layout(yaxis={"scaleanchor": "x"})
    return figure
