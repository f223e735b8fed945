"""What a recommender learns from synthetic shoppers, beside real ones and beside best sellers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from pages.ui import words_synthetic_charts as say
from pages.ui.charts.frame import ACCENT, BEFORE, INK, REAL, SYNTHETIC, frame
from pages.ui.charts.synthetic.pair import HEIGHT, percent

COLOURS = {"best sellers": BEFORE, "synthetic": SYNTHETIC, "real": REAL, "real and synthetic": ACCENT}


def tstr_chart(bars: Sequence[Mapping[str, Any]], ratio: float | None) -> go.Figure:
    """bars: name, value, low, high of NDCG@10. ratio: U1, of the synthetic to the real."""
    names = [say.TSTR_NAMES.get(str(bar["name"]), str(bar["name"])) for bar in bars]
    values = [float(bar["value"]) for bar in bars]
    figure = go.Figure()
    figure.add_bar(
        y=names,
        x=values,
        orientation="h",
        marker={"color": [COLOURS.get(str(bar["name"]), BEFORE) for bar in bars]},
        error_x={
            "type": "data",
            "array": [float(bar["high"]) - float(bar["value"]) for bar in bars],
            "arrayminus": [float(bar["value"]) - float(bar["low"]) for bar in bars],
            "color": INK,
            "thickness": 1.5,
            "width": 4,
        },
        customdata=[[float(bar["low"]), float(bar["high"])] for bar in bars],
        hovertemplate=say.TSTR_HOVER + "<extra></extra>",
    )
    for name, bar in zip(names, bars, strict=True):
        text = f"{float(bar['value']):.3f}"
        figure.add_annotation(x=float(bar["high"]), y=name, text=text, xanchor="left", xshift=8, showarrow=False, font={"size": 12})
    title = say.TSTR_TITLE.format(share=percent(ratio)) if ratio is not None else say.TSTR_SUBTITLE.split(",")[0]
    told = "; ".join(f"{name}: {bar['value']:.3f} ({bar['low']:.3f} to {bar['high']:.3f})" for name, bar in zip(names, bars, strict=True))
    frame(figure, title=title, subtitle=say.TSTR_SUBTITLE, alt=f"{say.TSTR_SUBTITLE}. {told}.", x=say.TSTR_AXIS, height=HEIGHT)
    figure.update_xaxes(range=[0, 1.18 * max((float(bar["high"]) for bar in bars), default=1.0)])
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_layout(bargap=0.4)
    return figure
