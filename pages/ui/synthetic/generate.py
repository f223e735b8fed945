"""Step 1: make a set beside the form, watch it learn, and meet two shoppers; without a set, what the four steps are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui import cache, formats, show
from pages.ui import words_synthetic as say
from pages.ui.formats import plain
from pages.ui.guards import guard
from pages.ui.synthetic import make, people, work
from pages.ui.synthetic.stage import Stage
from recsys_core.synthesis.generators.specs import SPECS


def draw(stage: Stage) -> None:
    """The picture on the left, the form on the right."""
    main, side = st.columns([2.3, 1], gap="large")
    with main:
        work.panels(work.of(stage, "synthesize", lambda spec: spec.get("run") == stage.run.id), work.live_curves)
        if stage.made is None:
            _teach()
        else:
            with guard("people"):
                people.draw(stage)
            _made(stage)
    with side, guard("make"):
        make.draw(stage)


def _teach() -> None:
    """What will be here."""
    with st.container(border=True, key="empty"):
        st.markdown(f"### {say.NO_SET_TITLE}")
        st.markdown(f":gray[{say.NO_SET} {say.NO_SET_LINE}]")
        with st.grid(2, min_column_width=240, gap="medium", key="teach"):
            for place, (name, title) in enumerate(say.STEPS.items(), start=1):
                with st.container(gap="small"):
                    st.markdown(f":primary[:material/{say.STEP_ICONS[name]}:] **{place} · {title}**")
                    st.markdown(f":gray[{say.STEP_LINES[name]}]")
    show.hook("nothing-yet", page="synthetic")


def _made(stage: Stage) -> None:
    """How the set on screen was made: by what, from what wish, and its curves."""
    record = stage.need.record
    with st.expander(say.HOW_MADE, icon=":material/info:", key="how_made", on_change="rerun") as fold:
        if not fold.open:
            return
        title = next((spec.title for spec in SPECS if spec.id == record.generator), record.generator)
        st.markdown(f"{say.MADE_BY} **{plain(title)}**. {plain(record.why)}")
        rows = wish_rows(record.wish, cache.segments(record.dataset).labels)
        rows += [(say.USERS, formats.count(record.users)), (say.EVENTS, formats.count(record.rows)), (say.SEED, str(record.seed))]
        st.markdown(" · ".join(f":gray[{plain(name)}] {plain(value)}" for name, value in rows))
        if stage.need.curves:
            work.draw_curves([{"epoch": n + 1, **row} for n, row in enumerate(stage.need.curves)], f"set_{record.id}")
        else:
            st.markdown(f":gray[{say.LEARNED_BEFORE}]")


def wish_rows(wish: Mapping[str, Any], segments: list[str]) -> list[tuple[str, str]]:
    """What was asked of the draw beyond the usual, in words."""
    rows = []
    for key, name in say.WISH_NAMES.items():
        value = wish.get(key)
        if value is None or (key, value) in (("temperature", 1.0), ("tail", 0.0)):
            continue
        if key == "segment":
            text = segments[value] if isinstance(value, int) and value < len(segments) else str(value)
        elif isinstance(value, list | tuple):
            text = " to ".join(f"{part:g}" for part in value)
        else:
            text = f"{value:g}" if isinstance(value, float) else str(value)
        rows.append((name, text))
    return rows
