"""The files beside the log: products, shoppers, pictures and vectors, each given or not."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.ui import state
from pages.ui import words_data as say
from pages.ui.formats import plain
from pages.ui.intake import uploads


def more_files(log: str) -> dict[str, str]:
    """Fields of the request that name further files; kept in the session until the log is taken in."""
    held: dict[str, str] = dict(state.get(state.MORE_FILES) or {})
    for place, (name, (label, help, types)) in enumerate(say.MORE_FILES.items()):
        if place % 2 == 0:
            cells = st.columns(2)
        with cells[place % 2]:
            if name in held:
                with st.container(horizontal=True, vertical_alignment="center", key=f"more_{name}"):
                    st.markdown(f":material/check: **{label}** {plain(Path(held[name]).name)}", width="content")
                    st.button(say.TAKE_AWAY, key=f"drop_{name}", on_click=_take_away, args=(name,), type="tertiary")
                continue
            came = uploads.receive_more(name, label, help, types, log)
            if came is not None:
                state.set_(state.MORE_FILES, {**held, name: str(came)})
                st.rerun()
    return held


def _take_away(name: str) -> None:
    held = dict(state.get(state.MORE_FILES) or {})
    Path(held.pop(name, "")).unlink(missing_ok=True)
    state.set_(state.MORE_FILES, held)
