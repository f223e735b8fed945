"""Whose list is on screen: chosen in the URL, by search, or one of the personas; and who that is in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pages.ui import cache, picker, state
from pages.ui import words_studio as words
from pages.ui.formats import plain
from pages.ui.studio import draft
from pages.ui.studio import words_shelf as say
from pages.ui.studio.stage import Stage, fitted
from recsys_core.errors import NotFoundError, UserError
from recsys_core.profiles.shopper import describe_shopper

if TYPE_CHECKING:
    from recsys_core.jobs.studio import Opened
    from recsys_core.ranking.population import Population

OPTIONS = 200  # more of them cost every move of a slider some 60 ms in the browser; any other id can be typed


def pick(opened: Opened) -> int:
    """The shopper on screen, an index. Raises NotFoundError."""
    dataset = opened.dataset
    suggestions = cache.suggested_shoppers(dataset.id)
    ids = dataset.user_ids
    typical = str(ids[suggestions[0][1]]) if suggestions else str(ids[0])
    chosen = state.choose(state.SHOPPER, typical) or typical
    personas = {kind: str(ids[user]) for kind, user in suggestions}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="suggested"):
        st.selectbox(
            words.SHOPPER,
            list(dict.fromkeys([chosen, *personas.values(), *map(str, ids[:OPTIONS])])),
            key=state.show_in_widget(state.SHOPPER, chosen),
            help=words.SHOPPER_HELP,
            label_visibility="collapsed",
            accept_new_options=True,
            on_change=state.take_from_widget,
            args=(state.SHOPPER,),
            width=124,
        )
        for kind, shopper in personas.items():
            _button(kind, say.KINDS[kind], say.KINDS_HELP[kind], shopper == chosen, state.put, state.SHOPPER, shopper)
        _button("changed", say.MOST_CHANGED, say.MOST_CHANGED_HELP, False, choose_most_changed, opened)
    try:
        return int(dataset.user_index(chosen))
    except NotFoundError:
        raise NotFoundError(words.UNKNOWN_SHOPPER.format(id=chosen), words.UNKNOWN_SHOPPER_HINT) from None


def who(stage: Stage) -> None:
    """One line on the shopper, and where their list comes from; a way to another run where this one cannot compare products."""
    line = describe_shopper(stage.dataset, cache.item_groups(stage.dataset.id), stage.user)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="shopper_line"):
        st.markdown(f":small[**{plain(line.text.removeprefix(f'{line.user_id} · '))}**]", width="content")
        if bool(stage.ground.fallback[stage.user]) and not stage.edits:
            st.badge(say.NO_LIST, icon=":material/info:", color="orange", help=words.FALLBACK)
        picker.shipped_badge(stage.record)
    if not cache.has_vectors(stage.record.id, "items"):
        picker.offer_switch(cache.workspace().registry.runs(stage.dataset.id), stage.record, "items")


def choose_most_changed(opened: Opened) -> None:
    """Callback: show the shopper whose list the scenario on screen changes most. Everybody's lists are made for it."""
    try:
        scenario, _ = fitted(draft.shown(), opened.studio.ground)
        found = cache.answer(opened.run.id, scenario).population
    except UserError as error:
        state.set_(state.STUDIO_PROBLEM, error)
        return
    state.put(state.SHOPPER, str(opened.dataset.user_ids[most_changed(found)]))


def most_changed(population: Population) -> int:
    """Whose list loses the most of its products, of several the one whose order changes most, then the first."""
    churn, overlap = (population.by_user[name][1] for name in ("churn", "overlap"))
    return int(np.lexsort((np.arange(len(churn)), overlap, -churn))[0])


def _button(key: str, label: str, help_: str, on: bool, *callback: object) -> None:
    st.button(f"**{label}**" if on else label, key=f"suggest_{key}", on_click=callback[0], args=callback[1:], type="tertiary", help=help_)
