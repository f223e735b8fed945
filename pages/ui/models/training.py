"""Jobs of the Models page that run, wait, or can go on; and the one that just finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui import cache, nav, progress, state
from pages.ui import words_models as say
from pages.ui.formats import plain
from pages.ui.models import autopilot, learned, search
from recsys_core.storage.records import DatasetRecord, JobRecord

KINDS = ("train", "tune", "cross-validate", autopilot.KIND)
SEARCHES = ("tune", autopilot.KIND)
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
    """What a job shows beside its bar; returns how many epochs it has told."""
    if job.kind == autopilot.KIND:
        autopilot.live_steps(job, events)
    curve = learned.present_curve(events)
    folded = say.HOW_FAR if not progress.is_live(job) else say.PRESENT if job.kind in SEARCHES else ""
    if progress.is_live(job) and job.kind in SEARCHES:
        search.live_trials(job, events)
    if curve and folded:
        with st.expander(folded, icon=":material/show_chart:", key=f"curves_{job.id}", on_change="rerun") as fold:
            if fold.open:
                learned.live_curves(job, events, curve, search.metric_of(job))
    elif curve:
        learned.live_curves(job, events, curve, search.metric_of(job))
    return sum(event.get("type") == "curve" for event in events)


def outcome(job: JobRecord) -> str:
    """What came of a finished job, in a sentence."""
    result = dict(job.result or {})
    if job.kind == autopilot.KIND:
        return autopilot.verdict(result)
    if job.kind == "cross-validate":
        return search.cross_validated(result)
    if job.kind == "tune":
        return search.searched(result)
    return say.FINISHED if dict(result.get("metrics", {})).get("test") else say.FINISHED_ELSEWHERE


def best_run(job: JobRecord) -> str | None:
    """The run that a finished job left, the one chosen on validation where it left several; None where it left none."""
    result = dict(job.result or {})
    return str(result.get("run") or dict(result.get("verdict", {})).get("by_validation") or "") or None


def _finished(job: JobRecord) -> None:
    run = best_run(job)
    with st.container(border=True, key="finished"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(job.title)}**", width="content")
            progress.badge(job)
        st.markdown(f":gray[{plain(outcome(job))}]")
        if run is None:
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(say.SEE_LISTS, icon=":material/arrow_forward:"):
                state.clear(state.TRAIN_JOB)
                nav.go("studio", run=run)
            st.button(say.HOW_IT_LEARNED, icon=":material/show_chart:", type="tertiary", on_click=look_into, args=(run,), key="look_into")


def look_into(run: str | None) -> None:
    """Callback: open the part with a run's curves on it."""
    state.set_(state.PART, say.PART_LEARNED)
    state.set_(state.LEARNED, run)
