"""Winners and losers: the change of each one's share of all exposure, left and right of none, with its interval."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from pages.ui.charts.frame import ACCENT, BEFORE, INK, QUIET_TEXT, frame

ROW, ROOM = 26, 66
LABEL = 30  # characters of a name


@dataclass(frozen=True)
class Moved:
    """One product or group. before, after: shares of all exposure; low, high: 95 % of their difference."""

    name: str
    before: float
    after: float
    low: float
    high: float

    @property
    def change(self) -> float:
        """Points of all exposure."""
        return 100 * (self.after - self.before)

    @property
    def clear(self) -> bool:
        """Whether the interval excludes none."""
        return self.low > 0 or self.high < 0

    @property
    def told(self) -> str:
        """The whole story of a bar."""
        return (
            f"{self.name}<br>{100 * self.before:.2f} % → {100 * self.after:.2f} % of all exposure<br>"
            f"{self.change:+.2f} points ({100 * self.low:+.2f} to {100 * self.high:+.2f})"
        )


def movers_chart(moved: Sequence[Moved], *, title: str, subtitle: str, axis: str) -> go.Figure:
    """moved: from the top down. What is not clear is pale."""
    figure = go.Figure()
    figure.add_bar(
        x=[each.change for each in moved],
        y=list(range(len(moved))),
        orientation="h",
        marker={"color": [ACCENT if each.change > 0 else BEFORE for each in moved], "opacity": [1.0 if e.clear else 0.45 for e in moved]},
        error_x={
            "type": "data",
            "array": [100 * each.high - each.change for each in moved],
            "arrayminus": [each.change - 100 * each.low for each in moved],
            "color": QUIET_TEXT,
            "thickness": 1.2,
            "width": 3,
        },
        hovertext=[each.told for each in moved],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    figure.add_vline(x=0, line={"color": QUIET_TEXT, "width": 1})
    alt = f"{title}. " + "; ".join(each.told.replace("<br>", ", ") for each in moved)
    frame(figure, title=title, subtitle=subtitle, alt=alt, x=axis, height=ROOM + ROW * max(len(moved), 1))
    most = max((max(abs(100 * each.low), abs(100 * each.high), abs(each.change)) for each in moved), default=0.1) or 0.1
    figure.update_xaxes(range=[-1.05 * most, 1.05 * most], showgrid=True, nticks=5)
    figure.update_yaxes(
        tickvals=list(range(len(moved))),
        ticktext=[textwrap.shorten(each.name, LABEL, placeholder="…") for each in moved],
        range=[len(moved) - 0.4, -0.6],
        showgrid=False,
        tickfont={"size": 12, "color": INK},
        ticklabelstandoff=6,
    )
    figure.update_layout(bargap=0.4)
    return figure
