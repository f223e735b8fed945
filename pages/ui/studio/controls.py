"""The knobs: three calibrated sliders first, everything else folded below them."""

from __future__ import annotations

import streamlit as st

from pages.ui import formats
from pages.ui.studio import caps, drag, expert, filters, guard_form, knob, presets, rule_form
from pages.ui.studio import words_controls as words
from pages.ui.studio.stage import SLIDERS, Stage
from recsys_core.ranking.planning import MISSING

LENGTHS = (10, 20)


def draw(stage: Stage) -> None:
    """All controls of the scenario."""
    with st.container(key="studio_controls", gap="small"):
        for name in SLIDERS:
            drag.slider(stage, name)
            if name in stage.missing or not stage.ground.has(name):
                st.caption(_why_not(stage, name))
        with st.container(horizontal=True, vertical_alignment="bottom", key="studio_start"):
            lengths = sorted({*LENGTHS, stage.asked.k})
            st.segmented_control(words.LENGTH, lengths, required=True, help=words.LENGTH_HELP, **knob.setting("k", stage.asked.k))
        presets.draw(stage)
        for draw_part in (
            caps.draw,
            rule_form.draw,
            filters.draw,
            guard_form.draw,
            expert.draw_more,
            expert.draw_segments,
            expert.draw,
        ):
            draw_part(stage)


def _why_not(stage: Stage, name: str) -> str:
    reason = words.NOT_HERE.format(reason=formats.plain(MISSING[name]))
    other = name == "variety" and stage.ground.attribute_vectors is not None and stage.asked.similarity != "attributes"
    return f"{reason} {words.OTHER_SIMILARITY}" if other else reason
