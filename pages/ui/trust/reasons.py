"""What was left out: every reason with its words and its rows, examples, and all of them to download."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui import cache, formats, nav
from pages.ui import words_data as say
from pages.ui.formats import plain
from pages.ui.intake import look_job

SAME_LOG = ("log", "more", "table", "query", "items", "users", "pictures", "vectors", "roles", "header", "dates", "personal", "name")


def reasons(dataset: Any) -> None:
    """The reasons, the notes, and what can be done about them."""
    found = [reason for reason in dataset.summary["reasons"] if reason["matched"] or reason["dropped"]]
    if found:
        st.dataframe(
            [
                {
                    say.REASON: str(reason["name"]).capitalize(),
                    say.REASON_WORDS: reason.get("words", ""),
                    say.MATCHED: reason["matched"],
                    say.DROPPED: reason["dropped"],
                }
                for reason in found
            ],
            hide_index=True,
            column_config={name: st.column_config.NumberColumn(format="localized") for name in (say.MATCHED, say.DROPPED)},
            alt=say.PARTS["rows"],
        )
        st.caption(say.REASONS_NOTE)
    else:
        st.markdown(f":gray[{say.NOTHING_DROPPED}]")
    for reason in found:
        if reason.get("examples"):
            with st.expander(say.EXAMPLES_OF.format(reason=plain(reason["name"])), icon=":material/table_rows:"):
                _examples(reason["examples"], say.EXAMPLES_OF.format(reason=reason["name"]))
    _download(dataset)
    _clean_again(dataset)


def _examples(rows: Sequence[Mapping[str, Any]], alt: str) -> None:
    """A few of the rows as the file has them."""
    table = [
        {say.ROW_IN_FILE: one["row"], **{name: "" if cell is None else str(cell) for name, cell in one["cells"].items()}} for one in rows
    ]
    st.dataframe(table, hide_index=True, column_config={say.ROW_IN_FILE: st.column_config.NumberColumn(format="localized")}, alt=alt)


def _download(dataset: Any) -> None:
    if not (dataset.folder / "dropped.parquet").is_file():
        return
    stem = formats.file_stem(dataset.name)
    st.download_button(
        say.DOWNLOAD_DROPPED,
        data=lambda: cache.dropped_csv(dataset.id),
        file_name=f"{stem} left out.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        help=say.DOWNLOAD_DROPPED_HELP,
        key="download_dropped",
    )


def _clean_again(dataset: Any) -> None:
    """Back to the confirmation where the log can still be read; an upload was discarded once it was a dataset."""
    with st.container(horizontal=True, vertical_alignment="center", key="clean_again"):
        spec = again(dataset.id)
        if spec is not None and st.button(say.CLEAN_AGAIN, icon=":material/tune:"):
            nav.show("add")
            look_job.start(spec, look_job.title_of(spec))
        st.caption(say.OTHER_RULES if spec is not None else f"{say.OTHER_RULES} {say.CLEAN_AGAIN_UPLOAD.format(add=say.VIEWS['add'])}")


def again(dataset_id: str) -> dict[str, Any] | None:
    """A request for the same log with nothing decided but what its columns are; None where the log is gone or nobody knows it."""
    for job in cache.workspace().registry.jobs(states=("done",)):
        if job.kind == "ingest" and dict(job.result or {}).get("dataset") == dataset_id:
            files = [job.spec["log"], *job.spec.get("more", ())]
            if look_job.is_database(files[0]) or all(Path(file).exists() for file in files):
                return {name: job.spec[name] for name in SAME_LOG if job.spec.get(name)}
    return None
