"""What the Data page draws: rows in and rows kept, activity, the popularity tail, prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from operator import sub
from typing import Any

import plotly.graph_objects as go

from pages.ui import formats
from pages.ui.charts.frame import BEFORE, PAGE, QUIET_TEXT, REAL, SEQUENTIAL, frame

SMALL, MOST_TICKS = 250, 5  # pixels; labels of prices that a phone has room for
TENS, BETWEEN_TENS = (0.01, 0.1, 1, 10, 100, 1000, 10_000), (0.3, 3, 30, 300)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
VERBS = {"view": "looked", "click": "clicked", "favourite": "liked something", "cart": "filled a cart"}


def rows_chart(read: int, kept: int, reasons: Sequence[tuple[str, str, int]]) -> go.Figure:
    """A waterfall from rows read to rows kept. reasons: (name, words, rows dropped), in the order they were applied."""
    shown = [(name, text, dropped) for name, text, dropped in reasons if dropped > 0]
    labels = ["Rows in", *(formats.shorten(name, 28).capitalize() for name, _, _ in shown), "Rows kept"]
    heights = [read, *(dropped for _, _, dropped in shown), kept]
    bases = [0, *accumulate(heights[1:-1], sub, initial=read), 0]
    del bases[1]  # the running remainder starts below the first reason
    signs = ["", *["−"] * len(shown), ""]
    texts = [f"{sign}{formats.count(n)}" for sign, n in zip(signs, heights, strict=True)]
    figure = go.Figure()
    figure.add_bar(
        y=labels,
        x=heights,
        base=bases,
        orientation="h",
        marker={"color": [REAL, *[BEFORE] * len(shown), REAL], "opacity": [0.75, *[1.0] * len(shown), 1.0]},
        customdata=["rows in the file", *(text or name for name, text, _ in shown), "rows kept"],
        hovertemplate="%{x:,} rows<br>%{customdata}<extra></extra>",
    )
    for place, (label, base, n, text) in enumerate(zip(labels, bases, heights, texts, strict=True)):
        side: dict[str, Any] = {"x": base, "xanchor": "right", "xshift": -5}  # beside its bar, on the side that has room
        if place in (0, len(labels) - 1):
            side = {"x": n, "xanchor": "right", "xshift": -6, "font": {"size": 12, "color": PAGE}}
        elif base <= 0.3 * read:
            side = {"x": base + n, "xanchor": "left", "xshift": 5}
        figure.add_annotation(**{"y": label, "text": text, "showarrow": False, "font": {"size": 12}, **side})
    alt = f"{texts[0]} rows in, {texts[-1]} kept. " + "; ".join(f"{name}: {formats.count(n)} dropped" for name, _, n in shown)
    subtitle = "Rows in the file, rows dropped under each reason, rows kept"
    frame(figure, title=_kept(read, kept), subtitle=subtitle, alt=alt, height=max(SMALL, 40 + 34 * len(labels)))
    figure.update_xaxes(visible=False, range=[0, read or 1])
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_layout(bargap=0.35)
    return figure


def _kept(read: int, kept: int) -> str:
    dropped = read - kept
    if not dropped:
        return "Every row was kept"
    if dropped < 0.005 * read:
        return f"All but {formats.plural(dropped, 'row')} were kept"
    return f"{formats.percent(kept / read)} of the rows were kept"


def activity_chart(activity: Mapping[str, Any]) -> go.Figure:
    """Events by week or day; the unfinished last one is drawn like the others, as the log has it."""
    unit, starts, events = str(activity["unit"]), list(activity["start"]), list(activity["events"])
    figure = go.Figure()
    figure.add_bar(
        x=starts,
        y=events,
        marker={"color": REAL},
        customdata=list(activity["shoppers"]),
        hovertemplate=f"{unit} from %{{x|%-d %b %Y}}<br>%{{y:,}} events by %{{customdata:,}} shoppers<extra></extra>",
    )
    busiest = max(range(len(events)), key=events.__getitem__)
    title = f"The busiest {unit} began on {formats.day(starts[busiest])}"
    alt = f"Events by {unit} from {formats.day(starts[0])} to {formats.day(starts[-1])}; the most is {formats.count(events[busiest])}."
    frame(figure, title=title, subtitle=f"Events by {unit}", alt=alt, y="events", height=SMALL)
    figure.update_xaxes(tickformatstops=[{"dtickrange": ["M1", "M6"], "value": "%b\n%Y"}])  # the year once, so that a phone has room
    return figure


def tail_chart(popularity: Mapping[str, Any], *, who: str = "products", most: str = "most bought") -> go.Figure:
    """Share of all events that the most bought products, or the busiest shoppers, hold (the Lorenz curve, read from the top)."""
    share, held = popularity["lorenz"]["share_of_count"], popularity["lorenz"]["share_of_events"]
    x = [100 * (1 - s) for s in reversed(share)]
    y = [100 * (1 - h) for h in reversed(held)]
    half = next((a for a, b in zip(x, y, strict=True) if b >= 50), 100.0)
    figure = go.Figure()
    figure.add_scatter(x=[0, 100], y=[0, 100], mode="lines", line={"color": BEFORE, "dash": "dot", "width": 1.5}, hoverinfo="skip")
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": REAL, "width": 2.5},
        hovertemplate=f"the top %{{x:.0f}} % of {who}<br>hold %{{y:.0f}} % of events<extra></extra>",
    )
    figure.add_annotation(x=64, y=54, text="if all were alike", showarrow=False, xanchor="left", font={"size": 11, "color": QUIET_TEXT})
    title = f"{half:.0f} % of the {who} hold half of all events"
    frame(
        figure,
        title=title,
        subtitle=f"Share of events held by the {most} {who}",
        alt=title,
        x=f"% of {who}, {most} first",
        y="% of events",
        height=SMALL,
    )
    figure.update_xaxes(range=[0, 100])
    figure.update_yaxes(range=[0, 101])
    return figure


def price_chart(prices: Mapping[str, Any], currency: str | None) -> go.Figure:
    """Products by price, on a logarithmic axis."""
    edges, products = list(prices["edges"]), list(prices["products"])
    middles = [(a * b) ** 0.5 for a, b in pairwise(edges)]
    widths = [b - a for a, b in pairwise(edges)]
    spans = [f"{formats.money(a, currency)} to {formats.money(b, currency)}" for a, b in pairwise(edges)]
    figure = go.Figure()
    figure.add_bar(
        x=middles,
        y=products,
        width=widths,
        marker={"color": REAL, "line": {"width": 0}},
        customdata=spans,
        hovertemplate="%{customdata}<br>%{y:,} products<extra></extra>",
    )
    quantiles = prices["quantiles"]
    title = f"Half the products cost {formats.money(quantiles['p25'], currency)} to {formats.money(quantiles['p75'], currency)}"
    frame(figure, title=title, subtitle="Products by their median price", alt=title, x="price (log scale)", y="products", height=SMALL)
    ticks = [t for t in sorted({*TENS, *BETWEEN_TENS}) if edges and edges[0] <= t <= edges[-1]]
    ticks = ticks if len(ticks) <= MOST_TICKS else [t for t in ticks if t in TENS]
    figure.update_xaxes(type="log", tickangle=0, tickvals=ticks, ticktext=[formats.money(t, currency).removesuffix(".00") for t in ticks])
    return figure


def rhythm_chart(rhythm: Sequence[Sequence[int]]) -> go.Figure:
    """Events by weekday and hour, from Monday down."""
    hours = list(range(24))
    figure = go.Figure()
    figure.add_heatmap(
        z=[[n or None for n in row] for row in rhythm],  # an hour without events stays empty
        x=hours,
        y=list(DAYS),
        colorscale=[list(stop) for stop in SEQUENTIAL],
        xgap=1,
        ygap=1,
        showscale=False,
        hovertemplate="%{y}, %{x}:00 to %{x}:59<br>%{z:,} events<extra></extra>",
    )
    day, hour = max(((d, h) for d in range(7) for h in hours), key=lambda at: rhythm[at[0]][at[1]])
    quiet = [name for name, row in zip(DAYS, rhythm, strict=True) if not sum(row)]
    title = f"Busiest on {DAYS[day]}s from {hour}:00" + (f", closed on {formats.listing(f'{name}s' for name in quiet)}" if quiet else "")
    alt = f"Events by weekday and hour. {title}; {formats.count(rhythm[day][hour])} events in that hour."
    frame(figure, title=title, subtitle="Events by weekday and hour, as the log’s clock has it", alt=alt, x="hour", height=SMALL)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(tickvals=list(range(0, 24, 3)))
    return figure


def funnel_chart(funnel: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> go.Figure:
    """Shoppers with each kind of event, from the first look to the purchase. titles: of the kinds, on screen."""
    labels = [formats.shorten(str(titles.get(step["kind"], step["kind"])), 24).capitalize() for step in funnel]
    shoppers = [int(step["shoppers"]) for step in funnel]
    figure = go.Figure()
    figure.add_bar(
        y=labels,
        x=shoppers,
        orientation="h",
        marker={"color": REAL},
        text=[formats.count(n) for n in shoppers],
        textposition="auto",
        customdata=[int(step["events"]) for step in funnel],
        hovertemplate="%{y}<br>%{x:,} shoppers, %{customdata:,} events<extra></extra>",
    )
    last = next((place for place in reversed(range(len(funnel))) if funnel[place]["kind"] == "purchase"), None)
    share = shoppers[last] / max(shoppers[0], 1) if last else None
    title = (
        f"{formats.percent(share, 0)} of those who {VERBS.get(str(funnel[0]['kind']), 'came')} also bought"
        if share is not None and share <= 1
        else (f"{labels[shoppers.index(max(shoppers))]} is what most shoppers do")
    )
    alt = "; ".join(f"{label}: {formats.count(n)} shoppers" for label, n in zip(labels, shoppers, strict=True))
    frame(figure, title=title, subtitle="Shoppers with each kind of event", alt=alt, x="shoppers", height=SMALL)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure
