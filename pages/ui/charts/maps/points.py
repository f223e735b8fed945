"""The taste map: one dot a product or shopper. The figure stays the same on every rerun, so that a selection stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.ui.charts.frame import BEFORE, CATEGORIES, PAGE, SEQUENTIAL, frame

NAMED_GROUPS = 8
OTHER, UNKNOWN = "Other groups", "not known"
LABEL_BOX = np.array([0.24, 0.05])  # room that a label needs, as shares of the map
HEIGHT = 560
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000)


@dataclass(frozen=True)
class MapPoints:
    """coordinates: float32 [n, 2]. rows: int [n] dataset index. hover: one text a point. equal: whether both axes have one scale."""

    coordinates: NDArray[np.float32]
    rows: NDArray[np.int32]
    hover: Sequence[str]
    equal: bool = False

    def __len__(self) -> int:
        return len(self.rows)


def thin_out(points: MapPoints, most: int, *, seed: int = 0) -> MapPoints:
    """At most `most` points, drawn evenly and always the same ones."""
    if len(points) <= most:
        return points
    keep = np.sort(np.random.default_rng(seed).choice(len(points), most, replace=False))
    return MapPoints(points.coordinates[keep], points.rows[keep], [points.hover[i] for i in keep], points.equal)


def group_map(points: MapPoints, codes: NDArray[np.int32], labels: Sequence[str], *, title: str, subtitle: str) -> go.Figure:
    """Coloured by group: the eight largest by name, written where they are densest if there is room; the rest in grey."""
    figure, sizes = go.Figure(), np.bincount(codes[codes >= 0], minlength=len(labels))
    named = [int(c) for c in np.argsort(-sizes, kind="stable")[:NAMED_GROUPS] if sizes[c] > 0]
    other = ~np.isin(codes, named)
    if other.any():
        _dots(figure, points, other, {"color": BEFORE, "opacity": 0.4}, name=OTHER, legendrank=2000)
    for place, code in enumerate(named):
        _dots(figure, points, codes == code, {"color": CATEGORIES[place], "opacity": 0.8}, name=_short(labels[code]))
    span = np.maximum(np.ptp(points.coordinates, axis=0), 1e-9)
    written: list[NDArray[np.floating]] = []
    for place, code in enumerate(named):
        centre = densest(points.coordinates[codes == code], span)
        if any((np.abs(centre - other_centre) / span < LABEL_BOX).all() for other_centre in written):
            continue
        written.append(centre)
        font = {"size": 12, "color": CATEGORIES[place]}
        text = {"text": f"<b>{_short(labels[code])}</b>", "font": font, "bgcolor": PAGE, "opacity": 0.9, "borderpad": 2}
        figure.add_annotation(x=float(centre[0]), y=float(centre[1]), showarrow=False, **text)
    return _finish(figure, points, title, subtitle, legend=True)


def value_map(points: MapPoints, values: NDArray[np.floating], *, name: str, title: str, subtitle: str) -> go.Figure:
    """Coloured by a figure on a logarithmic scale from its 1st to its 99th percentile; points without one in grey."""
    figure = go.Figure()
    known = np.isfinite(values) & (values > 0)
    if (~known).any():
        _dots(figure, points, ~known, {"color": BEFORE, "opacity": 0.35}, name=UNKNOWN)
    logs = np.log10(values[known])
    low, high = map(float, np.percentile(logs, [1, 99])) if known.any() else (0.0, 1.0)  # one odd price must not pale all others
    ticks = [t for t in TICKS if low - 0.02 <= np.log10(t) <= high + 0.02]
    if len(ticks) < 3:
        ticks = [float(f"{10**log:.2g}") for log in (low, (low + high) / 2, high)]
    bar = {
        "title": {"text": name, "side": "top", "font": {"size": 12}},
        "tickvals": [float(np.log10(t)) for t in ticks],
        "ticktext": [f"{t:,g}" for t in ticks],
        "thickness": 10,
        "outlinewidth": 0,
        "len": 0.6,
    }
    shade = {"color": logs, "colorscale": SEQUENTIAL, "cmin": low, "cmax": max(high, low + 1e-6), "colorbar": bar, "opacity": 0.85}
    _dots(figure, points, known, shade, name=name)
    return _finish(figure, points, title, subtitle, legend=False)


def densest(coordinates: NDArray[np.floating], span: NDArray[np.floating]) -> NDArray[np.float64]:
    """Where a group has the most points: the mean of those near the point with the most neighbours (at most 400 are looked at)."""
    sample = coordinates[:: max(1, len(coordinates) // 400)].astype(np.float64)
    near = (np.abs(sample[:, None] - sample[None]) / span < 0.06).all(axis=2)
    return np.asarray(sample[near[near.sum(axis=1).argmax()]].mean(axis=0))


def _dots(
    figure: go.Figure, points: MapPoints, mask: NDArray[np.bool_], marker: dict[str, object], *, name: str, legendrank: int = 1000
) -> None:
    size = 7.0 if len(points) < 1000 else 5.5 if len(points) < 6000 else 3.5
    figure.add_scattergl(
        x=points.coordinates[mask, 0],
        y=points.coordinates[mask, 1],
        mode="markers",
        name=name,
        legendrank=legendrank,
        marker={"size": size, **marker},
        text=[points.hover[i] for i in np.flatnonzero(mask)],
        customdata=points.rows[mask].astype(int)[:, None].tolist(),  # a list: the browser returns a typed array as an object
        hovertemplate="%{text}<extra></extra>",
    )


def _short(label: str) -> str:
    return label if len(label) <= 26 else label[:25].rstrip() + "…"


def _finish(figure: go.Figure, points: MapPoints, title: str, subtitle: str, *, legend: bool) -> go.Figure:
    frame(figure, title=title, subtitle=subtitle, alt=f"{title}. {subtitle}", height=HEIGHT, legend=legend)
    figure.update_layout(
        dragmode="select",
        selectdirection="any",
        uirevision="map",
        margin={"l": 0, "r": 0, "t": 0, "b": 8},
        legend={"orientation": "h", "y": -0.01, "yanchor": "top", "itemsizing": "constant", "font": {"size": 12}},
    )
    figure.update_xaxes(visible=False, fixedrange=False)
    figure.update_yaxes(visible=False, fixedrange=False, scaleanchor="x" if points.equal else None)
    return figure
