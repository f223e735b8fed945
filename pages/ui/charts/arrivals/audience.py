"""How large a part of each segment would be shown a new product, by the learned model and by content-kNN."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from pages.ui import formats
from pages.ui.charts.frame import ACCENT, BEFORE, INK, frame

ROW, AROUND = 30, 62
NAME = 28


@dataclass(frozen=True)
class SegmentShare:
    """A segment, its shoppers, and the shares of them, 0..1, that would be shown the product. other: by the baseline."""

    label: str
    size: int
    share: float
    other: float | None = None


def audience_chart(
    rows: Sequence[SegmentShare], *, title: str, subtitle: str, names: tuple[str, str], x: str, ceiling: float = 0.0
) -> go.Figure:
    """A bar a segment, the largest share on top; the baseline's share as a ring beside it. ceiling: at least so much of the axis."""
    ranked = sorted(rows, key=lambda row: row.share)
    labels = [formats.on_chart(row.label, NAME) for row in ranked]
    figure = go.Figure()
    figure.add_bar(
        x=[100 * row.share for row in ranked],
        y=labels,
        orientation="h",
        marker={"color": ACCENT},
        customdata=[[formats.on_chart(row.label), f"{row.size:,}", f"{round(row.share * row.size):,}"] for row in ranked],
        hovertemplate=f"<b>%{{customdata[0]}}</b><br>%{{customdata[2]}} of its %{{customdata[1]}} shoppers<br>%{{x:.1f}} %, {names[0]}"
        "<extra></extra>",
    )
    beside = [row for row in ranked if row.other is not None]
    if beside:
        figure.add_scatter(
            x=[100 * float(row.other or 0) for row in beside],
            y=[formats.on_chart(row.label, NAME) for row in beside],
            mode="markers",
            marker={"symbol": "circle-open", "size": 10, "color": BEFORE, "line": {"width": 2.5}},
            customdata=[[formats.on_chart(row.label)] for row in beside],
            hovertemplate=f"<b>%{{customdata[0]}}</b><br>%{{x:.1f}} %, {names[1]}<extra></extra>",
        )
    most = max([ceiling, *(100 * max(row.share, row.other or 0) for row in ranked), 0.5])
    for row, label in zip(ranked, labels, strict=True):
        end = 100 * row.share
        near = row.other is not None and 0 <= 100 * row.other - end < 0.14 * most
        figure.add_annotation(
            x=100 * float(row.other or 0) if near else end,
            y=label,
            text=f"{end:.1f} %",
            xanchor="left",
            xshift=10 if near else 5,
            showarrow=False,
            font={"size": 12, "color": INK},
        )
    told = "; ".join(f"{row.label}: {100 * row.share:.1f} %" for row in reversed(ranked))
    frame(figure, title=title, subtitle=subtitle, alt=f"{title}. {told}.", x=x, height=AROUND + ROW * len(ranked))
    figure.update_layout(bargap=0.42)
    figure.update_xaxes(range=[0, 1.3 * most], showgrid=True, nticks=5)
    return figure
