"""The detail below the lists, one tab at a time: only the open one is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import streamlit as st

from pages.ui import state
from pages.ui import words_studio as words
from pages.ui.guards import guard
from pages.ui.studio import compare, method, movers, placements, rule_effects, segments, taste
from pages.ui.studio.stage import Stage

PARTS: Mapping[str, Callable[[Stage], None]] = MappingProxyType(
    {
        "catalogue": movers.draw,
        "shoppers": segments.draw,
        "rules": rule_effects.draw,
        "taste": taste.draw,
        "placements": placements.draw,
        "compare": compare.draw,
        "method": method.draw,
    }
)


def draw(stage: Stage) -> None:
    """The tabs, and what is in the open one."""
    labels = {name: words.TABS[name] for name in PARTS}
    chosen = state.chosen(state.TAB)
    first = next(iter(PARTS))
    shown = labels[chosen if chosen in PARTS else first]
    tabs = st.tabs(list(labels.values()), on_change=_take, key=state.show_in_widget(state.TAB, shown))
    for tab, (name, part) in zip(tabs, PARTS.items(), strict=True):
        if tab.open:
            with tab, guard(name):
                part(stage)


def _take() -> None:
    label = state.get(state.widget_key(state.TAB))
    state.put(state.TAB, next((name for name in PARTS if words.TABS[name] == label), None))
