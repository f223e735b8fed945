"""The map itself, and what is marked on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.ui import cache, formats, show, state, words
from pages.ui.charts.maps.points import View
from pages.ui.formats import plain
from pages.ui.maps import closeup, controls, find, marking, steer_walk, trust
from pages.ui.maps import words_map as say
from pages.ui.maps.colours import Ground
from pages.ui.maps.controls import Wish
from pages.ui.maps.drawing import Drawn, name_of
from pages.ui.maps.stage import MapStage, Picked

SHARP = 6_000  # dots up to which they are drawn at twice the resolution of the screen
CONFIG = {
    "displaylogo": False,
    "displayModeBar": True,
    "scrollZoom": True,
    "modeBarButtons": [["pan2d", "select2d", "lasso2d", "resetScale2d"]],
}


def draw(stage: MapStage, wish: Wish, ground: Ground) -> Picked:
    """The figure, under a sentence on how far to trust it; returns what is marked."""
    marks = marking.marks_of(stage)
    with st.container(key="map"):
        above = st.container(key="map_trust")  # filled last: the map need not wait for it
        tools = st.container(horizontal=True, vertical_alignment="center", gap="small", key="map_tools")
        with tools:
            drag = controls.pointer(steering=state.in_address(state.MAP_SIDE) == words.MAP_STEER)
            buttons = st.container(horizontal=True, gap="small", width="content", key="map_buttons")
            row = find.found(stage, ground)
        look = (drag, closeup.box_of(stage), row, steer_walk.on_map(stage), state.get(state.MAP_TURN, 0))
        seed = marks.seed((marks.key, wish, look))
        view = View(
            drag,
            look[1],
            outline=seed.outline if seed else (),
            place=(marking.picked(stage, seed).place if seed else None),
            members=marking.members(stage, seed),
            ring=None if row is None else (*map(float, stage.places_of(stage.rows[stage.rows == row])[0]), name_of(ground, row)),
            path=look[3],
        )
        drawn = cache.map_figure(ground, stage.map, wish.colour, wish.of, wish.size, view)
        event = st.plotly_chart(
            drawn.figure,
            key=f"{state.MAP_CHART}_{marks.key}_{wish.colour}" + (f"_{look[-1]}" if look[-1] else ""),
            on_select="rerun",
            selection_mode=("box", "lasso", "points"),
            config={**CONFIG, "plotGlPixelRatio": 2 if drawn.shown <= SHARP else 1},
            alt=str(drawn.figure.layout.meta["alt"]),
        )
        marks.hear(event)
        with buttons:
            _buttons(stage, marks, view)
        _notes(stage, drawn, view)
        show.hook("map", method=stage.method, what=stage.what, colour=wish.colour, points=drawn.shown, touched=drawn.touched, drag=drag)
        with above:
            trust.draw(stage)
    return marking.picked(stage, marks.now)


def _buttons(stage: MapStage, marks: marking.Marks, view: View) -> None:
    """What can be done with a mark, and the way back; always there, so that nothing jumps."""
    now = marks.now
    put = (state.MAP_BOX, closeup.to_text(stage, closeup.around(now.outline)) if now and now.outline else None)
    _button(say.CLOSER, say.CLOSER_HELP, "zoom_in", now is not None and bool(now.outline), state.put, put)
    _button(say.WHOLE, say.WHOLE_HELP, "zoom_out_map", view.box is not None, state.put, (state.MAP_BOX, None))
    _button(say.CLEAR, say.CLEAR_HELP, "close", now is not None, marking.clear, (marks.key,))


def _button(label: str, help: str, icon: str, able: bool, call: Callable[..., None], args: tuple[Any, ...]) -> None:
    st.button(label, icon=f":material/{icon}:", type="tertiary", help=help, disabled=not able, on_click=call, args=args)


def _notes(stage: MapStage, drawn: Drawn, view: View) -> None:
    """What is not drawn, in a line under the map."""
    n = formats.count(len(stage.rows))
    notes = [say.DENSITY] if drawn.dense else []
    if view.box is not None and drawn.shown < len(stage.rows):
        notes.append(say.CLOSE_UP.format(n=formats.count(drawn.shown), all=n))
    if drawn.touched < drawn.shown:
        notes.append(say.THINNED.format(n=formats.count(drawn.touched), all=n))
    if notes:
        st.caption(plain(" ".join(notes)))
