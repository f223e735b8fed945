"""The taste map: one dot a product or shopper. The figure stays the same on every rerun, so that a selection stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.ui.charts.frame import BEFORE, CATEGORIES, PAGE, SEQUENTIAL, frame

NAMED_GROUPS = 8
LABEL_BOX = np.array([0.24, 0.05])  # room that a label needs, as shares of the map
HEIGHT = 560


@dataclass(frozen=True)
class MapPoints:
    """coordinates: float32 [n, 2]. rows: int [n] dataset index. hover: one text a point."""

    coordinates: NDArray[np.float32]
    rows: NDArray[np.int32]
    hover: Sequence[str]

    def __len__(self) -> int:
        return len(self.rows)


def thin_out(points: MapPoints, most: int, *, seed: int = 0) -> MapPoints:
    """At most `most` points, drawn evenly and always the same ones."""
    if len(points) <= most:
        return points
    keep = np.sort(np.random.default_rng(seed).choice(len(points), most, replace=False))
    return MapPoints(points.coordinates[keep], points.rows[keep], [points.hover[i] for i in keep])


def group_map(points: MapPoints, codes: NDArray[np.int32], labels: Sequence[str], *, title: str, subtitle: str) -> go.Figure:
    """Coloured by group: the eight largest by name, written where they are densest if there is room; the rest in grey."""
    figure, sizes = go.Figure(), np.bincount(codes[codes >= 0], minlength=len(labels))
    named = [int(c) for c in np.argsort(-sizes, kind="stable")[:NAMED_GROUPS] if sizes[c] > 0]
    other = ~np.isin(codes, named)
    if other.any():
        _dots(figure, points, other, colour=BEFORE, name="other", opacity=0.4)
    for place, code in enumerate(named):
        _dots(figure, points, codes == code, colour=CATEGORIES[place], name=_short(labels[code]))
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


def densest(coordinates: NDArray[np.floating], span: NDArray[np.floating]) -> NDArray[np.float64]:
    """Where a group has the most points: the mean of those near the point with the most neighbours (at most 400 are looked at)."""
    sample = coordinates[:: max(1, len(coordinates) // 400)].astype(np.float64)
    near = (np.abs(sample[:, None] - sample[None]) / span < 0.06).all(axis=2)
    return np.asarray(sample[near[near.sum(axis=1).argmax()]].mean(axis=0))


def value_map(points: MapPoints, values: NDArray[np.floating], *, name: str, title: str, subtitle: str, prefix: str = "") -> go.Figure:
    """Coloured by a figure on a logarithmic scale; points without one in grey."""
    figure = go.Figure()
    known = np.isfinite(values) & (values > 0)
    if (~known).any():
        _dots(figure, points, ~known, colour=BEFORE, name="unknown", opacity=0.35)
    logs = np.log10(values[known])
    low, high = (float(logs.min()), float(logs.max())) if known.any() else (0.0, 1.0)
    ticks = [t for t in (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 100_000) if low - 0.2 <= np.log10(t) <= high + 0.05]
    figure.add_scattergl(
        x=points.coordinates[known, 0],
        y=points.coordinates[known, 1],
        mode="markers",
        marker={
            "size": _size(len(points)),
            "color": logs,
            "colorscale": SEQUENTIAL,
            "opacity": 0.85,
            "colorbar": {
                "title": {"text": name, "side": "top", "font": {"size": 12}},
                "tickvals": [float(np.log10(t)) for t in ticks],
                "ticktext": [f"{prefix}{t:,g}" for t in ticks],
                "thickness": 10,
                "outlinewidth": 0,
                "len": 0.6,
            },
        },
        text=[points.hover[i] for i in np.flatnonzero(known)],
        customdata=points.rows[known].astype(int)[:, None].tolist(),
        hovertemplate="%{text}<extra></extra>",
    )
    return _finish(figure, points, title, subtitle, legend=False)


def _dots(figure: go.Figure, points: MapPoints, mask: NDArray[np.bool_], *, colour: str, name: str, opacity: float = 0.8) -> None:
    figure.add_scattergl(
        x=points.coordinates[mask, 0],
        y=points.coordinates[mask, 1],
        mode="markers",
        name=name,
        marker={"size": _size(len(points)), "color": colour, "opacity": opacity},
        text=[points.hover[i] for i in np.flatnonzero(mask)],
        customdata=points.rows[mask].astype(int)[:, None].tolist(),
        hovertemplate="%{text}<extra></extra>",
    )


def _size(n: int) -> float:
    return 7.0 if n < 1000 else 5.5 if n < 6000 else 3.5


def _short(label: str) -> str:
    return label if len(label) <= 26 else label[:25].rstrip() + "…"


def _finish(figure: go.Figure, points: MapPoints, title: str, subtitle: str, *, legend: bool) -> go.Figure:
    frame(figure, title=title, subtitle=subtitle, alt=f"{title}. {subtitle}", height=HEIGHT, legend=legend)
    figure.update_layout(dragmode="select", uirevision="map", margin={"l": 0, "r": 0, "t": 0, "b": 8}, selectdirection="any")
    figure.update_layout(legend={"orientation": "h", "y": -0.01, "yanchor": "top", "itemsizing": "constant", "font": {"size": 12}})
    figure.update_xaxes(visible=False, fixedrange=False)
    figure.update_yaxes(visible=False, fixedrange=False, scaleanchor="x")
    return figure
