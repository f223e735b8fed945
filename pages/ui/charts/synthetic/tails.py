"""Long tails, real beside synthetic: how many events shoppers and products have, how long the pauses are, and who holds how much."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from pages.ui import formats
from pages.ui import words_synthetic_charts as say
from pages.ui.charts.frame import BEFORE, frame
from pages.ui.charts.synthetic.pair import HEIGHT, add_lines, log_ticks, name_sides, percent, short

TOLD_APART = {"activity": 0.06, "popularity": 0.08, "gaps": 0.12}  # from which gap on the scorecard warns (F5, F4, F6)
LORENZ_APART = 0.05
SPANS = (
    (60, "1 min"),
    (3600, "1 h"),
    (86400, "1 day"),
    (30 * 86400, "1 month"),
)
HOUR = 3600.0

Pair = Mapping[str, Any]


def survival_chart(name: str, data: Pair) -> go.Figure:
    """name: "activity", "popularity" or "gaps" of `scorecard.plots`; gaps come in hours."""
    words = say.CURVES[name]
    real, made = (_points(data[side]) for side in ("real", "synthetic"))
    figure = go.Figure()
    add_lines(figure, *(([x for x, _ in side], [100 * y for _, y in side]) for side in (real, made)))
    for trace, side in zip(figure.data, (real, made), strict=True):
        trace.customdata = [_told(name, x) for x, _ in side]
        trace.hovertemplate = f"{trace.name}<br>%{{customdata}} {'' if name == 'gaps' else words.x.split()[0]} or more"
        trace.hovertemplate += "<br>%{y:.2f} %<extra></extra>"
    title = _finding(name, words, real, made)
    frame(figure, title=title, subtitle=words.subtitle, alt=f"{words.subtitle}. {title}.", x=words.x, y=words.y, height=HEIGHT)
    _log_axes(figure, name, [x for x, _ in (*real, *made)], [100 * y for _, y in (*real, *made)])
    name_sides(figure)
    return figure


def lorenz_chart(name: str, data: Pair) -> go.Figure:
    """name: "lorenz_items" or "lorenz_users"; drawn from the top, as it is read."""
    who, _, close = say.LORENZ[name]
    figure = go.Figure()
    figure.add_scatter(x=[0, 100], y=[0, 100], mode="lines", line={"color": BEFORE, "dash": "dot", "width": 1.5}, hoverinfo="skip")
    sides = [_from_the_top(data[side]) for side in ("real", "synthetic")]
    add_lines(figure, *sides)
    for trace, side in zip(figure.data[1:], (say.REAL, say.SYNTHETIC), strict=True):
        trace.hovertemplate = say.LORENZ_HOVER.format(who=who, side=side) + "<extra></extra>"
    real, made = (_at(dict(zip(x, y, strict=True)), 10) / 100 for x, y in sides)
    title = close if abs(real - made) < LORENZ_APART else say.LORENZ_APART.format(who=who, synthetic=percent(made), real=percent(real))
    subtitle = say.LORENZ_SUBTITLE.format(who=who)
    alt = f"{subtitle}. The top tenth hold {percent(real)} of the real and {percent(made)} of the synthetic events."
    frame(figure, title=title, subtitle=subtitle, alt=alt, x=say.LORENZ_X.format(who=who), y=say.LORENZ_Y, height=HEIGHT)
    figure.update_xaxes(range=[0, 100])
    figure.update_yaxes(range=[0, 101])
    name_sides(figure)
    return figure


def _points(side: Mapping[str, Sequence[float | None]]) -> list[tuple[float, float]]:
    pairs = zip(side["x"], side["y"], strict=True)
    return [(float(x), float(y)) for x, y in pairs if x is not None and y is not None and x > 0 and y > 0]


def _from_the_top(side: Mapping[str, Sequence[float | None]]) -> tuple[list[float], list[float]]:
    pairs = [(100 * (1 - (x or 0.0)), 100 * (1 - (y or 0.0))) for x, y in zip(side["x"], side["y"], strict=True)]
    return [x for x, _ in reversed(pairs)], [y for _, y in reversed(pairs)]


def _at(curve: Mapping[float, float], x: float) -> float:
    return curve[min(curve, key=lambda each: abs(each - x))] if curve else math.nan


def _share(points: Sequence[tuple[float, float]], x: float) -> float:
    """Share of the values of at least x: the curve's height at its next point."""
    place = bisect_left(points, (x * (1 - 1e-6), -1.0))
    return points[place][1] if place < len(points) else 0.0


def _finding(name: str, words: say.Curve, real: Sequence[tuple[float, float]], made: Sequence[tuple[float, float]]) -> str:
    if not real or not made:
        return say.NO_DATA.capitalize()
    gaps = [(abs(_share(made, x) - share), x, share) for x, share in real]
    gap, x, share = max(gaps)
    if gap <= TOLD_APART[name]:
        return words.close
    return words.apart.format(x=_told(name, x), real=percent(share), synthetic=percent(_share(made, x)))


def _told(name: str, x: float) -> str:
    if name != "gaps":
        return formats.count(x)
    seconds = x * HOUR
    return f"{seconds / 86400:,.1f} days" if seconds >= 2 * 86400 else formats.seconds(seconds)


def _log_axes(figure: go.Figure, name: str, xs: Sequence[float], ys: Sequence[float]) -> None:
    if not xs:
        return
    low, high = min(xs), max(xs)
    if name == "gaps":
        marks = [(seconds / HOUR, text) for seconds, text in SPANS if low <= seconds / HOUR <= high]
        figure.update_xaxes(type="log", tickvals=[x for x, _ in marks], ticktext=[text for _, text in marks], tickangle=0)
    else:
        ticks = log_ticks(low, high)
        figure.update_xaxes(type="log", tickvals=ticks, ticktext=[short(t) for t in ticks])
    ticks = log_ticks(min(ys), 100, most=4)
    figure.update_yaxes(type="log", tickvals=ticks, ticktext=[f"{t:g}" for t in ticks], range=[math.log10(min(ys) * 0.8), 2.08])
