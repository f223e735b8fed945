"""What synthetic shoppers do to segments and clusters: the share of each before and after."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from pages.ui import words_synthetic as say
from pages.ui.charts.frame import ACCENT, BEFORE, frame
from pages.ui.charts.synthetic.pair import percent

ROW, ROOM, LABEL = 38, 84, 30
APART = 0.02


@dataclass(frozen=True)
class Moved:
    """A group by name, with its share of all before and after; None where it was not there."""

    name: str
    before: float | None
    after: float | None

    @property
    def change(self) -> float:
        """How far its share moved."""
        return abs((self.after or 0.0) - (self.before or 0.0))


def shift_chart(kind: str, groups: Sequence[Moved]) -> go.Figure:
    """kind: "segment" or "cluster". A grey dot before, an accent one after, a line between them."""
    figure = go.Figure()
    places = list(range(len(groups)))
    for place, group in zip(places, groups, strict=True):
        if group.before is not None and group.after is not None:
            ends = [100 * group.before, 100 * group.after]
            figure.add_scatter(x=ends, y=[place, place], mode="lines", line={"color": BEFORE, "width": 2}, hoverinfo="skip")
    for name, colour, key in ((say.SHIFT_BEFORE, BEFORE, "before"), (say.SHIFT_AFTER, ACCENT, "after")):
        there = [
            (place, getattr(group, key), group.name) for place, group in zip(places, groups, strict=True) if getattr(group, key) is not None
        ]
        figure.add_scatter(
            x=[100 * share for _, share, _ in there],
            y=[place for place, _, _ in there],
            mode="markers",
            marker={"color": colour, "size": 11},
            name=name,
            customdata=[label for _, _, label in there],
            hovertemplate=f"%{{customdata}}<br>{name} %{{x:.1f}} %<extra></extra>",
        )
    most = max(groups, key=lambda group: group.change, default=None)
    same, moved = say.SHIFT_TITLES[kind]
    title = same
    if most is not None and most.change > APART:
        title = moved.format(name=most.name, before=percent(most.before or 0.0), after=percent(most.after or 0.0))
    told = "; ".join(f"{g.name}: {percent(g.before or 0.0)} before, {percent(g.after or 0.0)} after" for g in groups)
    lines = ["<br>".join(textwrap.wrap(group.name, LABEL)[:2]) for group in groups]
    height = ROOM + ROW * max(len(groups), 2)
    subtitle = say.SHIFT_SUBTITLES[kind]
    frame(figure, title=title, subtitle=subtitle, alt=f"{subtitle}. {told}.", x=say.SHIFT_AXES[kind], height=height)
    figure.update_layout(margin_t=26)
    for text, colour, right in ((say.SHIFT_BEFORE, BEFORE, -48), (say.SHIFT_AFTER, ACCENT, 0)):
        place = {
            "x": 1.0,
            "y": 1.0,
            "xref": "paper",
            "yref": "paper",
            "xanchor": "right",
            "yanchor": "bottom",
            "xshift": right,
            "yshift": 3,
        }
        figure.add_annotation(text=f"<b>{text}</b>", showarrow=False, font={"color": colour, "size": 12}, **place)
    figure.update_xaxes(rangemode="tozero", showgrid=True)
    figure.update_yaxes(tickvals=places, ticktext=lines, range=[len(groups) - 0.4, -0.6], showgrid=False)
    return figure
