"""The knobs: three calibrated sliders first, everything else folded below them."""

from __future__ import annotations

import streamlit as st

from pages.ui import state
from pages.ui import words_studio as words
from pages.ui.studio import draft
from pages.ui.studio.stage import SLIDERS, Stage


def draw(stage: Stage) -> None:
    """All controls of the scenario."""
    for name in SLIDERS:
        st.slider(
            words.SLIDERS[name],
            0,
            100,
            key=state.show_in_widget(name, round(getattr(stage.asked, name))),
            format="%d %%",
            help=words.SLIDERS_HELP[name],
            on_change=_take,
            args=(name,),
            disabled=name in stage.missing or not stage.ground.has(name),
        )


def _take(name: str) -> None:
    draft.set_(**{name: float(state.get(state.widget_key(name), 0))})
