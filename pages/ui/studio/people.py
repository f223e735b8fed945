"""Whose list is on screen: chosen in the URL, by search, or one of the personas."""

from __future__ import annotations

import streamlit as st

from pages.ui import cache, state
from pages.ui import words_studio as words
from recsys_core.errors import NotFoundError
from recsys_core.jobs.studio import Opened

OPTIONS = 3000


def pick(opened: Opened) -> int:
    """The shopper on screen, an index. Raises NotFoundError."""
    dataset = opened.dataset
    suggestions = cache.suggested_shoppers(dataset.id)
    ids = dataset.user_ids
    typical = str(ids[suggestions[0][1]]) if suggestions else str(ids[0])
    chosen = state.choose(state.SHOPPER, typical) or typical
    options = list(dict.fromkeys([chosen, *(str(ids[user]) for _, user in suggestions), *map(str, ids[:OPTIONS])]))
    left, right = st.columns([1, 2.4], vertical_alignment="bottom")
    with left:
        st.selectbox(
            words.SHOPPER,
            options,
            key=state.show_in_widget(state.SHOPPER, chosen),
            help=words.SHOPPER_HELP,
            accept_new_options=True,
            on_change=state.take_from_widget,
            args=(state.SHOPPER,),
        )
    with right, st.container(horizontal=True, gap="small", key="suggested"):
        for kind, user in suggestions:
            st.button(
                words.KINDS[kind],
                key=f"suggest_{kind}",
                on_click=state.put,
                args=(state.SHOPPER, str(ids[user])),
                type="tertiary",
                icon=":material/person:",
            )
    try:
        return int(dataset.user_index(chosen))
    except NotFoundError:
        raise NotFoundError(words.UNKNOWN_SHOPPER.format(id=chosen), words.UNKNOWN_SHOPPER_HINT) from None
