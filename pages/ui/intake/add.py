"""Add a log: from a file, a folder of the server or a database; looked at by a worker; confirmed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui import cache, formats, progress, state
from pages.ui import words_data as say
from pages.ui.formats import plain
from pages.ui.guards import guard
from pages.ui.intake import look_job, uploads
from pages.ui.intake.confirm import confirm
from recsys_core.errors import NotFoundError, UserError
from recsys_core.storage.records import JobRecord


def add_log() -> None:
    """Wherever the log is on its way."""
    with guard("upload"):
        job = look_job.current()
        if job is None:
            choose_source()
        elif job.state == "done":
            confirm(job)
        elif progress.is_live(job):
            progress.job_panels([job.id])
        else:
            did_not_work(job)


def did_not_work(job: JobRecord) -> None:
    """The look found no table, or was cancelled."""
    st.button(say.DISCARD, on_click=look_job.forget, args=(job,), icon=":material/close:")
    error = dict(job.error or {})
    raise UserError(error.get("message") or say.LOOK_GONE, error.get("hint") or say.LOOK_GONE_HINT)


def choose_source() -> None:
    """Upload, or a log that is on the server or in a database already."""
    source = st.segmented_control(
        say.SOURCE_LABEL,
        list(say.SOURCES),
        default="upload",
        required=True,
        format_func=say.SOURCES.__getitem__,
        key=state.SOURCE,
        label_visibility="collapsed",
    )
    if source == "inbox":
        from_inbox()
    elif source == "database":
        from_database()
    else:
        files = uploads.receive("uploader")
        if files:
            look_job.start(request_of(files), files[0].name)


def request_of(files: list[Path]) -> dict[str, Any]:
    """One log of all files."""
    return {"log": str(files[0]), "more": [str(file) for file in files[1:]], "origin": "upload"}


def from_inbox() -> None:
    """Files and folders that whoever runs the server has put where it can read them."""
    from recsys_core.data.inbox import inbox_path, list_inbox

    folder = cache.workspace().settings.inbox
    if folder is None:
        raise NotFoundError(say.INBOX_NONE, say.INBOX_NONE_HINT)
    files = list_inbox(folder)
    if not files:
        st.markdown(f":gray[{plain(say.INBOX_EMPTY.format(folder=folder))}]")
        return
    sizes = {file.name: file.bytes for file in files}
    folders = dict.fromkeys(str(Path(name).parent) for name in sizes if len(Path(name).parts) > 1)
    picked = st.selectbox(
        say.INBOX_PICK,
        [*sizes, *folders],
        key=state.INBOX,
        format_func=lambda name: f"{name} · {formats.megabytes(sizes[name])}" if name in sizes else say.INBOX_FOLDER.format(name=name),
    )
    st.caption(plain(say.INBOX_NOTE.format(folder=folder)))
    if st.button(say.INBOX_OPEN, type="primary", icon=":material/search:"):
        look_job.start({"log": str(inbox_path(folder, str(picked)))}, str(picked))


def from_database() -> None:
    """A table, or what a query gives."""
    from pages.ui import database

    choice = database.choose()
    if choice is not None:
        look_job.start({**choice.fields, "name": choice.title}, choice.title, choice.secret)
