"""Who the filter leaves out: the reasons with their numbers, and one of the shoppers as a history, a near copy beside whom it copies."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from pages.ui import cache, formats, show, state
from pages.ui import words_synthetic as say
from pages.ui.formats import plain
from pages.ui.synthetic import person
from pages.ui.synthetic.stage import Stage

ICONS = {"invalid": "block", "too close": "content_copy", "too far": "explore_off", "less real": "filter_alt"}


def reasons(found: Any, keep: float) -> None:
    """Every reason with how many it leaves out."""
    st.markdown(f"**{say.DROPPED}**")
    out = found.dropped(keep)
    if not out:
        st.markdown(f":gray[{say.NOBODY_DROPPED}]")
    for each in out:
        icon = ICONS.get(each.reason.group, "remove")
        told = say.DROPPED_ONE.format(n=formats.count(each.shoppers), words=plain(each.reason.words))
        st.markdown(f":small[:gray[:material/{icon}:] {told}]")


def example(stage: Stage, found: Any, keep: float) -> None:
    """One who is left out, by reason; another one at a click."""
    out = {each.reason.id: each for each in found.dropped(keep)}
    if not out:
        return
    with st.container(border=True, key="dropped_example"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            ids = list(out)
            chosen = st.selectbox(
                say.EXAMPLE,
                ids,
                index=next((n for n, id_ in enumerate(ids) if out[id_].reason.group == "too close"), 0),
                format_func=lambda id_: formats.shorten(out[id_].reason.words, 80) if id_ in out else id_,
                key=state.SYNTHETIC_REASON,
            )
            turn = int(state.get(state.SYNTHETIC_EXAMPLE, 0))
            st.button(
                say.EXAMPLE_NEXT,
                icon=":material/shuffle:",
                key="another_example",
                on_click=state.set_,
                args=(state.SYNTHETIC_EXAMPLE, turn + 1),
            )
        each = out.get(chosen) or out[ids[0]]
        shopper = each.examples[turn % len(each.examples)]
        _pair(stage, found, shopper)
        show.hook("dropped", reason=each.reason.id, group=each.reason.group, shopper=shopper + 1, shoppers=each.shoppers)


def _pair(stage: Stage, found: Any, shopper: int) -> None:
    people = cache.people(stage.need.record.id)
    nearest, likeness = int(found.marks.nearest_user[shopper]), float(found.marks.nearest[shopper])
    left, right = st.columns(2, gap="medium")
    with left:
        person.card(stage, people.made.history(shopper), say.EXAMPLE_TITLE.format(n=shopper + 1), "dropped")
        sure = formats.percent(float(np.clip(found.marks.realism[shopper], 0, 1)), 0)
        st.markdown(f":gray[:small[{plain(say.EXAMPLE_REAL.format(share=sure))}]]")
    with right:
        if nearest < 0:
            st.markdown(f":gray[{say.EXAMPLE_ALONE}]")
        else:
            title = say.EXAMPLE_NEAREST.format(id=stage.dataset.user_ids[nearest], share=formats.percent(likeness, 0))
            person.card(stage, people.real.history(nearest), title, "nearest")
