"""The filter's slider in pictures: what each position is worth, how real they look, and how near real shoppers they lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.ui import words_synthetic_charts as say
from pages.ui.charts.frame import ACCENT, BEFORE, CATEGORIES, QUIET_TEXT, frame
from pages.ui.charts.synthetic.pair import HEIGHT, add_lines, name_sides, percent

COLOURS = {"fidelity": ACCENT, "utility": CATEGORIES[2], "privacy": CATEGORIES[3]}
DASHES = {"fidelity": "solid", "utility": "dash", "privacy": "dot"}
TALL, BINS = 330, 30
NOTICED = 0.005
APART = 0.035  # of the axis: names at the lines' ends do not lie on each other

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reading:
    """One figure at one position. keep: percent; value, low, high: 1 is as good as the real log."""

    keep: float
    value: float
    low: float
    high: float


def sweep_chart(curves: dict[str, Sequence[Reading]], as_is: dict[str, float], keep: float) -> go.Figure:
    """curves: name -> readings by rising share kept. as_is: of the whole set, rules ignored. keep: percent, where the slider is."""
    figure = go.Figure()
    ends = []
    for name, readings in curves.items():
        if not readings:
            continue
        colour = COLOURS[name]
        x = [r.keep for r in readings]
        figure.add_scatter(
            x=[*x, *reversed(x)],
            y=[*(r.high for r in readings), *(r.low for r in reversed(readings))],
            fill="toself",
            fillcolor=colour,
            opacity=0.12,
            mode="none",
            hoverinfo="skip",
        )
        figure.add_scatter(
            x=x,
            y=[r.value for r in readings],
            mode="lines+markers",
            line={"color": colour, "width": 2.5, "dash": DASHES[name]},
            marker={"size": 5, "color": colour},
            customdata=[[r.low, r.high] for r in readings],
            hovertemplate=say.SWEEP_HOVER.format(name=say.SWEEP_NAMES[name]) + "<extra></extra>",
        )
        ends.append((readings[-1].value, name))
        if name in as_is:
            told = f"{say.SWEEP_NAMES[name]}, {say.SWEEP_AS_IS}<br>%{{y:.3f}}<extra></extra>"
            mark = {"color": colour, "size": 9, "symbol": "circle-open", "line": {"width": 2}}
            figure.add_scatter(x=[106], y=[as_is[name]], mode="markers", marker=mark, hovertemplate=told)
    figure.add_vline(x=keep, line={"color": QUIET_TEXT, "width": 1.5})
    title = sweep_finding(curves, as_is, keep)
    told = "; ".join(
        f"{name} from {readings[0].value:.2f} at {readings[0].keep:.0f} % to {readings[-1].value:.2f} at {readings[-1].keep:.0f} %"
        for name, readings in curves.items()
        if readings
    )
    frame(figure, title=title, subtitle=say.SWEEP_SUBTITLE, alt=f"{title}. {told}.", x=say.SWEEP_X, y=say.SWEEP_Y, height=TALL)
    low = min((r.low for readings in curves.values() for r in readings), default=0.0)
    high = max((r.high for readings in curves.values() for r in readings), default=1.0)
    bottom, top = max(0.0, low - 0.04), max(1.02, high + 0.02)
    _names_at_ends(figure, ends, top - bottom)
    figure.update_xaxes(range=[0, 132], tickvals=[0, 20, 40, 60, 80, 100, 106], ticktext=["0", "20", "40", "60", "80", "100", ""])
    figure.update_yaxes(range=[bottom, top])
    if as_is:
        figure.add_annotation(
            x=106,
            y=bottom,
            text=say.SWEEP_AS_IS,
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
            xshift=6,
            font={"size": 11, "color": BEFORE},
        )
    return figure


def _names_at_ends(figure: go.Figure, ends: list[tuple[float, str]], height: float) -> None:
    """The name of each line right of it, moved apart where two would lie on each other."""
    room = height * 0.075
    last = None
    for value, name in sorted(ends):
        y = value if last is None else max(value, last + room)
        last = y
        text = {"text": f"<b>{say.SWEEP_NAMES[name]}</b>", "font": {"color": COLOURS[name], "size": 12}}
        figure.add_annotation(x=110, y=y, showarrow=False, xanchor="left", **text)


def sweep_finding(curves: dict[str, Sequence[Reading]], as_is: dict[str, float], keep: float) -> str:
    """What this position clearly changes against the set as it is: by more than half of its interval."""
    changes = []
    for name, readings in curves.items():
        if not readings or name not in as_is:
            continue
        x = [r.keep for r in readings]
        here = float(np.interp(keep, x, [r.value for r in readings])) - as_is[name]
        unsure = float(np.interp(keep, x, [(r.high - r.low) / 2 for r in readings]))
        if abs(here) >= max(NOTICED, unsure):
            form = say.SWEEP_MORE if here > 0 else say.SWEEP_LESS
            changes.append(form.format(name=say.SWEEP_NAMES[name], points=f"{abs(here):.2f}"))
    if not any(curves.values()):
        return say.SWEEP_NONE
    return say.SWEEP_TITLE.format(keep=f"{keep:.0f} %", changes=", ".join(changes) or say.SWEEP_SAME)


def realism_chart(real: Floats, made: Floats, limit: float, auc: float) -> go.Figure:
    """Histograms of what the critic says of real and of synthetic shoppers. limit: what 19 of 20 real ones reach."""
    figure = _histograms(real, made, 1.0)
    figure.add_vline(x=limit, line={"color": QUIET_TEXT, "width": 1.5, "dash": "dot"})
    title = say.REALISM_TITLE.format(share=percent(float((made >= limit).mean()) if len(made) else 0.0))
    subtitle = say.REALISM_SUBTITLE.format(auc=f"{100 * auc:.0f}")
    frame(figure, title=title, subtitle=subtitle, alt=f"{subtitle}. {title}.", x=say.REALISM_X, y=say.REALISM_Y, height=HEIGHT)
    figure.update_yaxes(rangemode="tozero")
    name_sides(figure)
    return figure


def band_chart(real: Floats, made: Floats, close: float, far: float) -> go.Figure:
    """Histograms of the likeness to the nearest real shopper, with the band outside of which shoppers are left out."""
    most = float(max(real.max(initial=0.0), made.max(initial=0.0), close) * 1.05)
    figure = _histograms(real, made, min(1.0, most))
    for edge in (close, far):
        figure.add_vline(x=edge, line={"color": QUIET_TEXT, "width": 1.5, "dash": "dot"})
    near, nobody = int((made >= close).sum()), int((made < far).sum())
    title = say.BAND_TITLE.format(close=f"{near:,}", far=f"{nobody:,}") if near + nobody else say.BAND_TITLE_NONE
    frame(
        figure, title=title, subtitle=say.BAND_SUBTITLE, alt=f"{say.BAND_SUBTITLE}. {title}.", x=say.BAND_X, y=say.REALISM_Y, height=HEIGHT
    )
    figure.update_yaxes(rangemode="tozero")
    name_sides(figure)
    return figure


def _histograms(real: Floats, made: Floats, most: float) -> go.Figure:
    edges = np.linspace(0, most, BINS + 1)
    middles = ((edges[:-1] + edges[1:]) / 2).tolist()
    shares = [(100 * np.histogram(np.clip(side, 0, most), edges)[0] / max(len(side), 1)).tolist() for side in (real, made)]
    figure = go.Figure()
    add_lines(figure, (middles, shares[0]), (middles, shares[1]))
    for trace in figure.data:
        trace.line.shape = "hvh"
        trace.hovertemplate = f"{trace.name}<br>about %{{x:.2f}}<br>%{{y:.1f}} % of shoppers<extra></extra>"
    figure.data[0].update(fill="tozeroy", line={"width": 2.5})
    return figure
