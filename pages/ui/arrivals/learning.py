"""Before a part has what it needs: what will be there, the one button that has it learned, and how far that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from pages.ui import cache, progress
from pages.ui import words_arrivals as say
from pages.ui.guards import guard
from recsys_core.storage.records import JobRecord


def latest(kind: str, about: Mapping[str, Any]) -> JobRecord | None:
    """The newest job of a kind whose spec says all of `about`."""
    jobs = (job for job in cache.workspace().registry.jobs() if job.kind == kind)
    return next((job for job in jobs if all(job.spec.get(key) == value for key, value in about.items())), None)


def offer(kind: str, about: Mapping[str, Any], spec: Callable[[], dict[str, Any]], words: say.Offer) -> None:
    """Teach, and start the job or follow it. about: what tells its job from others; spec: made when asked for, and may raise UserError."""
    job = latest(kind, about)
    if job and job.state != "done":
        progress.job_panels([job.id])
        if progress.is_live(job):
            return
    with st.container(border=True, horizontal_alignment="center", key=f"teach_{kind}"):
        st.space("medium")
        st.markdown(f"**{words.title}**", text_alignment="center")
        st.markdown(f":gray[{words.about}]", text_alignment="center", width=640)
        if st.button(words.button, type="primary", icon=":material/play_arrow:", key=f"start_{kind}"):
            _start(kind, spec, words)
        st.space("medium")


def again(kind: str, about: Mapping[str, Any], spec: Callable[[], dict[str, Any]], words: say.Offer) -> None:
    """Where it was learned: a quiet button to do so again, or how far that is."""
    job = latest(kind, about)
    if job and job.state != "done":
        progress.job_panels([job.id])
    elif st.button(words.again, icon=":material/refresh:", type="tertiary", key=f"again_{kind}"):
        _start(kind, spec, words)


def _start(kind: str, spec: Callable[[], dict[str, Any]], words: say.Offer) -> None:
    with guard(f"start_{kind}"):
        progress.submit(kind, spec(), words.job)
        st.rerun()
