"""What pairs of real and synthetic share: two lines of which neither hides the other, and their names in their colours."""

from __future__ import annotations

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from pages.ui import words_synthetic_charts as say
from pages.ui.charts.frame import REAL, SYNTHETIC

DIVERGING = tuple((i / 9, f"#0000{n}") for i, n in enumerate(range(21, 31)))  # the theme's, filled in by the browser
HEIGHT = 240
UNDER, OVER = 5.0, 2.0  # pixels: the real line shows on both sides of the synthetic one where they are the same


def add_lines(figure: go.Figure, real: tuple[Sequence[float], Sequence[float]], made: tuple[Sequence[float], Sequence[float]]) -> None:
    """The real line broad and pale, the synthetic one on it."""
    for side, colour, width, opacity, (x, y) in (
        (say.REAL, REAL, UNDER, 0.45, real),
        (say.SYNTHETIC, SYNTHETIC, OVER, 1.0, made),
    ):
        figure.add_scatter(x=list(x), y=list(y), mode="lines", line={"color": colour, "width": width}, opacity=opacity, name=side)


def name_sides(figure: go.Figure) -> None:
    """Both names in their colours above the plot: a legend of two words that nothing can cover."""
    figure.update_layout(margin_t=26)
    for text, colour, shift in ((say.REAL, REAL, -72), (say.SYNTHETIC, SYNTHETIC, 0)):
        place = {
            "x": 1.0,
            "y": 1.0,
            "xref": "paper",
            "yref": "paper",
            "xanchor": "right",
            "yanchor": "bottom",
            "xshift": shift,
            "yshift": 3,
        }
        figure.add_annotation(text=f"<b>{text}</b>", showarrow=False, font={"color": colour, "size": 12}, **place)


def short(value: float) -> str:
    """A number on an axis or in a finding: 1500 -> "1,500", 0.25 -> "0.25"."""
    return f"{value:,.0f}" if abs(value) >= 10 or value == round(value) else f"{value:.2g}"


def percent(share: float) -> str:
    """A share in a finding: tenths only where there are few: "38 %", "1.4 %", "under 0.1 %"."""
    value = 100 * share
    if 0 < value < 0.1:
        return "under 0.1 %"
    return f"{value:.0f} %" if value >= 9.95 or abs(value - round(value)) < 1e-9 else f"{value:.1f} %"


def log_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Powers of ten within [low, high], thinned to `most`; 1, 2, 5 of each where the range is short."""
    if not 0 < low <= high:
        return []
    tens = [10.0**n for n in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]
    ticks = [t for t in tens if low <= t * 1.001 and t <= high * 1.001]
    if len(ticks) < 3:
        ticks = [t * m for t in tens for m in (1, 2, 5) if low <= t * m <= high]
    return ticks[:: max(1, math.ceil(len(ticks) / most))]
