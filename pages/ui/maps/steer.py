"""Moving about in the latent space: what a place would be shown, a walk between two, sliders along directions that mean something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import cache, league, nav, picker, show, state
from pages.ui.arrivals import shelf
from pages.ui.formats import plain
from pages.ui.guards import show_problem
from pages.ui.maps import steer_places, steer_slides, steer_walk
from pages.ui.maps import words_steer as words
from pages.ui.maps.stage import MapStage, Picked
from pages.ui.maps.steer_places import Place
from recsys_core.errors import UnsupportedError, UserError

if TYPE_CHECKING:
    from recsys_core.jobs.steering import Steering

LENGTH = 10


def panel(stage: MapStage, picked: Picked) -> None:
    """Beside the map."""
    if not cache.can_steer(stage.record.id):
        _refusal(stage)
        return
    try:
        opened = cache.steering(stage.record.id)
    except UserError as error:
        show_problem(error, "steer")
        _offer_switch(stage)
        return
    way = _way()
    news = steer_places.hear(stage, picked)
    if way == "walk":
        if news:
            st.rerun()  # the way is drawn on the map
        steer_walk.draw(stage, opened, *steer_places.two(stage, opened))
        return
    place = steer_places.marked(stage, opened, picked) or steer_places.one(stage, opened)
    if place is not None:
        (steer_slides.draw if way == "slide" else _here)(stage, opened, place)


def _way() -> str:
    shown = list(words.WAYS.values())
    picked = st.segmented_control(
        words.WAY,
        shown,
        default=shown[0],
        required=True,
        key=state.STEER,
        bind="query-params",
        help=words.WAYS_HELP,
        label_visibility="collapsed",
    )
    return next((way for way, text in words.WAYS.items() if text == picked), "here")


def _here(stage: MapStage, opened: Steering, place: Place) -> None:
    listed = opened.lists(place.code[None], LENGTH, place.hidden)
    items = listed.items[0].tolist()
    st.markdown(f"**{words.HERE_TITLE}**  \n:gray[:small[{plain(place.about)}]]", help=plain(words.HERE_HELP.format(d=len(place.code))))
    show.hook("steer", way="here", at=place.ref, items=",".join(str(stage.catalogue.ids[item]) for item in items))
    if items:
        shelf.shelf(items, stage.dataset, stage.catalogue, label=words.LIST_LABEL)
    else:
        st.markdown(f":gray[{words.EMPTY}]")


def _refusal(stage: MapStage) -> None:
    """Why this run cannot be steered, and the way to one that can."""
    model = stage.run.spec.title
    shipped = not stage.run.manifest.get("scorer")
    told = (words.NO_WEIGHTS, words.NO_WEIGHTS_HINT) if shipped else (words.NO_CODES, words.NO_CODES_HINT)
    show_problem(UnsupportedError(told[0].format(model=model), told[1]), "steer")
    _offer_switch(stage)


def _offer_switch(stage: MapStage) -> None:
    """One button to the best run that can be steered on this map; where there is none, to where one is trained."""
    runs = cache.workspace().registry.runs(stage.dataset.id)
    able = [r for r in runs if r.id != stage.record.id and cache.can_steer(r.id) and cache.has_vectors(r.id, stage.what)]
    found = league.recommended(able)
    with st.container(horizontal=True, vertical_alignment="center", key="switch_steer"):
        if found is None:
            if st.button(words.TRAIN, icon=":material/model_training:"):
                nav.go("models")
            return
        name = picker.league_names(runs)[found.id]
        st.button(words.SWITCH.format(name=name), icon=":material/swap_horiz:", on_click=state.put, args=(state.RUN, found.id))
        st.markdown(f":gray[:small[{words.SWITCH_WHY}]]")
