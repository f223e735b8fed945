"""The way out: the privacy gate, a typed reason where it is shut, and what left before although it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import streamlit as st

from pages.ui import cache, formats, show
from pages.ui import words_synthetic as say
from pages.ui.formats import plain
from pages.ui.synthetic.stage import Stage
from recsys_core.errors import InputError
from recsys_core.jobs.synthetic_export import check_reason, export_set, gate, reasons
from recsys_core.synthesis.scorecard.card import PRIVACY, WARN


def draw(stage: Stage) -> None:
    """The gate's sentence, the file's format, and the button where it is open or a reason was typed."""
    record, found = stage.need.record, gate(stage.card)
    with st.container(border=True, key="export"):
        st.markdown(f"**{say.EXPORT_TITLE}**  \n:gray[{say.EXPORT_LINE}]")
        reason = None
        if found.blocked:
            st.error(f"{plain(found.words)} {say.EXPORT_BLOCKED}", icon=":material/lock:")
            reason = _reason()
        elif stage.card and stage.card.verdict(PRIVACY).status == WARN:
            st.warning(say.EXPORT_WARNED, icon=":material/info:")
        else:
            st.markdown(f":green[:material/lock_open:] {say.EXPORT_OPEN}")
        ending = st.segmented_control(
            say.FORMAT, list(say.FORMATS), default=".csv", required=True, format_func=say.FORMATS.__getitem__, key="export_format"
        )
        st.download_button(
            say.DOWNLOAD_BLOCKED if found.blocked else say.DOWNLOAD,
            data=_file(cache.workspace(), record.id, str(ending), reason),
            file_name=f"{record.id}{ending}",
            type="primary",
            icon=":material/download:",
            disabled=found.blocked and reason is None,
            key="export_download",
        )
    with st.container(border=True, key="export_preview"):
        st.markdown(f"**{say.EXPORT_PREVIEW}**")
        st.dataframe(cache.export_preview(record.id), hide_index=True, alt=say.EXPORT_PREVIEW)
    kept = reasons(cache.workspace(), record.id)
    if kept:
        st.markdown(f"**{say.EXPORTED}**")
        for each in reversed(kept):
            st.markdown(f":gray[{plain(say.EXPORTED_ROW.format(when=formats.day(each['when']), reason=each['reason']))}]")
    show.hook("export", blocked=int(found.blocked), open=int(not found.blocked or reason is not None), reasons=len(kept))


def _reason() -> str | None:
    """What was typed, None until it says enough."""
    typed = st.text_input(say.REASON, placeholder=say.REASON_HINT, key="export_reason").strip()
    if not typed:
        return None
    try:
        check_reason(typed)
    except InputError as error:
        st.markdown(f":orange[{plain(error.message)}] :gray[{plain(error.hint)}]")
        return None
    return typed


def _file(workspace: Any, set_id: str, ending: str, reason: str | None) -> Callable[[], bytes]:
    """What makes the file, at the click and not before."""

    def make() -> bytes:
        with TemporaryDirectory(prefix="aisle-export-") as folder:
            out = Path(folder) / f"{set_id}{ending}"
            export_set(workspace, set_id, out, reason)
            return out.read_bytes()

    return make
