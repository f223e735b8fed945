"""Jobs on a page: state in words, a bar, live curves, cancel and resume. Redrawn by a timer only while one of them is live."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from pages.ui import cache, formats, show, state, words
from pages.ui.formats import plain
from pages.ui.guards import guard
from recsys_core import jobs
from recsys_core.storage.records import JobRecord

LIVE = ("queued", "running")
EVERY_SECONDS = 1.0
Detail = Callable[[JobRecord, Sequence[dict[str, Any]]], int]


def is_live(job: JobRecord) -> bool:
    """Whether it waits or runs."""
    return job.state in LIVE


def job_panels(job_ids: Sequence[str], detail: Detail | None = None) -> None:
    """One panel for each job, redrawn every second while one is live; the whole page runs again when that changes.

    detail: draws what else is to be seen of a job into its panel; returns the number of epochs told.
    """
    registry = cache.workspace().registry
    live_before = [job_id for job_id in job_ids if is_live(registry.job(job_id))]

    def body() -> None:
        live = live_before
        with guard("jobs"):
            jobs.refresh(cache.workspace())
            records = [registry.job(job_id) for job_id in job_ids]
            for record in records:
                _panel(record, detail)
            live = [record.id for record in records if is_live(record)]
        if live != live_before:
            st.rerun()

    st.fragment(body, run_every=EVERY_SECONDS if live_before else None, key="job_panels")()


def _panel(job: JobRecord, detail: Detail | None) -> None:
    with st.container(border=True, key=f"job_{job.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(job.title)}**", width="content")
            badge(job)
            st.space("stretch")
            _controls(job)
        if is_live(job):
            st.progress(min(max(job.progress, 0.0), 1.0), text=plain(formats.sentence(job.message or words.JOB_STATES[job.state])))
        elif job.error:
            st.markdown(f"{plain(job.error.get('message', ''))} :gray[{plain(job.error.get('hint', ''))}]")
        elif job.state == "interrupted":
            st.markdown(f":gray[{words.INTERRUPTED}]")
        epochs = detail(job, jobs.read_events(cache.workspace(), job.id)) if detail else 0
        figures = {"job": job.id, "kind": job.kind, "state": job.state, "progress": round(job.progress, 4), "epoch": epochs}
        show.hooks(job.id, show.hook_html("job", attempt=job.attempt, **figures))


def badge(job: JobRecord) -> None:
    """The state of a job in one word, with its icon."""
    st.badge(words.JOB_STATES[job.state], icon=f":material/{words.JOB_ICONS[job.state]}:", color=words.JOB_COLOURS[job.state])


def _controls(job: JobRecord) -> None:
    if is_live(job):
        st.button(words.CANCEL, key=f"cancel_{job.id}", help=words.CANCEL_HELP, icon=":material/stop:", on_click=_cancel, args=(job.id,))
    elif job.state in ("interrupted", "cancelled") or (
        job.state == "failed" and job.kind not in ("ingest", "look")
    ):  # a bad file stays bad
        st.button(
            words.RESUME, key=f"resume_{job.id}", help=words.RESUME_HELP, icon=":material/play_arrow:", on_click=_resume, args=(job.id,)
        )


def _cancel(job_id: str) -> None:
    with guard("cancel"):
        jobs.cancel(cache.workspace(), job_id)


def _resume(job_id: str) -> None:
    with guard("resume"):
        jobs.resume(cache.workspace(), job_id)


def recent_jobs(limit: int = 6) -> None:
    """What ran lately, newest first, in words."""
    found = [job for job in cache.workspace().registry.jobs() if job.kind != "look"][:limit]
    if not found:
        st.markdown(f":gray[{words.NOTHING_RAN}]")
        return
    for job in found:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            badge(job)
            st.markdown(plain(job.title), width="content")
            when = formats.ago(job.finished_at or job.started_at or job.created_at)
            spent = (
                f" · took {formats.seconds((job.finished_at - job.started_at).total_seconds())}"
                if job.finished_at and job.started_at
                else ""
            )
            st.markdown(f":gray[{when}{spent}]", width="content")


def submit(kind: str, spec: dict[str, Any], title: str, *, remember: str | None = None, secret: str | None = None) -> str:
    """Put a job into the queue; `remember`: the session key under which its page follows it. Returns its id.

    secret: the password of the database it reads, which is stored nowhere else.
    """
    job = jobs.submit(cache.workspace(), kind, spec, title=title, secret=secret)
    if remember:
        state.set_(remember, job.id)
    return job.id
