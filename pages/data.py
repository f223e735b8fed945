"""Data: can I trust this log?"""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui import cache, formats, nav, picker, progress, show, state, uploads, words
from pages.ui.formats import plain
from pages.ui.guards import guard


def land() -> None:
    """Follow the intake that this page started, and open its dataset when it is done."""
    job_id = state.get(state.LANDING_JOB)
    job = cache.workspace().registry.job(job_id) if job_id else None
    if job is None or job.kind != "ingest":
        return
    if job.state == "done":
        state.clear(state.LANDING_JOB)
        nav.go("data", dataset=str(dict(job.result or {})["dataset"]))
    progress.job_panels([job.id])


def add_log(open_at_once: bool) -> None:
    """Upload, confirm what the columns are, take it in."""
    held = state.get(state.UPLOAD)
    with (
        st.expander(
            words.FIRST_LOG if open_at_once else words.ADD_LOG, expanded=open_at_once or held is not None, icon=":material/upload_file:"
        ),
        guard("upload"),
    ):
        if held:
            uploads.confirm(held)
        else:
            uploads.receive()


def describe(dataset: Any) -> None:
    """What came in, what was kept, and what kind of shop it is."""
    summary = dataset.summary
    row = st.grid(4, min_column_width=150)
    row.metric(words.SHOPPERS, formats.count(summary["users"]), border=True, help=words.TRAINS_HELP.format(**_counted(summary["trains"])))
    row.metric(words.PRODUCTS, formats.count(summary["items"]), border=True)
    row.metric(words.TYPICAL, formats.count(summary["items_per_user"]["median"]), border=True, help=summary["words"]["sparsity"])
    returning = summary["returning_share"]
    row.metric(words.RETURNING, formats.percent(returning), border=True, help=summary["words"].get("returning", words.NO_ORDERS))
    figures = cache.trust_figures(dataset.id)
    for pair in ((("rows", ""), ("activity", words.NO_TIMES)), (("tail", words.NO_TAIL), ("prices", words.NO_PRICES))):
        for column, (name, absent) in zip(st.columns(2), pair, strict=True):
            with column:
                if figures[name] is not None:
                    show.chart(figures[name], key=name, stretch=True)
                else:
                    _absent(absent)
    show.hook(
        "trust",
        dataset=dataset.id,
        rows_read=summary["rows_read"],
        rows_kept=summary["rows"],
        users=summary["users"],
        items=summary["items"],
    )


def _counted(trains: dict[str, int]) -> dict[str, str]:
    return {name: formats.count(n) for name, n in trains.items()}


def _absent(sentence: str) -> None:
    with st.container(border=True, height="stretch", vertical_alignment="center", horizontal_alignment="center"):
        st.markdown(f":gray[{sentence}]")


nav.start_page("data")
with guard():
    picker.refresh_jobs()
    chosen = picker.selection()
    if not chosen.datasets and not chosen.unknown_dataset:
        add_log(open_at_once=True)
        land()
    else:
        record = chosen.need_dataset()
        dataset = cache.dataset(record.id)
        period = dataset.summary["period"]
        when = f", {formats.day(period['first'])} to {formats.day(period['last'])}" if period else ""
        st.markdown(f"#### {plain(record.name)} :gray[{formats.count(record.rows)} events{when}]")
        for warning in dataset.summary["warnings"]:
            st.markdown(f":orange[:material/warning:] {plain(warning['text'])}")
        describe(dataset)
        add_log(open_at_once=False)
        land()
        with st.expander(words.DATASETS_LIST, icon=":material/folder_open:"):
            st.dataframe(
                [
                    {
                        words.DATASET_NAME: r.name,
                        words.EVENTS: r.rows,
                        words.SHOPPERS: r.users,
                        words.PRODUCTS: r.items,
                        words.ADDED: formats.ago(r.created_at),
                    }
                    for r in chosen.datasets
                ],
                hide_index=True,
                alt=words.DATASETS_LIST,
            )
