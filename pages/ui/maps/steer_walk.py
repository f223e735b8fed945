"""The walk between two places: lists all the way, moved through in the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui import cache, formats, show, state
from pages.ui import words as page_words
from pages.ui.formats import plain
from pages.ui.maps import steer_places
from pages.ui.maps import words_steer as words
from pages.ui.maps.stage import USERS, MapStage
from pages.ui.maps.steer_board import board
from pages.ui.maps.steer_places import Place
from recsys_core.errors import UserError

if TYPE_CHECKING:
    from recsys_core.jobs.steering import Steering

STEPS, LENGTH, SHORT = 7, 10, 34


def draw(stage: MapStage, opened: Steering, start: Place | None, end: Place | None) -> None:
    """The finding, a slider over the steps, what comes and goes, and the list."""
    if start is None or end is None:
        return
    if start.ref == end.ref:
        st.markdown(f":gray[{words.WALK_SAME_PLACE}]")
        return
    codes, found = opened.walk(start.code, end.code, steps=STEPS, k=LENGTH, hidden=start.hidden)
    ids = [[str(stage.catalogue.ids[item]) for item in row] for row in found.items.tolist()]
    new = len(set(ids[-1]) - set(ids[0]))
    title = words.WALK_TITLE.format(n=new, k=len(ids[0])) if new else words.WALK_SAME
    who = words.WALK_WHO.get(start.kind, words.WALK_WHO["item"]).format(name=start.name)
    names = {"start": formats.shorten(start.name, SHORT), "end": formats.shorten(end.name, SHORT)}
    about = words.WALK_ABOUT_SPOT.format(**names) if start.kind == "spot" else words.WALK_ABOUT.format(who=who, **names)
    more = words.WALK_MORE.format(d=codes.shape[1], n=STEPS)
    st.markdown(f"**{plain(title)}**  \n:gray[:small[{plain(about)}]]", help=more)
    way = path(stage, codes, start, end)
    show.hook(
        "steer",
        way="walk",
        start=start.ref,
        end=end.ref,
        lists="|".join(",".join(row) for row in ids),
        path=";".join(f"{x:.4g},{y:.4g}" for x, y in way.tolist()),
    )
    data = {"key": f"{stage.record.id} {start.ref} {end.ref}", "steps": ids, "label": words.WALK_STEP, "strip": words.WALK_STRIP}
    board("steer_walk", stage, np.unique(found.items), data)


def on_map(stage: MapStage) -> tuple[tuple[float, float], ...]:
    """The way of the walk that is asked for, for the figure of the map; () where none is."""
    asked = state.in_address(state.MAP_SIDE) == page_words.MAP_STEER and state.in_address(state.STEER) == words.WAYS["walk"]
    if not asked or not cache.can_steer(stage.record.id):
        return ()
    try:
        opened = cache.steering(stage.record.id)
        start, end = (steer_places.place_of(stage, opened, ref) for ref in steer_places.ends(stage))
    except UserError:
        return ()  # the panel says why
    if start.ref == end.ref:
        return ()
    codes = start.code + np.linspace(0, 1, STEPS, dtype=np.float32)[:, None] * (end.code - start.code)
    return tuple((round(float(x), 5), round(float(y), 5)) for x, y in path(stage, codes, start, end))


def path(stage: MapStage, codes: NDArray[np.float32], start: Place, end: Place) -> NDArray[np.float32]:
    """Where the steps lie on the map, float32 [steps, 2]: its ends where these are drawn, straight where the map is flat."""
    if stage.what == USERS and stage.method == "pca" and start.at and end.at:
        return np.linspace(start.at, end.at, len(codes), dtype=np.float32)
    found = np.array(cache.path_on_map(stage.record.id, stage.map, codes))
    for row, place in ((0, start), (-1, end)):
        if place.at is not None:
            found[row] = place.at
    return found
