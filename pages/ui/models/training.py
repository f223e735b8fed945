"""Trainings and searches of a dataset that run, wait, or can go on; and the one that just finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui import cache, nav, progress, state
from pages.ui import words_models as say
from pages.ui.formats import plain
from pages.ui.models import learned
from recsys_core.storage.records import DatasetRecord, JobRecord

KINDS = ("train",)
SHOWN_UNFINISHED = 3


def show_jobs(dataset: DatasetRecord) -> None:
    """A panel each; what ended without a result is offered again until something newer was done."""
    jobs = [j for j in cache.workspace().registry.jobs() if j.kind in KINDS and j.spec.get("dataset") == dataset.id]
    finished = next((j for j in jobs if j.id == state.get(state.TRAIN_JOB) and j.state == "done"), None)
    if finished:
        _finished(finished)
    live = [j for j in jobs if progress.is_live(j)]
    newest_done = max((j.created_at for j in jobs if j.state == "done"), default=None)
    resumable = [
        j for j in jobs if j.state in ("interrupted", "failed", "cancelled") and (newest_done is None or j.created_at > newest_done)
    ]
    shown = [*live, *resumable[:SHOWN_UNFINISHED]]
    if shown:
        progress.job_panels([j.id for j in shown], detail)


def detail(job: JobRecord, events: Sequence[Mapping[str, Any]]) -> int:
    """What a job of the Models page shows beside its bar."""
    return learned.live_curves(job, events)


def _finished(job: JobRecord) -> None:
    result = dict(job.result or {})
    run, tested = str(result.get("run", "")) or None, bool(dict(result.get("metrics", {})).get("test"))
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="finished"):
        progress.badge(job)
        st.markdown(f"**{plain(job.title)}**  \n:gray[{say.FINISHED if tested else say.FINISHED_ELSEWHERE}]", width="stretch")
        st.button(say.HOW_IT_LEARNED, icon=":material/show_chart:", type="tertiary", on_click=look_into, args=(run,), key="look_into")
        if st.button(say.SEE_LISTS, icon=":material/arrow_forward:"):
            state.clear(state.TRAIN_JOB)
            nav.go("studio", run=run)


def look_into(run: str | None) -> None:
    """Callback: open the part with a run's curves on it."""
    state.set_(state.PART, say.PART_LEARNED)
    state.set_(state.LEARNED, run)
