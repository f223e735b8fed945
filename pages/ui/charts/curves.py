"""What a training says of itself, epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from pages.ui.charts.frame import ACCENT, BEFORE, REAL, frame

MAX_POINTS = 400


def loss_chart(curve: Sequence[Mapping[str, Any]]) -> go.Figure:
    """Training loss by epoch."""
    points = _with(curve, "loss")
    figure = _line(points, "loss", REAL, "%{y:.1f}")
    title = "Not started yet" if not points else f"The loss is at {points[-1]['loss']:.1f}" if len(points) < 2 else _trend(points)
    alt = f"Training loss after {len(points)} epochs" + (f", from {points[0]['loss']:.1f} to {points[-1]['loss']:.1f}" if points else "")
    return frame(
        figure, title=title, subtitle="Training loss a shopper, by epoch; lower fits better", alt=alt, x="epoch", y="loss", height=220
    )


def validation_chart(curve: Sequence[Mapping[str, Any]], metric: str = "ndcg@100") -> go.Figure:
    """The figure that epochs are chosen by, with its best epoch marked."""
    points = _with(curve, metric)
    figure = _line(points, metric, ACCENT, "%{y:.4f}")
    name = metric.upper().replace("_", " ")
    title = "No validation figure yet"
    if points:
        best = max(points, key=lambda p: p[metric])
        title = f"Best so far at epoch {best['epoch']:g}: {name} {best[metric]:.3f}"
        figure.add_scatter(x=[best["epoch"]], y=[best[metric]], mode="markers", marker={"color": ACCENT, "size": 11}, hoverinfo="skip")
    alt = f"{name} on held-out validation purchases, by epoch. {title}"
    return frame(
        figure,
        title=title,
        subtitle=f"{name} on held-out validation purchases, by epoch; higher is better",
        alt=alt,
        x="epoch",
        y=name,
        height=220,
    )


def _with(curve: Sequence[Mapping[str, Any]], key: str) -> list[dict[str, float]]:
    points = [{"epoch": float(p["epoch"]), key: float(p[key])} for p in curve if p.get(key) is not None and p.get("part", "fit") == "fit"]
    step = max(1, len(points) // MAX_POINTS)
    return points[::step] if step > 1 else points


def _line(points: Sequence[Mapping[str, float]], key: str, colour: str, hover: str) -> go.Figure:
    figure = go.Figure()
    figure.add_scatter(
        x=[p["epoch"] for p in points],
        y=[p[key] for p in points],
        mode="lines+markers" if len(points) < 40 else "lines",
        line={"color": colour, "width": 2},
        marker={"size": 5, "color": colour},
        hovertemplate="epoch %{x}<br>" + hover + "<extra></extra>",
    )
    if not points:
        figure.add_annotation(
            text="waiting for the first epoch", showarrow=False, font={"color": BEFORE}, x=0.5, y=0.5, xref="paper", yref="paper"
        )
    return figure


def _trend(points: Sequence[Mapping[str, float]]) -> str:
    first, last = points[0]["loss"], points[-1]["loss"]
    return f"The loss fell from {first:.1f} to {last:.1f}" if last < first else f"The loss went from {first:.1f} to {last:.1f}"
