"""The range as a table of kinds by price: how many products each cell has, and where gaps are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.ui import formats
from pages.ui.charts.frame import ACCENT, INK, PAGE, SYNTHETIC, frame

ROW, AROUND, NAME = 34, 92, 18
EDGE = 0.42  # of a cell: from its middle to just inside its border


@dataclass(frozen=True)
class Mark:
    """A gap: its row and column, what is written on it, the whole story of it, and the first and last column that it reaches over."""

    row: int
    column: int
    text: str
    hover: str
    reach: tuple[int, int] | None = None


def gap_map(
    counts: NDArray[np.integer],
    rows: Sequence[str],
    bands: Sequence[str],
    marks: Sequence[Mark],
    *,
    title: str,
    subtitle: str,
    x: str,
    cell: tuple[str, str],
) -> go.Figure:
    """counts: int [rows, bands], products in each cell. bands: what each is called, in one line or two.

    cell: what one of the counted is called, and several, for hover. Marks of one cell are written together.
    """
    figure = go.Figure()
    known = np.where(counts > 0, counts, np.nan)
    figure.add_heatmap(
        z=[[None if np.isnan(value) else float(np.log1p(value)) for value in line] for line in known],
        x=list(range(len(bands))),
        y=list(range(len(rows))),
        text=[["" if np.isnan(value) else f"{int(value):,}" for value in line] for line in known],
        customdata=[
            [
                f"<b>{formats.on_chart(row)}</b><br>{_flat(band)}<br>{formats.plural(int(n), *cell)}"
                for band, n in zip(bands, line, strict=True)
            ]
            for row, line in zip(rows, counts, strict=True)
        ],
        texttemplate="%{text}",
        textfont={"size": 12, "color": INK},
        colorscale=((0, PAGE), (1, ACCENT)),
        opacity=0.6,
        zmin=0,
        showscale=False,
        xgap=3,
        ygap=3,
        hovertemplate="%{customdata}<extra></extra>",
    )
    placed = _together(marks)
    for mark in placed:
        if mark.reach and mark.reach[0] < mark.reach[1]:
            line, (first, last), below = {"color": SYNTHETIC, "width": 3}, mark.reach, mark.row + EDGE
            figure.add_scatter(x=[first - EDGE, last + EDGE], y=[below, below], mode="lines", line=line, hoverinfo="skip")
    if placed:
        figure.add_scatter(
            x=[mark.column for mark in placed],
            y=[mark.row for mark in placed],
            mode="markers+text",
            marker={"symbol": "circle", "size": 24, "color": PAGE, "line": {"color": SYNTHETIC, "width": 2.5}},
            text=[f"<b>{mark.text}</b>" for mark in placed],
            textfont={"size": 11, "color": INK},
            hovertext=[mark.hover for mark in placed],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    told = "; ".join(f"gap {mark.text} at {rows[mark.row]}, {_flat(bands[mark.column])}" for mark in placed)
    frame(figure, title=title, subtitle=subtitle, alt=f"{title}. {told or 'No gap'}.", x=x, height=AROUND + ROW * len(rows))
    figure.update_xaxes(
        tickvals=list(range(len(bands))),
        ticktext=list(bands),
        range=[-0.5, len(bands) - 0.5],
        side="top",
        tickangle=0,
        tickfont={"size": 10},
    )
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=[formats.on_chart(row, NAME) for row in rows],
        range=[len(rows) - 0.5, -0.5],
        showgrid=False,
    )
    return figure


def _flat(band: str) -> str:
    return band.replace("<br>", " ")


def _together(marks: Sequence[Mark]) -> list[Mark]:
    """One mark a cell: its text the best gap's, with what else is there."""
    found: dict[tuple[int, int], Mark] = {}
    for mark in marks:
        at = (mark.row, mark.column)
        if at in found:
            first = found[at]
            found[at] = replace(first, hover=f"{first.hover}<br><br>{mark.hover}")
        else:
            found[at] = mark
    return list(found.values())
