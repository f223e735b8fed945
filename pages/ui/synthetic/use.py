"""Step 4: whether they help, mixing them with real ones, and handing them on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from pages.ui import state
from pages.ui import words_synthetic as say
from pages.ui.guards import guard
from pages.ui.synthetic import augment, export, fuse
from pages.ui.synthetic.stage import Stage

PARTS: Mapping[str, Callable[[Stage], None]] = {"help": augment.draw, "mix": fuse.draw, "export": export.draw}


def draw(stage: Stage) -> None:
    """One part at a time; only the open one is computed."""
    labels = {name: say.USE_PARTS[name] for name in PARTS}
    chosen = state.chosen(state.USE)
    tabs = st.tabs(list(labels.values()), key=state.show_in_widget(state.USE, labels.get(chosen or "", labels["help"])), on_change=_take)
    for tab, (name, part) in zip(tabs, PARTS.items(), strict=True):
        if tab.open:
            with tab, guard(f"use_{name}"):
                part(stage)


def _take() -> None:
    label = state.get(state.widget_key(state.USE))
    state.put(state.USE, next((name for name in PARTS if say.USE_PARTS[name] == label), None))
