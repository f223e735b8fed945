"""Two shoppers as readable histories: side by side by name, or hidden in the blind test."""

from __future__ import annotations

import streamlit as st

from pages.ui import cache, show, state
from pages.ui import words_synthetic as say
from pages.ui.synthetic import blind, person
from pages.ui.synthetic.histories import People
from pages.ui.synthetic.stage import Stage


def draw(stage: Stage) -> None:
    """A real and a synthetic shopper of similar length, and the switch between reading and guessing."""
    with st.container(border=True, key="people"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{say.PEOPLE}**", width="content")
            st.space("stretch")
            mode = st.segmented_control(
                say.MODE_LABEL,
                list(say.MODES),
                default="read",
                required=True,
                key=state.SYNTHETIC_MODE,
                format_func=say.MODES.__getitem__,
                label_visibility="collapsed",
            )
        people = cache.people(stage.need.record.id)
        if not people.real.rows.any() or not people.made.rows.any():
            st.markdown(f":gray[{say.NOBODY}]")
        elif mode == "blind":
            blind.draw(stage, people)
        else:
            _read(stage, people)


def _read(stage: Stage, people: People) -> None:
    turn = int(state.get(state.SYNTHETIC_TURN, 0))
    real, made = people.pair(stage.need.record.seed, turn)
    left, right = st.columns(2, gap="medium")
    with left:
        person.card(stage, people.real.history(real), say.REAL_ONE.format(id=stage.dataset.user_ids[real]), "real")
    with right:
        person.card(stage, people.made.history(made), say.SYNTHETIC_ONE.format(n=made + 1), "synthetic")
    st.button(say.ANOTHER, icon=":material/shuffle:", key="another_pair", on_click=state.set_, args=(state.SYNTHETIC_TURN, turn + 1))
    show.hook("pair", real=stage.dataset.user_ids[real], synthetic=made + 1, turn=turn)
