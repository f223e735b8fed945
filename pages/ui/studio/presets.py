"""Presets, and the way back to where a new scenario starts."""

from __future__ import annotations

import streamlit as st

from pages.ui import formats, state
from pages.ui.studio import draft
from pages.ui.studio import words_controls as words
from pages.ui.studio.stage import Stage, default_scenario
from recsys_core.ranking.presets import Preset, preset_of, presets

KEY = "presets"


def draw(stage: Stage) -> None:
    """A menu of presets with what each does, and reset."""
    offered = presets(stage.ground)
    now = preset_of(stage.asked, offered)
    with st.container(horizontal=True, key="studio_presets"):
        is_open = bool(state.get(state.STUDIO_PRESETS))
        menu = st.popover(
            now.name if now else words.PRESETS,
            key=state.show_in_widget(KEY, is_open),
            icon=":material/tune:",
            help=words.PRESETS_HELP,
            on_change=_turn,
            width="stretch",
        )
        if is_open:
            with menu:
                for each in offered:
                    _preset(each, each is now)
        fresh = default_scenario(stage.ground).with_(name=stage.asked.name)
        st.button(
            "",
            icon=":material/restart_alt:",
            key="studio_reset",
            help=f"{words.RESET}. {words.RESET_HELP}",
            disabled=stage.asked == fresh,
            on_click=draft.adopt,
            args=(fresh,),
        )


def _preset(preset: Preset, chosen: bool) -> None:
    with st.container(key=f"preset_part_{preset.name}", gap=None):
        st.button(
            preset.name,
            key=f"preset_{preset.name}",
            type="primary" if chosen else "secondary",
            disabled=bool(preset.missing),
            on_click=_adopt,
            args=(preset,),
            width="stretch",
        )
        st.caption(formats.plain(words.NOT_HERE.format(reason=preset.missing) if preset.missing else preset.does))


def _adopt(preset: Preset) -> None:
    draft.edit(preset.of)
    state.set_(state.STUDIO_PRESETS, False)


def _turn() -> None:
    state.set_(state.STUDIO_PRESETS, bool(state.get(state.widget_key(KEY))))
