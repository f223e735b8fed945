"""Step 3: a slider over how many are kept, what each position is worth, who is left out and why; one button keeps them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui import cache, formats, progress, show, state
from pages.ui import words_synthetic as say
from pages.ui.charts.synthetic.sweep import Reading, band_chart, realism_chart, sweep_chart
from pages.ui.formats import plain
from pages.ui.guards import guard
from pages.ui.synthetic import dropped, work
from pages.ui.synthetic.stage import Stage
from recsys_core.jobs.filter_spec import KIND, filter_spec

CURVES = ("fidelity", "utility", "privacy")
LEAST = 5  # percent


def draw(stage: Stage) -> None:
    """What was found of every shopper; without it, the button that finds it."""
    made = stage.need.record
    work.panels(work.of(stage, KIND, lambda spec: spec.get("set") == made.id))
    found = cache.filtering(made.id)
    if made.step == "filtered":
        parent = next((record.users for record in stage.sets if record.id == made.parent), None)
        st.markdown(plain(say.FILTERED_FROM.format(n=formats.count(made.users), all=formats.count(parent))))
    if found is None:
        _offer(stage)
    else:
        _live(stage, found)


def _offer(stage: Stage) -> None:
    with st.container(border=True, key="filter_offer"):
        st.markdown(f"**{say.LOOK_TITLE}**")
        st.markdown(f":gray[{say.LOOK_LINE}]")
        with st.container(horizontal=True, vertical_alignment="center"):
            pressed = st.button(say.LOOK_START, type="primary", icon=":material/search:", key="filter_look")
            st.markdown(f":gray[:small[{say.LOOK_TIME}]]", width="content")
        if pressed:
            with guard("filter_look"):
                asked = filter_spec(cache.workspace(), stage.need.record.id)
                progress.submit(KIND, asked, say.LOOK_JOB)
                st.rerun()
    show.hook("filter", keep="", kept="", n=stage.need.record.users, ready=0)


@st.fragment
def _live(stage: Stage, found: Any) -> None:
    """All that the slider moves."""
    with guard("filter"):
        n = len(found.marks)
        side, main = st.columns([1, 2.1], gap="medium")
        with side, st.container(border=True, key="filter_controls"):
            percent = st.slider(
                say.KEEP,
                LEAST,
                100,
                max(LEAST, round(100 * found.natural)),
                format="%d %%",
                help=say.KEEP_HELP,
                key=f"{state.SYNTHETIC_KEEP}_{stage.need.record.id}",
            )
            keep = percent / 100
            kept = int(found.kept(keep).sum())
            st.markdown(say.KEPT_LINE.format(kept=formats.count(kept), all=formats.count(n)))
            _keep(stage, keep, kept, n)
            dropped.reasons(found, keep)
        with main:
            figure = sweep_chart(_curves(found), _as_is(found), percent)
            show.chart(figure, key="sweep", note=say.SWEEP_NOTE)
            dropped.example(stage, found, keep)
            _histograms(found)
        show.hook("filter", keep=percent, kept=kept, n=n, ready=1, stops=len(found.curves))


def _keep(stage: Stage, keep: float, kept: int, n: int) -> None:
    text = say.KEEP_THESE.format(n=formats.count(kept))
    if st.button(text, type="primary", icon=":material/filter_alt:", width="stretch", help=say.KEEP_THESE_HELP, key="keep_these"):
        asked = filter_spec(cache.workspace(), stage.need.record.id, keep=keep)
        title = say.KEEP_JOB.format(n=formats.count(kept), all=formats.count(n))
        progress.submit(KIND, asked, title, remember=state.SYNTHETIC_JOB)
        st.rerun(scope="app")


def _curves(found: Any) -> dict[str, list[Reading]]:
    stops = [stop for stop in found.curves if stop.keep is not None]
    drawn = {}
    for name in CURVES:
        points = [(stop.keep, getattr(stop, name)) for stop in stops]
        drawn[name] = [Reading(100 * keep, point.value, point.low, point.high) for keep, point in points if point is not None]
    return drawn


def _as_is(found: Any) -> dict[str, float]:
    whole = next((stop for stop in found.curves if stop.keep is None), None)
    points = {name: getattr(whole, name, None) for name in CURVES}
    return {name: point.value for name, point in points.items() if point is not None}


def _histograms(found: Any) -> None:
    with st.expander(say.HISTOGRAMS, icon=":material/bar_chart:", key="filter_histograms", on_change="rerun") as fold:
        if fold.open:
            limits = found.limits
            with st.grid(2, min_column_width=300, gap="small"):
                figure = realism_chart(found.real_realism, found.marks.realism, limits.realism, limits.told_apart)
                show.chart(figure, key="realism", border=False)
                show.chart(band_chart(found.real_nearest, found.marks.nearest, limits.close, limits.far), key="band", border=False)
    with st.expander(say.FILTER_NOTES, icon=":material/info:"):
        for name in CURVES:
            if found.titles.get(name):
                st.markdown(f"**{name.capitalize()}** :gray[{plain(found.titles[name])}]")
        for note in found.notes:
            st.markdown(f":gray[:small[{plain(note)}]]")
