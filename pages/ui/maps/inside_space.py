"""Which dimensions of its space a model uses, and whether its prior is where its shoppers are."""

from __future__ import annotations

import streamlit as st

from pages.ui import cache, formats, show
from pages.ui.charts.maps.inside import dimensions_chart, moments_chart, prior_chart
from pages.ui.formats import plain
from pages.ui.maps import words_inside as say
from pages.ui.maps.stage import MapStage
from recsys_core.jobs.inside import OWN_PRIOR, VARIATIONAL
from recsys_core.latent.diagnosis import ACTIVE, COLLAPSED, Dimensions, PriorFit


def dimensions(stage: MapStage) -> None:
    """How many are active, and a warning where the posterior has collapsed. Raises UserError for a model without vectors of shoppers."""
    found: Dimensions = cache.inside(stage.record.id, "dimensions")
    judged = stage.run.spec.id in VARIATIONAL
    left, right = st.columns([2.3, 1], gap="medium")
    with left:
        show.chart(dimensions_chart(found, ACTIVE, judged=judged), "inside_dimensions")
    with right, st.container(border=True, height="stretch"):
        active, n = int(found.active.sum()), len(found.variance)
        if judged:
            st.metric(say.ACTIVE, say.OF.format(n=formats.count(active), all=formats.count(n)), help=say.ACTIVE_HELP)
        if found.kl is not None:
            st.metric(say.KL, f"{found.kl.mean():.2f}", help=say.KL_HELP)
        st.metric(say.EFFECTIVE, say.OF.format(n=f"{found.effective:.1f}", all=formats.count(n)), help=say.EFFECTIVE_HELP)
        st.metric(say.SHOPPERS, formats.count(found.shoppers))
        if not judged:
            st.markdown(f":gray[{plain(say.NO_PRIOR.format(model=stage.run.spec.title))}]")
        elif found.kl is None:
            st.markdown(f":gray[{plain(say.NO_WEIGHTS)}]")
    if judged and found.verdict == COLLAPSED:
        st.warning(plain(say.COLLAPSED), icon=":material/warning:")
    show.hook("inside_dimensions", active=active, all=n, effective=f"{found.effective:.3f}", verdict=found.verdict if judged else "")


def prior(stage: MapStage) -> None:
    """N(0, I) against the aggregated posterior. Raises UserError for a model without one, or a run without weights."""
    found: PriorFit = cache.inside(stage.record.id, "prior")
    left, right = st.columns(2, gap="medium")
    with left:
        show.chart(prior_chart(found), "inside_prior", stretch=True)
    with right:
        show.chart(moments_chart(found), "inside_moments", stretch=True)
    filled, apart, words = st.columns([1, 1, 3], gap="medium", vertical_alignment="center")
    filled.metric(say.FILLED, f"≤ {formats.percent(found.filled, 0)}", help=say.FILLED_HELP)
    apart.metric(say.PRIOR_KL, formats.decimal(found.kl, 1), help=say.PRIOR_KL_HELP)
    together = say.PRIOR_TOGETHER.format(kl=formats.decimal(found.kl, 1), each=formats.decimal(float(found.kl_each.sum()), 1))
    own = [say.PRIOR_OWN_MODEL.format(model=stage.run.spec.title)] if stage.run.spec.id in OWN_PRIOR else []
    words.markdown(f":gray[{plain(' '.join([say.PRIOR_WHY_FITS if found.fits else say.PRIOR_WHY, together, *own]))}]")
    show.hook("inside_prior", filled=f"{found.filled:.4f}", kl=f"{found.kl:.3f}", fits=found.fits)
