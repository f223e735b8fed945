"""An uploaded file on its way to a dataset: written to disk at once, previewed, given roles, taken in by a job."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui import cache, formats, progress, state, words
from pages.ui.formats import plain
from recsys_core.data.roles import LOG_COLUMNS, guess_roles
from recsys_core.errors import InputError

COLUMNS_OF_SELECTORS = 4
PREVIEW_ROWS = 20
NEEDED = ("user_id", "item_id")
ROLES = (*LOG_COLUMNS, "title", "category")


def receive() -> None:
    """The uploader. What arrives is written to the workspace and dropped from memory by giving the uploader a new key."""
    turn = state.get(state.UPLOAD_TURN, 0)
    with st.container(key="upload"):
        file = st.file_uploader(
            words.UPLOAD_LABEL,
            type=["csv", "tsv", "txt", "parquet"],
            key=f"uploader_{turn}",
            max_upload_size=words.UPLOAD_LIMIT_MB,
            help=words.UPLOAD_HELP,
        )
        st.caption(words.UPLOAD_HELP)
    if file is None:
        return
    name = Path(file.name).name
    target = cache.workspace().uploads_dir / secrets.token_hex(4) / name[-80:]  # a folder each, so that messages name the file as it came
    target.parent.mkdir()
    target.write_bytes(file.getbuffer())
    state.set_(state.UPLOAD, {"path": str(target), "name": name, "bytes": int(file.size)})
    state.set_(state.UPLOAD_TURN, turn + 1)
    st.rerun()


def discard() -> None:
    """Callback: forget the uploaded file."""
    held = state.get(state.UPLOAD)
    if held:
        cache.workspace().discard_upload(Path(held["path"]))
    state.clear(state.UPLOAD)


def confirm(held: dict[str, Any]) -> None:
    """Preview with guessed roles, selectors to change them, and the button that takes the file in."""
    from recsys_core.data.preview import preview

    st.markdown(f"**{plain(held['name'])}** :gray[{formats.megabytes(held['bytes'])}]")
    try:
        table = preview(Path(held["path"]), rows=PREVIEW_ROWS)
    except Exception:
        st.button(words.DISCARD, on_click=discard, icon=":material/close:")
        raise
    roles = role_selectors(list(map(str, table.columns)))
    used = {column: role for role, column in roles.items()}
    shown = table.rename(columns={c: f"{c} · {words.ROLE_TITLES[used[c]].lower()}" if c in used else c for c in table.columns})
    st.dataframe(shown, hide_index=True, height=250, alt=words.PREVIEW_ALT.format(n=len(table)))
    st.caption(words.PREVIEW_NOTE.format(n=len(table)))
    stem = Path(held["name"]).name.split(".")[0].replace("_", " ").strip()
    left, right = st.columns([2, 1])
    name = left.text_input(words.DATASET_NAME, value=stem, max_chars=80, key="dataset_name")
    currency = right.text_input(
        words.CURRENCY, value="", max_chars=3, key="dataset_currency", help=words.CURRENCY_HELP, disabled="price" not in roles
    )
    with st.container(horizontal=True):
        ready = all(role in roles for role in NEEDED) and len(set(roles.values())) == len(roles)
        if st.button(words.USE_LOG, type="primary", icon=":material/check:", disabled=not ready):
            spec = {
                "log": held["path"],
                "roles": explicit(roles),
                "name": name or stem,
                "currency": formats.currency_sign(currency) or None,
                "origin": "upload",
            }
            progress.submit("ingest", spec, words.INGEST_JOB.format(name=name or stem), remember=state.LANDING_JOB)
            state.clear(state.UPLOAD)
            st.rerun()
        st.button(words.DISCARD, on_click=discard, icon=":material/close:")
    if not ready:
        raise InputError(words.ROLES_MISSING, words.ROLES_MISSING_HINT)


def role_selectors(columns: list[str]) -> dict[str, str]:
    """One selector a role, set to the guess; returns role -> column for the roles that have one."""
    guessed = guess_roles(columns)
    st.markdown(f"**{words.ROLES_TITLE}**  \n:gray[{words.ROLES_NOTE}]")
    chosen: dict[str, str] = {}
    cells = st.columns(COLUMNS_OF_SELECTORS)
    options = ["", *columns]
    for place, role in enumerate(ROLES):
        with cells[place % COLUMNS_OF_SELECTORS]:
            label = f"{words.ROLE_TITLES[role]} ({role})"
            index = options.index(guessed[role]) if role in guessed else 0
            picked = st.selectbox(label, options, index=index, format_func=lambda c: c or words.NO_COLUMN, key=f"role_{role}")
        if picked:
            chosen[role] = picked
    return chosen


def explicit(roles: dict[str, str]) -> dict[str, str]:
    """Every role said outright: '' takes a guessed one away."""
    return {role: roles.get(role, "") for role in ROLES}
