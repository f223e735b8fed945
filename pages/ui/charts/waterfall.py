"""What one pick was worth, term by term, and how fast its score falls as past products are taken away."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from pages.ui.charts.frame import ACCENT, BEFORE, REAL, frame
from pages.ui.formats import shorten
from pages.ui.studio import words_why as words
from recsys_core.explain.deletion import DeletionCurve

ROW = 26  # pixels a term


def waterfall_chart(terms: Sequence[tuple[str, float]], value: float, product: str) -> go.Figure:
    """Terms from the top, each from where the one above ended, and their sum. terms: (name on screen, shares of the relevance range)."""
    names = [*(name for name, _ in terms), words.TOGETHER]
    worth = [*(each for _, each in terms), value]
    start, at = [], 0.0
    for _, each in terms:
        start.append(at)
        at += each
    texts = [f"{each:+.3f}".replace("-", "−") for each in worth[:-1]] + [f"{value:.3f}".replace("-", "−")]
    figure = go.Figure()
    figure.add_bar(
        y=names,
        x=worth,
        base=[*start, 0.0],
        orientation="h",
        marker={"color": [*(ACCENT if each >= 0 else BEFORE for each in worth[:-1]), REAL]},
        text=texts,
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    alt = "; ".join(f"{name} {text}" for name, text in zip(names, texts, strict=True))
    frame(
        figure,
        title=_finding(terms, value),
        subtitle=words.WATERFALL_SUBTITLE.format(product=shorten(product, 60)),
        alt=alt,
        x=words.WATERFALL_AXIS,
        height=70 + ROW * len(names),
    )
    ends = [*start, at, value, 0.0, *(from_ + each for from_, each in zip(start, worth[:-1], strict=True))]
    room = 0.18 * max(max(ends) - min(ends), 1e-6)
    figure.update_xaxes(range=[min(ends) - (room if min(ends) < 0 else 0), max(ends) + room], zeroline=True, showgrid=False)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_layout(bargap=0.35)
    return figure


def deletion_chart(curve: DeletionCurve) -> go.Figure:
    """The product's score as past products go, in order of credit and in random orders."""
    figure = go.Figure()
    for name, values, colour, dash in (
        (words.BY_CREDIT, curve.by_credit, ACCENT, "solid"),
        (words.AT_RANDOM, curve.at_random, BEFORE, "dot"),
    ):
        figure.add_scatter(
            x=curve.removed,
            y=values,
            mode="lines+markers",
            name=name,
            line={"color": colour, "dash": dash},
            hovertemplate=f"{name}, %{{x}} taken away: %{{y:.2f}}<extra></extra>",
        )
    finding = words.DELETION_GOOD if curve.area > 0 else words.DELETION_BAD
    return frame(
        figure,
        title=finding.format(area=f"{curve.area:.2f}".replace("-", "−")),
        subtitle=words.DELETION_SUBTITLE.format(orders=curve.orders),
        alt=words.DELETION_ALT.format(area=f"{curve.area:.2f}", orders=curve.orders),
        x=words.DELETION_X,
        y=words.DELETION_Y,
        height=240,
        legend=True,
    )


def _finding(terms: Sequence[tuple[str, float]], value: float) -> str:
    others = [(name, each) for name, each in terms[1:] if each]
    if not others:
        return words.RELEVANCE_ALONE
    name, each = max(others, key=lambda one: abs(one[1]))
    return (words.LIFTED_MOST if each > 0 else words.LOWERED_MOST).format(term=name, points=f"{abs(each):.2f}")
