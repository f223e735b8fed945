"""What happens when, real beside synthetic: the funnel, the week, the baskets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from pages.ui import formats
from pages.ui import words_synthetic_charts as say
from pages.ui.charts.frame import INK, REAL, SEQUENTIAL, SYNTHETIC, frame
from pages.ui.charts.synthetic.pair import DIVERGING, HEIGHT, name_sides, percent

APART = 0.05  # of a rate from one step to the next, and of a basket's size: the scorecard's warning
RHYTHM_APART = 0.01  # of all events in one hour of the week
TALL = 390

Pair = Mapping[str, Any]


def funnel_chart(data: Pair) -> go.Figure:
    """Bars of both for each kind of event, in the funnel's order."""
    kinds = [formats.shorten(str(kind), 20).capitalize() for kind in data["kinds"]]
    figure = go.Figure()
    for side, colour, key in ((say.REAL, REAL, "real"), (say.SYNTHETIC, SYNTHETIC, "synthetic")):
        shares = [100 * float(value or 0) for value in data[key]]
        figure.add_bar(
            y=kinds,
            x=shares,
            orientation="h",
            name=side,
            marker={"color": colour},
            text=[f"{share:.1f} %" for share in shares],
            textposition="auto",
            hovertemplate=f"{side}<br>%{{y}}: %{{x:.2f}} % of pairs<extra></extra>",
        )
    steps = [
        (abs(a - b), step, a, b)
        for step, a, b in zip(data["steps"], data["real_rates"], data["synthetic_rates"], strict=True)
        if a is not None and b is not None
    ]
    title = say.FUNNEL_CLOSE
    if steps and max(steps)[0] > APART:
        _, (first, second), real, made = max(steps)
        title = say.FUNNEL_APART.format(first=first, second=second, real=percent(real), synthetic=percent(made))
    told = "; ".join(f"{kind}: real {a.x[n]:.1f} %, synthetic {b.x[n]:.1f} %" for a, b in [figure.data] for n, kind in enumerate(kinds))
    alt = f"{say.FUNNEL_SUBTITLE}. {told}."
    frame(figure, title=title, subtitle=say.FUNNEL_SUBTITLE, alt=alt, x=say.FUNNEL_AXIS, height=HEIGHT)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_layout(bargap=0.3, bargroupgap=0.08)
    name_sides(figure)
    return figure


def baskets_chart(data: Pair) -> go.Figure:
    """Share of baskets of each size, the last bar all larger ones."""
    largest = int(data["largest"])
    sizes = [str(n) for n in range(1, largest)] + [say.BASKETS_MORE.format(n=largest)]
    real, made = ([float(value or 0) for value in data[side]] for side in ("real", "synthetic"))
    figure = go.Figure()
    for side, colour, shares in ((say.REAL, REAL, real), (say.SYNTHETIC, SYNTHETIC, made)):
        figure.add_bar(
            x=sizes,
            y=[100 * share for share in shares],
            name=side,
            marker={"color": colour},
            hovertemplate=f"{side}<br>%{{x}} products: %{{y:.1f}} % of baskets<extra></extra>",
        )
    gap, place = max((abs(a - b), n) for n, (a, b) in enumerate(zip(real, made, strict=True)))
    title = say.BASKETS_CLOSE
    if gap > APART:
        title = say.BASKETS_APART.format(size=sizes[place], synthetic=percent(made[place]), real=percent(real[place]))
    alt = f"{say.BASKETS_SUBTITLE}. {title}; the largest difference is {100 * gap:.1f} points, at {sizes[place]} products."
    frame(figure, title=title, subtitle=say.BASKETS_SUBTITLE, alt=alt, x=say.BASKETS_X, y=say.BASKETS_Y, height=HEIGHT)
    figure.update_xaxes(tickvals=[sizes[n] for n in (0, 4, 9, 14, largest - 1) if n < len(sizes)], type="category")
    figure.update_layout(bargap=0.15, bargroupgap=0)
    name_sides(figure)
    return figure


def rhythm_chart(data: Pair) -> go.Figure:
    """Weekday by hour: real, synthetic, and the difference, one below the other on the same hours."""
    figure = make_subplots(rows=3, cols=1, shared_xaxes=True, vertical_spacing=0.075)
    tables = {side: [[100 * float(v or 0) for v in row] for row in data[side]] for side in ("real", "synthetic", "difference")}
    most = max(max(max(row) for row in tables[side]) for side in ("real", "synthetic"))
    off = max(max(abs(v) for v in row) for row in tables["difference"]) or 1.0
    scales: dict[str, dict[str, Any]] = {side: {"colorscale": SEQUENTIAL, "zmin": 0, "zmax": most} for side in ("real", "synthetic")}
    scales["difference"] = {"colorscale": DIVERGING, "zmin": -max(off, 100 * RHYTHM_APART), "zmax": max(off, 100 * RHYTHM_APART)}
    names = {"real": say.REAL, "synthetic": say.SYNTHETIC, "difference": say.DIFFERENCE}
    for row, (side, table) in enumerate(tables.items(), start=1):
        hover = say.RHYTHM_HOVER.format(side=names[side]) + "<extra></extra>"
        figure.add_heatmap(
            z=table if side == "difference" else [[value or None for value in row] for row in table],
            x=list(range(24)),
            y=list(say.DAYS),
            xgap=1,
            ygap=1,
            showscale=False,
            hoverongaps=False,
            hovertemplate=hover,
            row=row,
            col=1,
            **scales[side],
        )
    for row, side in enumerate(tables):
        _panel_title(figure, names[side], {"real": REAL, "synthetic": SYNTHETIC}.get(side, INK), y=1.0 - row * (1.075 / 3))
    worst = max((abs(v), day, hour, v) for day, row in enumerate(tables["difference"]) for hour, v in enumerate(row))
    title = say.RHYTHM_CLOSE
    if worst[0] > 100 * RHYTHM_APART:
        title = say.RHYTHM_APART.format(day=say.LONG_DAYS[worst[1]], hour=worst[2], points=f"{worst[3]:+.1f}".replace("-", "−"))
    alt = f"{say.RHYTHM_SUBTITLE}. {title}; the largest difference is {worst[0]:.2f} of 100 events."
    frame(figure, title=title, subtitle=say.RHYTHM_SUBTITLE, alt=alt, height=TALL)
    figure.update_layout(margin_t=22)
    figure.update_yaxes(autorange="reversed", showgrid=False, tickfont={"size": 10})
    figure.update_xaxes(tickvals=list(range(0, 24, 3)))
    figure.update_xaxes(title_text=say.RHYTHM_AXIS, row=3, col=1)
    return figure


def _panel_title(figure: go.Figure, text: str, colour: str, *, y: float, x: float = 0.0) -> None:
    place: dict[str, Any] = {"x": x, "y": y, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "yshift": 1}
    figure.add_annotation(text=f"<b>{text}</b>", showarrow=False, font={"color": colour, "size": 12}, **place)


def categories_chart(data: Pair) -> go.Figure:
    """Correlations of categories over shoppers: three tables side by side."""
    names = [formats.shorten(str(name), 16) for name in data["names"]]
    labels = [f"{name}\u200b" * (n + 1) if names.count(name) > 1 else name for n, name in enumerate(names)]
    figure = make_subplots(rows=1, cols=3, shared_yaxes=True, horizontal_spacing=0.03)
    shown = {"real": (say.REAL, REAL), "synthetic": (say.SYNTHETIC, SYNTHETIC), "difference": (say.DIFFERENCE, INK)}
    tables = {side: [[None if v is None else float(v) for v in row] for row in data[side]] for side in shown}
    for table in tables.values():
        for place in range(len(table)):
            table[place][place] = None  # a category with itself
    for col, (side, (text, colour)) in enumerate(shown.items(), start=1):
        figure.add_heatmap(
            z=tables[side],
            x=labels,
            y=labels,
            colorscale=DIVERGING,
            zmin=-1 if side != "difference" else -0.5,
            zmax=1 if side != "difference" else 0.5,
            showscale=False,
            hoverongaps=False,
            hovertemplate=say.CATEGORIES_HOVER.format(side=text) + "<extra></extra>",
            row=1,
            col=col,
        )
        _panel_title(figure, text, colour, y=1.0, x=(col - 1) * (1.03 / 3))
    title, told = _category_finding(names, tables["difference"])
    frame(figure, title=title, subtitle=say.CATEGORIES_SUBTITLE, alt=f"{say.CATEGORIES_SUBTITLE}. {told}", height=TALL)
    figure.update_layout(margin_t=22)
    figure.update_xaxes(showticklabels=False)
    figure.update_yaxes(autorange="reversed", showgrid=False, tickfont={"size": 10})
    return figure


def _category_finding(names: Sequence[str], difference: Sequence[Sequence[float | None]]) -> tuple[str, str]:
    known = [(abs(v), a, b, v) for a, row in enumerate(difference) for b, v in enumerate(row) if v is not None and a < b]
    if not known:
        return say.CATEGORIES_CLOSE, say.NO_DATA.capitalize()
    off, a, b, value = max(known)
    how = say.CATEGORIES_MORE if value > 0 else say.CATEGORIES_LESS
    told = say.CATEGORIES_APART.format(first=names[a], second=names[b], how=how)
    return (told if off > 0.25 else say.CATEGORIES_CLOSE), f"{told}, by {off:.2f}."
