"""Data: can I trust this log?"""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui import cache, formats, nav, picker, progress, state
from pages.ui import words_data as say
from pages.ui.formats import plain
from pages.ui.guards import guard
from pages.ui.intake.add import add_log
from pages.ui.intake.next_file import compared, next_file
from pages.ui.trust.datasets import all_datasets
from pages.ui.trust.figures import figures
from pages.ui.trust.groups import products, shoppers
from pages.ui.trust.inside import inside
from pages.ui.trust.reasons import reasons
from recsys_core.storage.records import DatasetRecord


def land() -> bool:
    """Follow the intake that this page started, and open its dataset when it is done; whether it still runs."""
    job_id = state.get(state.LANDING_JOB)
    job = cache.workspace().registry.job(job_id) if job_id else None
    if job is None or job.kind != "ingest":
        return False
    if job.state == "done":
        state.clear(state.LANDING_JOB)
        nav.go("data", dataset=str(dict(job.result or {})["dataset"]))
    progress.job_panels([job.id])
    return progress.is_live(job)


def choose_view() -> str:
    """Which part of the page, from the address; a log on its way comes before the dataset."""
    asked = state.in_address(state.VIEW) or ("add" if state.chosen(state.LOOK) else "dataset")
    return str(
        st.segmented_control(
            say.VIEW_LABEL,
            list(say.VIEWS),
            required=True,
            format_func=say.VIEWS.__getitem__,
            key=state.show_in_widget(state.VIEW, asked if asked in say.VIEWS else "dataset"),
            on_change=state.take_from_widget,
            args=(state.VIEW,),
            label_visibility="collapsed",
        )
    )


def heading(record: DatasetRecord, dataset: Any) -> None:
    """Which log this is, and what matters for what comes next."""
    period = dataset.summary["period"]
    when = f", {formats.day(period['first'])} to {formats.day(period['last'])}" if period else ""
    st.markdown(f"#### {plain(record.name)} :gray[{formats.count(record.rows)} events{when}]")
    for warning in dataset.summary["warnings"]:
        st.markdown(f":orange[:material/warning:] {plain(warning['text'])}")


def one_dataset(record: DatasetRecord) -> None:
    """The answer in figures and charts, then the parts that an analyst asks for next."""
    dataset = cache.dataset(record.id)
    heading(record, dataset)
    compared(record)
    figures(dataset)
    parts = dict(zip(say.PARTS, st.tabs(list(say.PARTS.values()), key="parts", on_change="rerun"), strict=True))
    for name, draw in (("rows", reasons), ("inside", inside), ("shoppers", shoppers), ("products", products)):
        if parts[name].open:
            with parts[name], guard(name):
                draw(dataset)


nav.start_page("data")
with guard():
    picker.refresh_jobs()
    chosen = picker.selection()
    if not chosen.datasets and not chosen.unknown_dataset:
        if not land():
            add_log()
    else:
        view = choose_view()
        land()
        if view == "add":
            add_log()
        elif view == "all":
            all_datasets(chosen.datasets)
        elif view == "next":
            next_file(chosen.need_dataset())
        else:
            one_dataset(chosen.need_dataset())
