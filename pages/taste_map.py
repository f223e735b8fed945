"""Taste map: what has the model understood?"""

from __future__ import annotations

import streamlit as st

from pages.ui import cache, nav, picker, state, words
from pages.ui.guards import guard, show_problem
from pages.ui.maps import cohort, controls, inside, linked, movement, picture, staging, steer
from pages.ui.maps.stage import MapStage, Picked
from recsys_core.errors import UnsupportedError

SIDES = {"here": words.MAP_HERE, "steer": words.MAP_STEER}
BELOW = {"linked": words.MAP_LINKED, "moves": words.MAP_MOVES, "inside": words.MAP_INSIDE}


def side(stage: MapStage, picked: Picked) -> None:
    """Beside the map: what is marked, or moving about from there."""
    with st.container(border=True, key="selection", height="stretch"):
        chosen = one_of(SIDES, state.MAP_SIDE)
        with guard("side"):
            (steer if chosen == "steer" else cohort).panel(stage, picked)


def below(stage: MapStage, picked: Picked) -> None:
    """Under the map: what the marked ones are shown and bought, what a scenario moves, what is inside the model."""
    chosen = one_of(BELOW, state.MAP_BELOW)
    with guard("below"):
        if chosen == "inside":
            inside.draw(stage)
        elif chosen == "moves":
            movement.draw(stage, picked)
        else:
            linked.draw(stage, picked)


def one_of(options: dict[str, str], key: str) -> str:
    """A row of parts, the chosen one in the address."""
    shown = list(options.values())
    picked = st.segmented_control(key, shown, default=shown[0], required=True, key=key, bind="query-params", label_visibility="collapsed")
    return next((value for value, text in options.items() if text == picked), next(iter(options)))


nav.start_page("taste_map")
with guard():
    picker.refresh_jobs()
    chosen = picker.selection()
    record = chosen.need_run()
    run = cache.run(record.id)
    wish, ground = controls.draw(record)
    if (run.item_vectors if wish.what == "items" else run.user_vectors) is None:
        noun = controls.WHAT[wish.what].lower()
        show_problem(UnsupportedError(words.NO_VECTORS.format(model=run.spec.title, what=noun), words.NO_VECTORS_HINT))
        picker.offer_switch(chosen.runs, record, wish.what)
    else:
        stage = staging.staged(record, wish)
        left, right = st.columns([2.3, 1], gap="medium")
        with left:
            picked = picture.draw(stage, wish, ground)
        with right:
            side(stage, picked)
        below(stage, picked)
