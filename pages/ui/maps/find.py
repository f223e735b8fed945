"""Looking a product or a shopper up on the map, and flying there."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.ui import formats, state
from pages.ui.charts.maps.points import Box, extent
from pages.ui.formats import plain
from pages.ui.maps import closeup
from pages.ui.maps import words_map as say
from pages.ui.maps.colours import Ground
from pages.ui.maps.stage import MapStage

HITS = 20
CLOSE = 0.12  # half of what is in view after flying there, as a share of the map


def box(what: str) -> None:
    """The search field; what is found is held in the address."""
    items = what == "items"
    st.text_input(
        say.FIND_ITEMS if items else say.FIND_USERS,
        key=state.MAP_QUERY,
        type="search",
        icon=":material/search:",
        width=180,
        placeholder=say.FIND_PLACEHOLDER_ITEMS if items else say.FIND_PLACEHOLDER_USERS,
    )


def found(stage: MapStage, ground: Ground) -> int | None:
    """The product or shopper to mark: what was searched for last, else the one that the address names. Says where it is not there."""
    text = str(state.get(state.MAP_QUERY) or "").strip()
    if text != state.get(state.MAP_ASKED, ""):
        state.set_(state.MAP_ASKED, text)
        hits = matching(ground, text)
        _fly(stage, ground, hits[0] if hits else None)
    if text:
        _others(stage, ground, text)
    named = state.in_address(state.MAP_FOUND) or state.in_address(state.ITEM if ground.what == "items" else state.SHOPPER)
    ids = ground.dataset.item_ids if ground.what == "items" else ground.dataset.user_ids
    at = int(np.searchsorted(ids, named)) if named else len(ids)
    if at >= len(ids) or ids[at] != named:
        return None
    if not np.isfinite(stage.places_of(np.array([at]))).all():
        st.caption(say.NOT_ON_MAP.format(name=plain(formats.shorten(title(ground, at), 60))))
        return None
    return at


def flight(stage: MapStage, row: int) -> Box:
    """The part of the map around a point."""
    x0, y0, x1, y1 = extent(stage.coordinates[np.isfinite(stage.coordinates).all(axis=1)])
    x, y = map(float, stage.places_of(np.array([row]))[0])
    across, up = CLOSE * (x1 - x0), CLOSE * (y1 - y0)
    return x - across, y - up, x + across, y + up


def matching(ground: Ground, text: str) -> list[int]:
    """Products whose title has all these words, the most bought first, or shoppers whose id begins so; an exact id alone."""
    ids = ground.dataset.item_ids if ground.what == "items" else ground.dataset.user_ids
    if not text:
        return []
    at = int(np.searchsorted(ids, text))
    if at < len(ids) and ids[at] == text:
        return [at]
    if ground.what == "users":
        begin = text.casefold()
        return [row for row in range(len(ids)) if str(ids[row]).casefold().startswith(begin)][:HITS]
    asked = text.casefold().split()
    hits = [row for row, name in enumerate(ground.catalogue.titles) if all(word in name.casefold() for word in asked)]
    return sorted(hits, key=lambda row: -int(ground.catalogue.buyers[row]))[:HITS]


def title(ground: Ground, row: int) -> str:
    """What it is called."""
    return str(ground.catalogue.titles[row] if ground.what == "items" else ground.dataset.user_ids[row])


def _fly(stage: MapStage, ground: Ground, row: int | None) -> None:
    """Mark a point and look at the map around it; None forgets both."""
    state.put(state.MAP_FOUND, None if row is None else _id(ground, row))
    there = row is not None and np.isfinite(stage.places_of(np.array([row]))).all()
    state.put(state.MAP_BOX, closeup.to_text(stage, flight(stage, row)) if row is not None and there else None)


def _take(stage: MapStage, ground: Ground, rows: dict[str, int]) -> None:
    """Callback: the one chosen of several that were found."""
    _fly(stage, ground, rows.get(state.get(state.widget_key(state.MAP_FOUND))))


def _others(stage: MapStage, ground: Ground, text: str) -> None:
    """Where several were found, which of them is marked."""
    hits = matching(ground, text)
    if not hits:
        st.caption(say.FOUND_NONE.format(text=plain(formats.shorten(text, 60))))
    if len(hits) < 2:
        return
    ids = [_id(ground, row) for row in hits]
    names = dict(zip(ids, (title(ground, row) for row in hits), strict=True))
    now = state.in_address(state.MAP_FOUND)
    st.selectbox(
        say.FOUND_MORE.format(n=formats.plural(len(hits), "product" if ground.what == "items" else "shopper")),
        ids,
        key=state.show_in_widget(state.MAP_FOUND, now if now in names else ids[0]),
        format_func=lambda id_: formats.shorten(names.get(id_, id_), 60),
        on_change=_take,
        args=(stage, ground, dict(zip(ids, hits, strict=True))),
        label_visibility="collapsed",
    )


def _id(ground: Ground, row: int) -> str:
    return str(ground.dataset.item_ids[row] if ground.what == "items" else ground.dataset.user_ids[row])
