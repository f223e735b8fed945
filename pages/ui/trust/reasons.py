"""What was left out: every reason with its words and its rows, examples, and all of them to download."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui import cache, formats
from pages.ui import words_data as say
from pages.ui.formats import plain


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
                _examples(reason["examples"])
    _download(dataset)
    st.caption(say.OTHER_RULES)


def _examples(rows: Sequence[Mapping[str, Any]]) -> None:
    """A few of the rows as the file has them."""
    table = [
        {say.ROW_IN_FILE: one["row"], **{name: "" if cell is None else str(cell) for name, cell in one["cells"].items()}} for one in rows
    ]
    st.dataframe(
        table, hide_index=True, column_config={say.ROW_IN_FILE: st.column_config.NumberColumn(format="localized")}, alt=say.EXAMPLES
    )


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
