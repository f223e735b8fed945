"""Jobs of this page: those that wait or run, with their live curves, and those that can go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui import cache, progress, show
from pages.ui.charts import curves
from pages.ui.synthetic.stage import Stage
from recsys_core.storage.records import JobRecord

UNFINISHED = ("interrupted", "failed", "cancelled")
MOST = 3


def panels(jobs: Sequence[JobRecord], detail: progress.Detail | None = None) -> None:
    """A panel each for what is live; what ended without a result is offered again until something newer was done."""
    live = [job for job in jobs if progress.is_live(job)]
    done = max((job.created_at for job in jobs if job.state == "done"), default=None)
    again = [job for job in jobs if job.state in UNFINISHED and (done is None or job.created_at > done)]
    shown = [*live, *again[:1]][:MOST]
    if shown:
        progress.job_panels([job.id for job in shown], detail)


def of(stage: Stage, kind: str, about: Callable[[Mapping[str, Any]], bool]) -> list[JobRecord]:
    """Jobs of a kind whose spec is about what is on screen, newest first."""
    return [job for job in cache.workspace().registry.jobs() if job.kind == kind and about(job.spec)]


def live_curves(job: JobRecord, events: Sequence[Mapping[str, Any]]) -> int:
    """The curves of a fit while it runs; returns how many epochs it told."""
    told = [dict(event) for event in events if event.get("type") == "curve" and event.get("part", "fit") == "fit"]
    if told and progress.is_live(job):
        draw_curves(told, job.id)
    return len(told)


def draw_curves(curve: Sequence[Mapping[str, Any]], key: str) -> None:
    """All charts of a fit but the one of a ranking figure, which generators do not have."""
    drawn = [(name, figure) for name, figure in curves.charts(list(curve)).items() if name != "validation"]
    with st.grid(3, min_column_width=260, gap="small", key=f"curves_{key}"):
        for name, figure in drawn:
            show.chart(figure, key=f"{name}_{key}", border=False)
