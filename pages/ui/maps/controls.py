"""What the map shows and how: chosen here, held in the address."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.ui import picker, state, words
from pages.ui.cache import Catalogue
from recsys_core.storage.records import RunRecord

WHAT = {"items": words.MAP_ITEMS, "users": words.MAP_USERS}
METHODS = {"pca": words.MAP_PCA, "umap": words.MAP_UMAP}


@dataclass(frozen=True)
class Wish:
    """what: "items" or "users". method: "pca" or "umap". colour: what points are coloured by."""

    what: str
    method: str
    colour: str


def draw(record: RunRecord, catalogue: Catalogue) -> Wish:
    """The row of controls above the map."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="map_controls"):
        what = _one_of(words.MAP_WHAT, WHAT, state.MAP_WHAT)
        method = _one_of(words.MAP_METHOD, METHODS, state.MAP_METHOD, help=words.MAP_METHOD_HELP)
        colours = colours_for(what, has_prices=bool((catalogue.prices > 0).any()), has_groups=bool(catalogue.labels))
        colour = _one_of(words.MAP_COLOUR, colours, state.MAP_COLOUR)
        picker.shipped_badge(record)
    return Wish(what, method, colour)


def colours_for(what: str, *, has_prices: bool, has_groups: bool) -> dict[str, str]:
    """What points can be coloured by."""
    found = dict(words.MAP_COLOURS) if what == "items" else {"popularity": words.MAP_ACTIVITY, "group": words.MAP_TOP_GROUP}
    if not has_prices:
        found.pop("price", None)
    if not has_groups:
        found.pop("group", None)
    return found


def _one_of(label: str, options: dict[str, str], key: str, help: str | None = None) -> str:
    first = next(iter(options))
    shown = list(options.values())
    picked = st.segmented_control(label, shown, default=shown[0], required=True, key=key, bind="query-params", help=help)
    return next((value for value, text in options.items() if text == picked), first)
