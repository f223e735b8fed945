"""What is inside the model, for experts: one part at a time, and only that one is computed."""

from __future__ import annotations

import streamlit as st

from pages.ui import state
from pages.ui.guards import guard
from pages.ui.maps import inside_attributes, inside_beside, inside_generated, inside_recall, inside_space, three_d
from pages.ui.maps import words_inside as say
from pages.ui.maps.stage import MapStage

DRAW = {
    "dimensions": inside_space.dimensions,
    "prior": inside_space.prior,
    "recall": inside_recall.draw,
    "attributes": inside_attributes.draw,
    "generated": inside_generated.draw,
    "beside": inside_beside.draw,
    "space": three_d.draw,
}


def draw(stage: MapStage) -> None:
    """The chosen part, which is in the address."""
    now = state.chosen(state.INSIDE)
    chosen = st.pills(
        state.INSIDE,
        list(say.PARTS),
        key=state.show_in_widget(state.INSIDE, now if now in say.PARTS else next(iter(say.PARTS))),
        format_func=lambda part: say.PARTS[part],
        on_change=state.take_from_widget,
        args=(state.INSIDE,),
        label_visibility="collapsed",
        required=True,
    )
    with guard(f"inside_{chosen}"):
        DRAW[chosen or next(iter(say.PARTS))](stage)
