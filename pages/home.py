"""Home: where am I, and what next?"""

from __future__ import annotations

import streamlit as st

from pages.ui import cache, formats, nav, picker, progress, show, state, words
from pages.ui.formats import plain
from pages.ui.guards import guard
from recsys_core.storage.records import DatasetRecord, RunRecord


def load_demo() -> None:
    """Callback: start the demo job; the page follows it."""
    with guard("demo"):
        progress.submit("demo", {}, words.DEMO_TITLE, remember=state.LANDING_JOB)


def land() -> None:
    """Once the demo is loaded, go where the lists are."""
    job_id = state.get(state.LANDING_JOB)
    job = cache.workspace().registry.job(job_id) if job_id else None
    if job is None or job.kind != "demo":
        return
    if job.state == "done":
        state.clear(state.LANDING_JOB)
        found = dict(job.result or {})
        nav.go("studio", dataset=found.get("dataset"), run=found.get("run"))
    progress.job_panels([job.id])


def empty() -> None:
    """Nothing is here yet: say what Aisle does, and offer the one button that fills it."""
    busy = any(job.kind == "demo" for job in cache.workspace().registry.jobs(states=progress.LIVE))
    left, right = st.columns([1.15, 1], gap="large", vertical_alignment="center")
    with left:
        for icon, title, text in words.STEPS:
            st.markdown(f"**:material/{icon}: {title}**  \n:gray[{text}]")
        st.space("small")
        with st.container(horizontal=True, vertical_alignment="center", key="start"):
            st.button(words.LOAD_DEMO, type="primary", icon=":material/storefront:", on_click=load_demo, disabled=busy)
            nav.link("data", words.UPLOAD_OWN, "upload_file")
        st.caption(words.DEMO_NOTE)
    right.image(str(nav.ASSETS / "hero.svg"), width="stretch", alt=words.HERO_ALT)


def dataset_card(record: DatasetRecord) -> None:
    """The current dataset, in four figures."""
    with st.container(border=True, key="card_dataset", height="stretch"):
        st.markdown(f":gray[{words.CURRENT_DATASET}]")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(plain(record.name), anchor=False)
        figures = ((words.SHOPPERS, record.users), (words.PRODUCTS, record.items), (words.EVENTS, record.rows))
        row = st.grid(3, min_column_width=110, gap="small")
        for label, value in figures:
            row.metric(label, formats.count(value))
        nav.link("data", words.SEE_DATA, "arrow_forward")


def run_card(record: RunRecord | None) -> None:
    """The current trained model and what it is worth, in words."""
    with st.container(border=True, key="card_run", height="stretch"):
        st.markdown(f":gray[{words.CURRENT_RUN}]")
        if record is None:
            st.subheader(words.NONE_YET, anchor=False)
            st.markdown(f":gray[{words.NEXT_TRAIN_WHY}]")
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(picker.model_title(record.model), anchor=False, width="content")
            picker.shipped_badge(record)
        hit = dict(record.metrics.get("test", {})).get("hit_rate@10")
        row = st.container(horizontal=True, gap="medium")
        row.metric(
            words.HIT_LABEL.format(purchase=words.tested_purchase(record.protocol)),
            formats.of_100(hit["value"]) if hit else words.NOT_TESTED,
            help=words.HIT_HELP if hit else words.NO_TEST,
            width="content",
        )
        row.metric(words.COLUMN_TIME, formats.seconds(record.seconds), width="content")
        nav.link("models", words.SEE_MODELS, "arrow_forward")


def next_step(chosen: picker.Selection) -> None:
    """One primary button for what comes next."""
    training = any(job.kind == "train" for job in cache.workspace().registry.jobs(states=progress.LIVE))
    page, label, why = ("studio", words.NEXT_STUDIO, words.NEXT_STUDIO_WHY)
    if chosen.run is None:
        page, label, why = (
            ("models", words.NEXT_WATCH, words.NEXT_WATCH_WHY) if training else ("models", words.NEXT_TRAIN, words.NEXT_TRAIN_WHY)
        )
    with st.container(border=True, key="next_step"), st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{words.NEXT_STEP}**  \n:gray[{why}]", width="stretch")
        if st.button(label, type="primary", icon=":material/arrow_forward:"):
            nav.go(page)


picker.refresh_jobs()
chosen = picker.selection()
if chosen.datasets or chosen.unknown_dataset:
    nav.start_page("home")
    with guard():
        record = chosen.need_dataset()
        if chosen.unknown_run:
            chosen.need_run()
        left, right = st.columns(2)
        with left:
            dataset_card(record)
        with right:
            run_card(chosen.run)
        next_step(chosen)
        with st.container(border=True, key="recent_jobs"):
            st.markdown(f"**{words.RECENT}**")
            progress.recent_jobs()
else:
    nav.start_page("home", words.EMPTY_TITLE, words.EMPTY_SUBTITLE)
    with guard():
        empty()
with guard("landing"):
    land()
show.unseen_chart()
