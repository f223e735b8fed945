"""Shoppers as points and as distances: who lies where, and who is too near a real one."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from pages.ui import formats
from pages.ui import words_synthetic_charts as say
from pages.ui.charts.frame import REAL, SYNTHETIC, frame
from pages.ui.charts.synthetic.pair import HEIGHT, add_lines, name_sides, percent

COVERED, IN_PART = 0.9, 0.6  # share of real shoppers with a synthetic one close by, of what real ones drawn anew have
TALL = 390


def map_chart(data: Mapping[str, Any], covered: float | None) -> go.Figure:
    """Real and synthetic shoppers on two principal components. covered: PRDC coverage over that of real shoppers drawn anew."""
    figure = go.Figure()
    for side, colour, key in ((say.REAL, REAL, "real"), (say.SYNTHETIC, SYNTHETIC, "synthetic")):
        figure.add_scattergl(
            x=[point[0] for point in data[key]],
            y=[point[1] for point in data[key]],
            mode="markers",
            marker={"color": colour, "size": 4.5, "opacity": 0.55, "symbol": "circle" if key == "real" else "diamond"},
            name=side,
            hovertemplate=say.MAP_HOVER.format(side=side) + "<extra></extra>",
        )
    share = 1.0 if covered is None else covered
    title = say.MAP_CLOSE if share >= COVERED else say.MAP_PART if share >= IN_PART else say.MAP_APART
    told = formats.percent(sum(value or 0.0 for value in data["explained"]), 0)
    alt = say.MAP_ALT.format(title=title, real=formats.count(len(data["real"])), synthetic=formats.count(len(data["synthetic"])))
    frame(figure, title=title, subtitle=say.MAP_SUBTITLE.format(share=told), alt=alt, height=TALL)
    figure.update_xaxes(showticklabels=False)
    figure.update_yaxes(showticklabels=False, showgrid=False)
    name_sides(figure)
    return figure


def nearest_chart(data: Mapping[str, Any], too_close: float | None, allowed: float | None) -> go.Figure:
    """Histogram of the likeness to the next real shopper. too_close: P3 of the set; allowed: up to where it passes."""
    edges = [float(e) for e in data["edges"]]
    middles = [(a + b) / 2 for a, b in pairwise(edges)]
    real, made = ([100 * float(v or 0) for v in data[side]] for side in ("real", "synthetic"))
    figure = go.Figure()
    add_lines(figure, (middles, real), (middles, made))
    for trace in figure.data:
        trace.line.shape = "hvh"
        trace.hovertemplate = f"{trace.name}<br>likeness about %{{x:.2f}}<br>%{{y:.1f}} % of shoppers<extra></extra>"
    figure.data[0].update(fill="tozeroy", line={"width": 2.5})
    copied = too_close is not None and too_close > (allowed or 0.0)
    title = say.NEAREST_APART.format(share=percent(too_close or 0.0)) if copied else say.NEAREST_CLOSE
    alt = f"{say.NEAREST_SUBTITLE}. {title}."
    frame(figure, title=title, subtitle=say.NEAREST_SUBTITLE, alt=alt, x=say.NEAREST_X, y=say.NEAREST_Y, height=HEIGHT)
    last = max((n for n, (a, b) in enumerate(zip(real, made, strict=True)) if a or b), default=len(middles) - 1)
    figure.update_xaxes(range=[0, min(1.0, edges[last + 1] + 0.05)])
    figure.update_yaxes(rangemode="tozero")
    name_sides(figure)
    return figure
