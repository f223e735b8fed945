"""What was said of the shopper on screen, as chips below their lists, each to be taken back."""

from __future__ import annotations

import streamlit as st

from pages.ui import formats
from pages.ui.formats import plain
from pages.ui.studio import actions
from pages.ui.studio import words_taste as words
from pages.ui.studio.stage import Stage


def draw(stage: Stage) -> None:
    """Nothing where nothing was said."""
    if not stage.edits:
        return
    with st.container(horizontal=True, gap="small", key="said", vertical_alignment="center"):
        st.markdown(f":small[{words.SAID}]", width="content")
        for number, (kind, item) in enumerate(stage.edits.events):
            title = stage.catalogue.titles[stage.dataset.item_index(item)]
            label = words.CHIPS[kind].format(product=formats.shorten(title, 32))
            _chip(label, f"said_{number}", actions.take_back, item)
        for number, (label, weight) in enumerate(stage.edits.tags.items()):
            form = words.CHIP_TAG if weight else words.CHIP_TAG_HIDDEN
            _chip(form.format(group=formats.shorten(label, 32), weight=f"{weight:g}"), f"said_tag_{number}", actions.untag, label)
        st.button(words.START_AGAIN, key="said_start_again", icon=":material/restart_alt:", type="tertiary", on_click=actions.start_again)


def _chip(label: str, key: str, undo, what: str) -> None:
    st.button(plain(label), key=key, icon=":material/close:", icon_position="right", help=words.TAKE_BACK, on_click=undo, args=(what,))
