"""What a scenario changes for each segment of shoppers: a dot and an interval each, beside everybody's."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from pages.ui.charts.frame import ACCENT, BEFORE, INK, QUIET_TEXT, REAL, frame

ROW, ROOM = 40, 74
LABEL = 26  # characters a line


@dataclass(frozen=True)
class SegmentChange:
    """One segment's change with its 95 % interval, as drawn. told: before and after. everybody: it is of all shoppers."""

    label: str
    users: int
    change: float
    low: float
    high: float
    told: str
    everybody: bool = False

    @property
    def clear(self) -> bool:
        """Whether the interval excludes none."""
        return self.low > 0 or self.high < 0

    @property
    def colour(self) -> str:
        """Everybody is slate, a clear change has the accent, an unclear one is grey."""
        return REAL if self.everybody else ACCENT if self.clear else BEFORE


def segments_chart(rows: Sequence[SegmentChange], *, title: str, subtitle: str, axis: str, shoppers: str) -> go.Figure:
    """rows: from the top down. shoppers: what is counted below a label."""
    figure = go.Figure()
    places = list(range(len(rows)))
    for colour in dict.fromkeys(row.colour for row in rows):
        part = [(place, row) for place, row in enumerate(rows) if row.colour == colour]
        figure.add_scatter(
            x=[row.change for _, row in part],
            y=[place for place, _ in part],
            error_x={
                "type": "data",
                "array": [row.high - row.change for _, row in part],
                "arrayminus": [row.change - row.low for _, row in part],
                "color": colour,
                "thickness": 2.5,
                "width": 0,
            },
            mode="markers",
            marker={"color": colour, "size": 10},
            hovertext=[row.told for _, row in part],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    figure.add_vline(x=0, line={"color": QUIET_TEXT, "width": 1})
    for row in rows:
        if row.everybody:
            figure.add_vline(x=row.change, line={"color": REAL, "width": 1, "dash": "dot"})
    alt = f"{title}. " + "; ".join(row.told.replace("<br>", ", ") for row in rows)
    lines = [textwrap.wrap(row.label, LABEL) or [row.label] for row in rows]
    height = ROOM + len(rows) * (ROW + 15 * (max(map(len, lines), default=1) - 1))
    frame(figure, title=title, subtitle=subtitle, alt=alt, x=axis, height=height)
    ends = [0.0, *(row.low for row in rows), *(row.high for row in rows)]
    room = 0.06 * ((max(ends) - min(ends)) or 1.0)
    figure.update_xaxes(range=[min(ends) - room, max(ends) + room], showgrid=True, nticks=6)
    figure.update_yaxes(
        tickvals=places,
        ticktext=[
            f"{'<br>'.join(each)}<br><span style='font-size:10px'>{shoppers.format(n=f'{row.users:,}')}</span>"
            for each, row in zip(lines, rows, strict=True)
        ],
        range=[len(rows) - 0.45, -0.55],
        showgrid=False,
        tickfont={"size": 12, "color": INK},
        ticklabelstandoff=8,
    )
    return figure
