"""The neighbours of the one product or shopper that is marked: by the model, and by what is known of them."""

from __future__ import annotations

import streamlit as st

from pages.ui import cache, formats, show
from pages.ui.formats import plain
from pages.ui.maps import words_near as words
from pages.ui.maps.stage import ITEMS, MapStage
from recsys_core.errors import UnsupportedError


def draw(stage: MapStage, row: int) -> None:
    """Under a heading, a list for each way of comparing."""
    st.markdown(f"**{words.TITLE[stage.what]}**", help=words.HELP)
    counted = {}
    for way, title in words.WAYS.items():
        try:
            found = cache.nearest(stage.run.id, stage.what, way, row)
        except UnsupportedError:
            continue  # a catalogue that says nothing: the model's neighbours are all there is
        lines = [
            words.LINE[stage.what].format(
                name=plain(_name(stage, int(other))), shared=formats.count(int(shared)), expected=f"{chance:,.1f}"
            )
            for other, shared, chance in zip(found.rows[0], found.shared[0], found.expected[0], strict=True)
            if other >= 0
        ]
        counted[way] = len(lines)
        if lines:
            st.markdown("\n".join([f":small[:gray[{title}]]", "", *(f"{place}. :small[{line}]" for place, line in enumerate(lines, 1))]))
    show.hook("neighbours", what=stage.what, **counted)


def _name(stage: MapStage, row: int) -> str:
    return stage.catalogue.titles[row] if stage.what == ITEMS else str(stage.dataset.user_ids[row])
