"""What a model finds again: recall by popularity, and neighbours that are alike on paper too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from pages.ui import formats
from pages.ui.charts.frame import ACCENT, INK, QUIET_TEXT, REAL, frame
from pages.ui.maps import words_inside as say

if TYPE_CHECKING:
    from recsys_core.latent.likeness import Likeness
    from recsys_core.latent.reconstruction import ByPopularity, Tenth

HEIGHT = 340
SIDES = {"given back": REAL, "foretold": ACCENT}


def recall_chart(found: Mapping[str, ByPopularity]) -> go.Figure:
    """A line for what is given back and one for what is foretold, rarest tenth on the left."""
    figure = go.Figure()
    labels = [tenth_name(tenth) for tenth in next(iter(found.values())).tenths]
    for name, one in found.items():
        shown = [(place, tenth) for place, tenth in enumerate(one.tenths) if tenth.recall is not None]
        values = np.array([[100 * getattr(t.recall, part) for part in ("value", "low", "high")] for _, t in shown])
        colour, word = SIDES[name], say.RECALL_NAMES[name]
        error = {"array": values[:, 2] - values[:, 0], "arrayminus": values[:, 0] - values[:, 1]}
        figure.add_scatter(
            x=[place for place, _ in shown],
            y=values[:, 0],
            error_y={"type": "data", **error, "color": colour, "thickness": 1.5, "width": 0},
            mode="lines+markers",
            line={"color": colour, "width": 2.5},
            marker={"size": 7, "color": colour},
            name=word,
            customdata=[recall_told(word, tenth) for _, tenth in shown],
            hovertemplate="%{customdata}<extra></extra>",
        )
        end = {"x": 0, "xanchor": "left"} if name == next(iter(found)) else {"x": 1, "xanchor": "right"}
        place = {**end, "xref": "paper", "y": 1, "yref": "paper", "yanchor": "bottom"}
        figure.add_annotation(text=f"<b>{word}</b>", showarrow=False, font={"size": 12, "color": colour}, **place)
    one = next(iter(found.values()))
    figure.add_hline(y=100 * one.chance, line={"color": QUIET_TEXT, "width": 1, "dash": "dot"})
    chance = {"x": 1, "xref": "paper", "y": 100 * one.chance, "xanchor": "right", "yanchor": "bottom"}
    figure.add_annotation(text=say.RECALL_CHANCE, showarrow=False, font={"size": 12, "color": QUIET_TEXT}, **chance)
    title = recall_title(found)
    subtitle = say.RECALL_SUBTITLE.format(at=one.at)
    alt = f"{title}. " + "; ".join(
        f"{say.RECALL_NAMES[name]}, {tenth_name(t)}: {_value(t)}" for name, each in found.items() for t in each.tenths
    )
    frame(figure, title=title, subtitle=subtitle, alt=alt, x=say.RECALL_X, y=say.RECALL_Y, height=HEIGHT)
    figure.update_xaxes(tickvals=list(range(len(labels))), ticktext=labels, range=[-0.4, len(labels) - 0.6])
    figure.update_yaxes(range=[0, 104])
    figure.update_layout(margin={"l": 8, "r": 16, "t": 26, "b": 8})
    return figure


def recall_title(found: Mapping[str, ByPopularity]) -> str:
    """The two ends of what counts most: the foretelling, where it was measured."""
    one = found.get("foretold") or next(iter(found.values()))
    known = [tenth for tenth in one.tenths if tenth.recall is not None]
    told = {"rare": _value(known[0]), "best": _value(known[-1])}
    return (say.RECALL_BOTH if "foretold" in found else say.RECALL_ONE).format(**told)


def tenth_name(tenth: Tenth) -> str:
    """ "8–15"."""
    return formats.count(tenth.least) if tenth.least == tenth.most else f"{formats.count(tenth.least)}–{formats.count(tenth.most)}"


def recall_told(word: str, tenth: Tenth) -> str:
    """What the pointer says of a tenth that was measured."""
    assert tenth.recall is not None
    low, high = (formats.percent(each) for each in (tenth.recall.low, tenth.recall.high))
    ends = {"least": formats.count(tenth.least), "most": formats.count(tenth.most)}
    n = formats.plural(tenth.shoppers, "shopper")
    return say.RECALL_HOVER.format(name=word, **ends, value=formats.percent(tenth.recall.value), low=low, high=high, n=n)


def _value(tenth: Tenth) -> str:
    return formats.percent(tenth.recall.value, 0 if tenth.recall.value >= 0.1 else 1) if tenth.recall else formats.MISSING


def common_chart(found: Likeness) -> go.Figure:
    """Bars: of how many products so many of the nearest are the nearest in both spaces."""
    counts = np.bincount(np.round(found.each * found.k).astype(int), minlength=found.k + 1) / len(found.each)
    told = {"share": formats.percent(found.shared.value, 0), "chance": formats.percent(found.chance)}
    title, subtitle = say.ATTRIBUTES_TITLE.format(**told), say.ATTRIBUTES_SUBTITLE.format(k=found.k)
    figure = go.Figure()
    figure.add_bar(
        x=list(range(len(counts))),
        y=100 * counts,
        marker={"color": ACCENT},
        text=[f"{100 * share:.0f}" if share >= 0.005 else "" for share in counts],
        textposition="outside",
        textfont={"size": 12, "color": INK},
        cliponaxis=False,
        customdata=[say.ATTRIBUTES_HOVER.format(n=n, share=formats.percent(share)) for n, share in enumerate(counts)],
        hovertemplate="%{customdata}<extra></extra>",
    )
    alt = f"{title}. " + "; ".join(f"{n}: {formats.percent(share)}" for n, share in enumerate(counts))
    frame(figure, title=title, subtitle=subtitle, alt=alt, x=say.ATTRIBUTES_X, y=say.ATTRIBUTES_Y, height=HEIGHT)
    figure.update_xaxes(dtick=1)
    figure.update_yaxes(rangemode="tozero")
    return figure
