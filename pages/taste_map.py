"""Taste map: what has the model understood?"""

from __future__ import annotations

import streamlit as st

from pages.ui import cache, mapping, nav, picker, progress, show, state, words
from pages.ui.formats import plain
from pages.ui.guards import guard, show_problem
from recsys_core.errors import UnsupportedError
from recsys_core.storage.records import RunRecord

WHAT = {"items": words.MAP_ITEMS, "users": words.MAP_USERS}
METHODS = {"pca": words.MAP_PCA, "umap": words.MAP_UMAP}


def controls(record: RunRecord, has_prices: bool, has_groups: bool) -> tuple[str, str, str]:
    """(what, method, colour), all of them in the URL."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="map_controls"):
        what = _one_of(words.MAP_WHAT, WHAT, state.MAP_WHAT)
        method = _one_of(words.MAP_METHOD, METHODS, state.MAP_METHOD, help=words.MAP_METHOD_HELP)
        colours = mapping.colours_for(what, has_prices=has_prices, has_groups=has_groups)
        colour = _one_of(words.MAP_COLOUR, colours, state.MAP_COLOUR)
        picker.shipped_badge(record)
    return what, method, colour


def _one_of(label: str, options: dict[str, str], key: str, help: str | None = None) -> str:
    first = next(iter(options))
    shown = list(options.values())
    picked = st.segmented_control(label, shown, default=shown[0], required=True, key=key, bind="query-params", help=help)
    return next((value for value, text in options.items() if text == picked), first)


def ask_for_umap(record: RunRecord, what: str) -> None:
    """Offer the UMAP where it was not made yet, and follow the job that makes it."""
    jobs = [j for j in cache.workspace().registry.jobs() if j.kind == "project" and j.spec.get("run") == record.id]
    mine = [j for j in jobs if j.spec.get("what") == what and j.spec.get("method") == "umap" and j.state != "done"]
    if mine:
        progress.job_panels([mine[0].id])
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="umap_offer"):
        st.markdown(f":gray[{words.UMAP_WHY}]", width="stretch")
        if st.button(words.DRAW_UMAP, type="primary", icon=":material/bubble_chart:"):
            noun = WHAT[what].lower()
            progress.submit("project", {"run": record.id, "what": what, "method": "umap", "seed": 0}, words.UMAP_JOB.format(what=noun))
            st.rerun()


def the_map(record: RunRecord, what: str, method: str, colour: str) -> None:
    """The map and, beside it, what a box or lasso holds."""
    drawn = cache.map_figure(record.dataset_id, record.id, what, method, colour)
    if drawn is None:
        ask_for_umap(record, what)
        drawn = cache.map_figure(record.dataset_id, record.id, what, "pca", colour)
    figure, sentence, points, method = drawn
    st.markdown(f":gray[:material/info: {plain(sentence)}]")
    left, right = st.columns([2.3, 1], gap="medium")
    with left, st.container(key="map"):
        event = st.plotly_chart(
            figure,
            key=f"{state.MAP_CHART}_{record.id}_{what}_{method}_{colour}",
            on_select="rerun",
            selection_mode=("box", "lasso", "points"),
            config={"displaylogo": False, "modeBarButtonsToRemove": ["zoomIn2d", "zoomOut2d", "autoScale2d", "toImage"]},
            alt=sentence,
        )
        show.hook("map", method=method, what=what, colour=colour, points=points)
    with right:
        mapping.selection_panel(record.dataset_id, what, mapping.selected_rows(event))


nav.start_page("taste_map")
with guard():
    picker.refresh_jobs()
    chosen = picker.selection()
    record = chosen.need_run()
    run, catalogue = cache.run(record.id), cache.catalogue(record.dataset_id)
    what, method, colour = controls(record, bool((catalogue.prices > 0).any()), bool(catalogue.labels))
    if (run.item_vectors if what == "items" else run.user_vectors) is None:
        show_problem(UnsupportedError(words.NO_VECTORS.format(model=run.spec.title, what=WHAT[what].lower()), words.NO_VECTORS_HINT))
        picker.offer_switch(chosen.runs, record, what)
    else:
        the_map(record, what, method, colour)
