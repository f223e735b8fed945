"""Scenarios side by side: what each keeps against how varied it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from pages.ui.charts.frame import ACCENT, BEFORE, INK, REAL, frame

LONGEST = 18  # characters of a name beside its point


@dataclass(frozen=True)
class Mark:
    """One scenario. varied: mean distance within a list; kept: share of the predicted match, 0 to 1."""

    name: str
    varied: float
    kept: float
    on_screen: bool = False


def compare_chart(
    now: tuple[float, float], marks: Sequence[Mark], *, title: str, subtitle: str, now_name: str, x: str, y: str
) -> go.Figure:
    """now: (varied, kept) of what is shown at present."""
    points = [Mark(now_name, *now), *marks]
    middle = (min(p.varied for p in points) + max(p.varied for p in points)) / 2
    figure = go.Figure()
    figure.add_scatter(
        x=[p.varied for p in points],
        y=[100 * p.kept for p in points],
        mode="markers+text",
        marker={
            "color": [BEFORE, *(ACCENT if p.on_screen else REAL for p in marks)],
            "size": [12, *(14 if p.on_screen else 11 for p in marks)],
        },
        text=[_short(p.name) for p in points],
        textposition=["top center", *("middle right" if p.varied <= middle else "middle left" for p in marks)],
        textfont={"size": 12, "color": INK},
        customdata=[p.name.replace("<", "&lt;") for p in points],
        hovertemplate="%{customdata}<br>%{y:.1f} % of the predicted match kept<br>variety %{x:.3f}<extra></extra>",
        cliponaxis=False,
    )
    alt = "; ".join(f"{p.name}: {100 * p.kept:.1f} % kept, variety {p.varied:.3f}" for p in points)
    frame(figure, title=title, subtitle=subtitle, alt=alt, x=x, y=y, height=260)
    figure.update_xaxes(range=_room([p.varied for p in points]), showgrid=True)
    figure.update_yaxes(range=_room([100 * p.kept for p in points]))
    return figure


def _short(name: str) -> str:
    text = name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"
    return text.replace("<", "&lt;")


def _room(values: Sequence[float]) -> list[float]:
    low, high = min(values), max(values)
    room = 0.25 * (high - low) or 0.05 * abs(high) or 1.0
    return [low - room, high + room]
