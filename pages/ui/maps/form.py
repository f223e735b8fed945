"""How a UMAP is made: chosen in a popover, held in the address."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.ui import state
from pages.ui.maps import words_map as say
from recsys_core.errors import InputError
from recsys_core.latent.map_settings import SETTINGS, USUAL, MapSettings, map_settings

OFFERED = ("neighbours", "min_distance")
LARGEST_SEED = 2**31 - 1
STEPS = {"neighbours": 1, "min_distance": 0.05}


@dataclass(frozen=True)
class Form:
    """How a UMAP is made."""

    settings: MapSettings = USUAL
    seed: int = 0


AS_USUAL = Form()


def form() -> Form:
    """As the address says, "neighbours,least distance,seed"; the usual one where it says nothing that can be."""
    told = (state.in_address(state.MAP_FORM) or "").split(",")
    try:
        neighbours, distance, seed = told
        found = map_settings("umap", {"neighbours": neighbours, "min_distance": distance})
        return Form(found, int(seed)) if 0 <= int(seed) <= LARGEST_SEED else AS_USUAL
    except (ValueError, InputError):
        return AS_USUAL


def popover() -> Form:
    """What can be set of a UMAP, in a popover; held in the address."""
    now = form()
    with st.popover(say.UMAP_SETTINGS, icon=":material/tune:", type="tertiary", width="content"):
        for setting in (each for each in SETTINGS if each.key in OFFERED):
            value = getattr(now.settings, setting.key)
            kind = type(setting.default)
            st.number_input(
                setting.title,
                min_value=kind(setting.low or 0),
                max_value=kind(setting.high or 1),
                step=kind(STEPS[setting.key]),
                key=state.show_in_widget(setting.key, kind(value)),
                help=setting.help,
                on_change=_take,
            )
        st.number_input(
            say.UMAP_SEED, 0, LARGEST_SEED, key=state.show_in_widget("map_seed", now.seed), help=say.UMAP_SEED_HELP, on_change=_take
        )
        st.caption(say.UMAP_KEPT)
    return now


def _take() -> None:
    """Callback: adopt the settings."""
    told = [state.get(state.widget_key(name)) for name in (*OFFERED, "map_seed")]
    usual = [getattr(USUAL, name) for name in OFFERED] + [0]
    state.put(state.MAP_FORM, None if told == usual else ",".join(f"{each:g}" if isinstance(each, float) else str(each) for each in told))
