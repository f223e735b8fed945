"""What the dots of a map are coloured by: the group that each is of, or a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from pages.ui.charts.frame import BEFORE, CATEGORIES, SEQUENTIAL

COLOURED = 8  # groups with a colour of their own; the rest are grey, and named on the map or by the pointer
DIVERGING = tuple((i / 9, f"#0000{n}") for i, n in enumerate(range(21, 31)))
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000)
DAY = 86_400


@dataclass(frozen=True)
class Groups:
    """codes: int32 [n], -1 for none. labels: one a group, as a chart may write it."""

    codes: NDArray[np.int32]
    labels: Sequence[str]

    def largest(self) -> list[int]:
        """Groups that have points, the largest first."""
        sizes = np.bincount(self.codes[self.codes >= 0], minlength=len(self.labels))
        return [int(code) for code in np.argsort(-sizes, kind="stable") if sizes[code] > 0]

    def colours(self) -> dict[int, str]:
        """The colour of each group that has one of its own."""
        return {code: CATEGORIES[place] for place, code in enumerate(self.largest()[:COLOURED])}


@dataclass(frozen=True)
class Values:
    """values: float [n], NaN where unknown. name: what they are, with their unit.

    scale: "log" (only what is above zero is coloured), "linear", "share" (0 to 1), "date" (seconds since 1970) or "change" (around zero).
    """

    values: NDArray[np.floating]
    name: str
    scale: str = "log"


Paint = Groups | Values


def marker_of(paint: Paint, size: float, sizes: NDArray[np.floating] | None) -> dict[str, object]:
    """Plotly's marker of these dots."""
    dots: dict[str, object] = {"size": size if sizes is None else np.asarray(sizes, np.float32)}
    return {**dots, **(_by_group(paint) if isinstance(paint, Groups) else _by_value(paint))}


def _by_group(paint: Groups) -> dict[str, object]:
    colours = paint.colours()
    place = np.zeros(max(len(paint.labels), 1) + 1, np.float32)  # the last one: of no group
    for number, code in enumerate(colours, start=1):
        place[code] = number
    steps = [BEFORE, *colours.values()]
    scale = [(edge / len(steps), colour) for number, colour in enumerate(steps) for edge in (number, number + 1)]
    codes = place[paint.codes]
    return {"color": codes, "colorscale": scale, "cmin": -0.5, "cmax": len(steps) - 0.5, "opacity": 0.8, "showscale": False}


def _by_value(paint: Values) -> dict[str, object]:
    values = np.asarray(paint.values, np.float64)
    known = np.isfinite(values) & (values > 0) if paint.scale == "log" else np.isfinite(values)
    if not known.any():
        return {"color": BEFORE, "opacity": 0.4}
    shown = np.log10(values[known]) if paint.scale == "log" else values[known]
    low, high = _range(shown, paint.scale)
    ticks, texts = _ticks(low, high, paint.scale)
    bar = {
        "title": {"text": paint.name, "side": "top", "font": {"size": 12}},
        "tickvals": ticks,
        "ticktext": texts,
        "thickness": 10,
        "outlinewidth": 0,
        "len": 0.6,
    }
    scale = DIVERGING if paint.scale == "change" else SEQUENTIAL
    steps = [(0.0, BEFORE), (0.001, BEFORE), *((0.001 + 0.999 * at, colour) for at, colour in scale)]  # what is not known: below the scale
    colours = np.full(len(values), low - 1e-3 * (high - low), np.float32)
    colours[known] = np.clip(shown, low, high)
    below = not known.all()
    return {
        "color": colours,
        "colorscale": steps if below else scale,
        "cmin": low - 0.001 * (high - low) if below else low,
        "cmax": high,
        "colorbar": bar,
        "opacity": 0.85,
    }


def _range(shown: NDArray[np.float64], scale: str) -> tuple[float, float]:
    """From the 1st to the 99th percentile: one odd price must not pale all others."""
    if scale == "change":
        reach = max(float(np.percentile(np.abs(shown), 99)), 1e-6)
        return -reach, reach
    low, high = map(float, np.percentile(shown, [1, 99]))
    return low, max(high, low + 1e-6)


def _ticks(low: float, high: float, scale: str) -> tuple[list[float], list[str]]:
    if scale == "log":
        ticks = [t for t in TICKS if low - 0.02 <= np.log10(t) <= high + 0.02]
        if len(ticks) < 3:
            ticks = sorted({float(f"{10**log:.2g}") for log in (low, (low + high) / 2, high)})
        return [float(np.log10(t)) for t in ticks], [f"{t:,g}" for t in ticks]
    at = [low + (high - low) * part / 4 for part in range(5)]
    if scale == "date":
        return at, [_date(seconds, high - low) for seconds in at]
    if scale == "share":
        return at, [f"{100 * share:.0f} %" for share in at]
    text = "{:+.3g}" if scale == "change" else "{:.3g}"
    return at, [text.format(value).replace("-", "−") for value in at]


def _date(seconds: float, span: float) -> str:
    day = datetime.fromtimestamp(seconds, UTC)
    return f"{day.day} {day:%b %Y}" if span < 90 * DAY else f"{day:%b %Y}"
