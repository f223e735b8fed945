"""What the map shows and how: chosen here, held in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from pages.ui import picker, state, words
from pages.ui.maps import find
from pages.ui.maps import words_map as say
from pages.ui.maps.colours import Ground
from pages.ui.maps.form import AS_USUAL, Form, popover
from recsys_core.storage.records import RunRecord

WHAT = {"items": words.MAP_ITEMS, "users": words.MAP_USERS}
METHODS = {"pca": words.MAP_PCA, "umap": words.MAP_UMAP}


@dataclass(frozen=True)
class Wish:
    """what: "items" or "users". method: "pca" or "umap". colour: what points are coloured by; of: the segment or scenario it is about.

    size: "even", "popularity" or "price". form: how a UMAP is made.
    """

    what: str
    method: str
    colour: str
    of: str = ""
    size: str = "even"
    form: Form = AS_USUAL


def draw(record: RunRecord) -> tuple[Wish, Ground]:
    """The row of controls above the map."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="map_controls"):
        what = _one_of(words.MAP_WHAT, WHAT, state.MAP_WHAT)
        method = _one_of(words.MAP_METHOD, METHODS, state.MAP_METHOD, help=words.MAP_METHOD_HELP)
        form = popover() if method == "umap" else AS_USUAL
        ground = Ground(record, what)
        colours = ground.offered()
        colour = _pick(words.MAP_COLOUR, colours, state.MAP_COLOUR, help=say.COLOUR_HELP.get(state.chosen(state.MAP_COLOUR) or ""))
        choices = ground.choices(colour)
        label = say.COLOUR_OF_SCENARIO if "" in choices else say.COLOUR_OF_SEGMENT
        of = _pick(label, choices, state.MAP_OF) if choices else ""
        size = _pick(say.SIZE, sizes_for(ground, colours), state.MAP_SIZE, width=135)
        find.box(what)
        picker.shipped_badge(record)
    return Wish(what, method, colour, of, size, form), ground


def sizes_for(ground: Ground, colours: Mapping[str, str]) -> dict[str, str]:
    """What the size of a point can tell."""
    found = dict(say.SIZES if ground.what == "items" else say.SIZES_USERS)
    return {name: text for name, text in found.items() if name != "price" or "price" in colours}


def pointer(*, steering: bool) -> str:
    """What dragging on the map does: "lasso", "select" or "pan". Beside the steering a click is worth most."""
    first = "pan" if steering else "lasso"
    now = state.chosen(state.MAP_POINTER)
    st.segmented_control(
        say.POINTER,
        list(say.POINTERS),
        key=state.show_in_widget(state.MAP_POINTER, now if now in say.POINTERS else first),
        format_func=say.POINTERS.__getitem__,
        required=True,
        help=say.POINTER_HELP,
        label_visibility="collapsed",
        on_change=state.take_from_widget,
        args=(state.MAP_POINTER,),
    )
    return now if now in say.POINTERS else first


def _one_of(label: str, options: dict[str, str], key: str, help: str | None = None) -> str:
    first = next(iter(options))
    shown = list(options.values())
    picked = st.segmented_control(label, shown, default=shown[0], required=True, key=key, bind="query-params", help=help)
    return next((value for value, text in options.items() if text == picked), first)


def _pick(label: str, options: Mapping[str, str], key: str, *, help: str | None = None, width: int = 155) -> str:
    """One of many, by its id; the first where the address says none of them."""
    now = state.chosen(key)
    chosen = now if now in options else next(iter(options))
    st.selectbox(
        label,
        list(options),
        key=state.show_in_widget(key, chosen),
        format_func=lambda id_: options.get(id_, id_),
        help=help,
        width=width,
        on_change=state.take_from_widget,
        args=(key,),
    )
    return chosen
