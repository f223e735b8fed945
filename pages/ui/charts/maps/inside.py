"""What a model does with its space: dimensions in use, and the prior against shoppers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from pages.ui import formats
from pages.ui.charts.frame import ACCENT, BEFORE, INK, PAGE, QUIET_TEXT, REAL, frame
from pages.ui.maps import words_inside as say

if TYPE_CHECKING:
    from recsys_core.latent.diagnosis import Dimensions, PriorFit

HEIGHT = 330
BINS = 40
LEAST = 1e-6  # of a variance on a log scale
NEAR = 0.1  # a mean within it of 0 and a variance within it of 1 are the prior's


def dimensions_chart(found: Dimensions, threshold: float, *, judged: bool) -> go.Figure:
    """A bar a dimension, widest first. threshold: of an active one; judged: whether the model has a prior, so that it applies."""
    order = np.argsort(-found.variance, kind="stable")
    values = np.maximum(found.variance[order], LEAST)
    told = []
    for place in map(int, order):
        parts = {"n": place + 1, "variance": f"{found.variance[place]:.3g}"}
        form = say.DIMENSIONS_HOVER if found.kl is None else say.DIMENSIONS_HOVER_KL
        told.append(form.format(**parts, kl="" if found.kl is None else f"{found.kl[place]:.2f}"))
    colours = [ACCENT if not judged or value > threshold else BEFORE for value in values]
    low = min(threshold if judged else float(values.min()), float(values.min())) / 2
    figure = go.Figure()
    figure.add_bar(
        x=np.arange(1, len(values) + 1),
        y=values,
        marker={"color": colours, "line": {"width": 0}},
        customdata=told,
        hovertemplate="%{customdata}<extra></extra>",
    )
    if judged:
        figure.add_hline(y=threshold, line={"color": QUIET_TEXT, "width": 1, "dash": "dot"})
        place = {"x": 0, "xref": "paper", "xanchor": "left", "xshift": 6, "y": np.log10(threshold), "yanchor": "middle"}
        box = {"font": {"size": 12, "color": INK}, "bgcolor": PAGE, "borderpad": 2}
        figure.add_annotation(text=say.DIMENSIONS_LINE, showarrow=False, **box, **place)
    title = dimensions_title(found, judged=judged)
    alt = f"{title}. {say.DIMENSIONS_SUBTITLE}: {values[0]:.2g} – {values[-1]:.2g}."
    x, y = say.DIMENSIONS_X, say.DIMENSIONS_Y
    frame(figure, title=title, subtitle=say.DIMENSIONS_SUBTITLE, alt=alt, x=x, y=y, height=HEIGHT)
    figure.update_yaxes(type="log", range=[np.log10(low), np.log10(float(values[0]) * 1.5)], dtick=1)
    figure.update_layout(bargap=0.15)
    return figure


def dimensions_title(found: Dimensions, *, judged: bool) -> str:
    """How many are in use; of a model without a prior how many there are in effect."""
    told = {
        "active": formats.count(int(found.active.sum())),
        "all": formats.count(len(found.variance)),
        "effective": f"{found.effective:.1f}",
    }
    forms = {"used": say.DIMENSIONS_USED, "partly": say.DIMENSIONS_PARTLY, "collapsed": say.DIMENSIONS_COLLAPSED}
    return (forms[found.verdict] if judged else say.DIMENSIONS_PLAIN).format(**told)


def prior_chart(found: PriorFit) -> go.Figure:
    """How far draws are from the nearest shopper: shoppers' own, and those of N(0, I)."""
    both = np.concatenate([found.own, found.prior])
    edges = np.linspace(float(both.min()), float(both.max()), BINS + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    figure, most = go.Figure(), 0.0
    for side, colour, values in ((say.PRIOR_OWN, REAL, found.own), (say.PRIOR_DRAWN, ACCENT, found.prior)):
        share = 100 * np.histogram(values, edges)[0] / len(values)
        figure.add_scatter(
            x=middles,
            y=share,
            mode="lines",
            line={"color": colour, "width": 2.5, "shape": "hvh"},
            fill="tozeroy" if side == say.PRIOR_OWN else None,
            name=side,
            hovertemplate=say.PRIOR_HOVER.format(side=side) + "<extra></extra>",
        )
        most = max(most, float(share.max()))
        end = {"x": 0, "xanchor": "left"} if side == say.PRIOR_OWN else {"x": 1, "xanchor": "right"}
        place = {**end, "xref": "paper", "y": 1, "yref": "paper", "yanchor": "bottom"}
        figure.add_annotation(text=f"<b>{side}</b>", font={"size": 12, "color": colour}, showarrow=False, **place)
    title = prior_title(found)
    frame(
        figure, title=title, subtitle=say.PRIOR_SUBTITLE, alt=f"{title}. {say.PRIOR_SUBTITLE}.", x=say.PRIOR_X, y=say.PRIOR_Y, height=HEIGHT
    )
    figure.update_yaxes(range=[0, 1.1 * most])
    figure.update_layout(margin={"l": 8, "r": 16, "t": 26, "b": 8})
    return figure


def prior_title(found: PriorFit) -> str:
    """Where shoppers drawn from it would lie."""
    form = say.PRIOR_FITS if found.fits else say.PRIOR_APART if found.farther else say.PRIOR_MIDDLE
    return form.format(n=round(100 * (1 - found.filled)))


def moments_chart(found: PriorFit) -> go.Figure:
    """A dot a dimension, by its mean and variance over shoppers, and the prior's own place."""
    off = int(((np.abs(found.mean) > NEAR) | (np.abs(found.variance - 1) > NEAR)).sum())
    title = say.MOMENTS_TITLE.format(n=off, all=len(found.variance)) if off else say.MOMENTS_FITS
    figure = go.Figure()
    figure.add_scatter(
        x=found.mean,
        y=found.variance,
        mode="markers",
        marker={"color": REAL, "size": 6, "opacity": 0.6},
        customdata=[
            say.MOMENTS_HOVER.format(n=n + 1, mean=f"{mean:.2f}", variance=f"{variance:.2f}")
            for n, (mean, variance) in enumerate(zip(found.mean, found.variance, strict=True))
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    figure.add_scatter(
        x=[0],
        y=[1],
        mode="markers+text",
        marker={"color": ACCENT, "size": 12, "symbol": "x"},
        text=[f"<b>{say.MOMENTS_PRIOR}</b>"],
        textposition="top right",
        textfont={"color": ACCENT, "size": 12},
        hoverinfo="skip",
        cliponaxis=False,
    )
    alt = f"{title}. {say.MOMENTS_SUBTITLE}."
    frame(figure, title=title, subtitle=say.MOMENTS_SUBTITLE, alt=alt, x=say.MOMENTS_X, y=say.MOMENTS_Y, height=HEIGHT)
    most = 1.15 * max(float(np.abs(found.mean).max()), 0.1)
    figure.update_xaxes(range=[-most, most], showgrid=True)
    figure.update_yaxes(range=[0, 1.15 * max(float(found.variance.max()), 1.0)])
    return figure
