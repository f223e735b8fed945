"""What the scenario does to everybody: four tiles, and the rest folded."""

from __future__ import annotations

import streamlit as st

from pages.ui import formats, show
from pages.ui import words_studio as words
from pages.ui.studio.stage import Stage


def draw(stage: Stage) -> None:
    """The four tiles."""
    found = stage.answer.population
    kept = found.mean_after("relevance_kept")
    st.metric(words.KEPT, formats.percent(kept), help=words.KEPT_HELP)
    show.hook("population", scenario=stage.scenario.hash, relevance_kept=kept, users=len(found.after))
