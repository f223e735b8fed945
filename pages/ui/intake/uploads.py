"""Uploaded files: written to the workspace at once and dropped from memory; thrown away when nobody wants them."""

from __future__ import annotations

import ctypes
import gc
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.ui import cache, state
from pages.ui import words_data as say

_NAME = 80  # characters of a file's name that are kept, from its end


def receive(name: str) -> list[Path]:
    """The uploader; the files that just arrived, on disk."""
    with st.container(key="upload"):
        _uploader(name, say.UPLOAD_LABEL, say.UPLOAD_TYPES, several=True)
        st.caption(say.UPLOAD_HELP)
    return _arrived(name)


def receive_more(name: str, label: str, help: str, types: Sequence[str], beside: str) -> Path | None:
    """A further file that belongs to the log `beside`; with an uploaded one, so that both go together."""
    near = Path(beside).parent
    _uploader(name, label, types, help=help, folder=near / name if near.parent == cache.workspace().uploads_dir else None)
    return next(iter(_arrived(name)), None)


def _uploader(
    name: str, label: str, types: Sequence[str], *, several: bool = False, help: str | None = None, folder: Path | None = None
) -> None:
    """Files are taken in its callback: the widget's own value would be a second copy of all bytes."""
    key = f"uploader_{name}_{state.get(state.UPLOAD_TURN, 0)}"
    st.file_uploader(
        label,
        type=list(types),
        accept_multiple_files=several,
        key=key,
        help=help,
        max_upload_size=say.UPLOAD_LIMIT_MB,
        on_change=_take,
        args=(name, key, folder),
    )


def _take(name: str, key: str, folder: Path | None) -> None:
    """Callback: write what came to disk, make Streamlit forget its bytes, and offer a fresh uploader."""
    value = state.get(key)
    files = sorted(value if isinstance(value, list) else [value] if value else [], key=lambda file: str(file.name))
    if not files:
        return
    target = folder or cache.workspace().uploads_dir / secrets.token_hex(4)  # one each, so that messages name a file as it came
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    paths = [_store(file, target) for file in files]
    context = get_script_run_ctx()
    for file in files:
        if context is not None:
            context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)
        file.close()
    state.set_(state.UPLOAD_TURN, state.get(state.UPLOAD_TURN, 0) + 1)
    state.set_(state.ARRIVED, {"name": name, "paths": [str(path) for path in paths]})


def _arrived(name: str) -> list[Path]:
    """What the callback took for this uploader, once. Its bytes are garbage by now."""
    came = state.get(state.ARRIVED)
    if not came or came["name"] != name:
        return []
    state.clear(state.ARRIVED)
    give_back_memory()
    return [Path(path) for path in came["paths"]]


def discard(path: str) -> None:
    """Forget a file that was uploaded; one of the server's own stays."""
    if path and "://" not in path:
        cache.workspace().discard_upload(Path(path))


def _store(file: Any, folder: Path) -> Path:
    target = folder / Path(file.name).name[-_NAME:]
    with target.open("wb") as out:
        file.seek(0)
        shutil.copyfileobj(file, out, 1 << 20)
    return target


def give_back_memory() -> None:
    """Return freed memory to the system, where the C library can."""
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError):
        return  # no glibc: other allocators give back by themselves
