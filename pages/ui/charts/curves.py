"""What a training says of itself, epoch by epoch: one small chart for each group of figures that it tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from pages.ui import words_models as say
from pages.ui.charts.frame import ACCENT, BEFORE, REAL, SYNTHETIC, frame

MAX_POINTS = 400
HEIGHT = 220
Curve = Sequence[Mapping[str, Any]]


def charts(curve: Curve, metric: str = "ndcg@100", *, done: bool = False) -> dict[str, go.Figure]:
    """All charts that the figures of `curve` allow, by name, the two that matter most first. done: the training has ended."""
    told = {key for point in curve for key, value in point.items() if value is not None}
    named = {key for words in say.CURVES.values() for key in words.names}
    drawn = {"validation": validation_chart(curve, metric, done=done)}
    for name, words in say.CURVES.items():
        if told & set(words.names) or (name == "loss" and not told & {"d_loss", "g_loss"}):
            drawn[name] = group_chart(curve, name)
    for key in sorted(_numbers(curve) - named - {"epoch", "seconds", "number", metric}):
        drawn[key] = group_chart(curve, key)
    return drawn


def validation_chart(curve: Curve, metric: str = "ndcg@100", *, done: bool = False) -> go.Figure:
    """The figure that epochs are chosen by, with its best epoch marked."""
    points = _with(curve, metric)
    name = metric.upper().replace("_", " ")
    figure = _lines({metric: (name, ACCENT, points)}, "%{y:.4f}")
    title = say.VALIDATION_NONE
    if points:
        best = max(points, key=lambda p: p[1])
        form = say.VALIDATION_CHOSEN if done else say.VALIDATION_BEST
        title = form.format(epoch=f"{best[0]:g}", value=f"{best[1]:.3f}")
        figure.add_scatter(x=[best[0]], y=[best[1]], mode="markers", marker={"color": ACCENT, "size": 11}, hoverinfo="skip")
    subtitle = say.VALIDATION_SUBTITLE.format(name=name)
    return _framed(figure, [points], title, subtitle, name)


def loss_chart(curve: Curve) -> go.Figure:
    """Training loss by epoch."""
    return group_chart(curve, "loss")


def group_chart(curve: Curve, name: str) -> go.Figure:
    """The figures of one group of `words_models.CURVES`, or of one key that no group has."""
    words = say.CURVES.get(name, say.CURVE_OTHER)
    names = dict(words.names) or {name: name.replace("_", " ")}
    series = {key: points for key in names if (points := _with(curve, key))}
    colours = (REAL,) if len(names) == 1 else (REAL, SYNTHETIC)  # of two players: the critic knows real, the generator makes up
    lines = {key: (names[key], colours[list(names).index(key)], points) for key, points in series.items()}
    figure = _lines(lines, "%{y:.4g}", direct=len(names) > 1)
    values = ", ".join((f"{names[key]} " if len(names) > 1 else "") + _short(points[-1][1], name) for key, points in series.items())
    first = next(iter(series.values()), [])
    title = say.NOT_STARTED.capitalize()
    if first:
        title = words.finding.format(values=values, name=next(iter(names.values())).capitalize(), trend=_trend(first))
        title = title[0].upper() + title[1:]
    subtitle = words.subtitle.format(name=next(iter(names.values())).capitalize())
    return _framed(figure, list(series.values()), title, subtitle, words.axis or names.get(name, name))


def _framed(figure: go.Figure, series: Sequence[Sequence[tuple[float, float]]], title: str, subtitle: str, axis: str) -> go.Figure:
    epochs = sorted({epoch for points in series for epoch, _ in points})
    alt = f"{subtitle}. {title}." + (f" After {len(epochs)} epochs." if epochs else "")
    frame(figure, title=title, subtitle=subtitle, alt=alt, x="epoch", y=axis, height=HEIGHT)
    figure.update_yaxes(exponentformat="e")
    _calm_axes(figure, epochs, [value for points in series for _, value in points])
    return figure


def _calm_axes(figure: go.Figure, epochs: Sequence[float], values: Sequence[float]) -> None:
    """Whole epochs, and room around a single point: plotly would draw it between -1 and 3, with ticks at halves."""
    if not epochs:
        figure.update_xaxes(range=[0, 10], showticklabels=False)
        figure.update_yaxes(range=[0, 1], showticklabels=False)
        return
    room = 0.04 * (epochs[-1] - epochs[0]) or 1.0
    figure.update_xaxes(range=[epochs[0] - room, epochs[-1] + 2 * room], tickformat="d")
    if epochs[-1] - epochs[0] < 8:
        figure.update_xaxes(tickvals=list(epochs))
    low, high = min(values), max(values)
    if high - low <= 1e-9 * max(abs(high), 1e-9):
        around = 0.1 * abs(high) or 0.1
        figure.update_yaxes(range=[low - around, high + around], nticks=4)


def _with(curve: Curve, key: str) -> list[tuple[float, float]]:
    """(epoch, value) of the choosing fit; a refit counts its epochs again."""
    points = [
        (float(p["epoch"]), float(p[key])) for p in curve if p.get(key) is not None and p.get("part", "fit") == "fit" and "epoch" in p
    ]
    step = max(1, len(points) // MAX_POINTS)
    return points[::step] if step > 1 else points


def _numbers(curve: Curve) -> set[str]:
    """Keys of everything that is a number."""
    return {key for point in curve for key, value in point.items() if isinstance(value, int | float) and not isinstance(value, bool)}


def _lines(series: Mapping[str, tuple[str, str, Sequence[tuple[float, float]]]], hover: str, *, direct: bool = False) -> go.Figure:
    """One line each; `direct`: its name at its end."""
    figure = go.Figure()
    for name, colour, points in series.values():
        told = f"{name}, " if direct else ""
        figure.add_scatter(
            x=[epoch for epoch, _ in points],
            y=[value for _, value in points],
            mode="lines+markers" if len(points) < 40 else "lines",
            line={"color": colour, "width": 2},
            marker={"size": 5, "color": colour},
            name=name,
            hovertemplate=f"{told}epoch %{{x}}<br>{hover}<extra></extra>",
        )
        if direct and points:
            above = points[-1][1] >= max(others[-1][1] for _, _, others in series.values() if others)
            end = {"x": points[-1][0], "y": points[-1][1], "text": name, "showarrow": False, "font": {"color": colour, "size": 12}}
            figure.add_annotation(**end, xanchor="right", yanchor="bottom" if above else "top", yshift=6 if above else -6)
    if not any(points for _, _, points in series.values()):
        figure.add_scatter(x=[], y=[])
        waiting = {"text": say.NOT_STARTED, "showarrow": False, "font": {"color": BEFORE}}
        figure.add_annotation(**waiting, x=0.5, y=0.5, xref="paper", yref="paper")
    return figure


def _short(value: float, name: str) -> str:
    if name == "coverage":
        return f"{100 * value:.0f} %"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2g}"


def _trend(points: Sequence[tuple[float, float]]) -> str:
    first, last = points[0][1], points[-1][1]
    form = say.LOSS_AT if len(points) < 2 else say.LOSS_FELL if last < first else say.LOSS_WENT
    return form.format(first=_loss(first), last=_loss(last))


def _loss(value: float) -> str:
    return f"{value:.1f}" if abs(value) >= 1 else f"{value:.3f}"
