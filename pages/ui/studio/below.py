"""The detail below the lists, one tab at a time: only the open one is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import streamlit as st

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
    tabs = st.tabs([words.TABS[name] for name in PARTS], on_change="rerun", key="studio_tabs")
    for tab, (name, part) in zip(tabs, PARTS.items(), strict=True):
        if tab.open:
            with tab, guard(name):
                part(stage)
