"""Studio: what would my shoppers see?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.ui import cache, cards, formats, lists, nav, picker, show, state, words
from pages.ui.formats import plain
from pages.ui.guards import guard
from recsys_core.errors import NotFoundError
from recsys_core.profiles.groups import load_groups
from recsys_core.profiles.shopper import describe_shopper
from recsys_core.storage.records import RunRecord

LENGTHS = (10, 20)
DEFAULT_VARIETY = 20
OPTIONS = 3000


def pick_shopper(dataset: Any, suggestions: Sequence[tuple[str, int]]) -> int:
    """The shopper chosen in the URL, by search or among the suggested ones; an index. Raises NotFoundError."""
    ids = dataset.user_ids
    typical = str(ids[suggestions[0][1]]) if suggestions else str(ids[0])
    chosen = state.choose(state.SHOPPER, typical) or typical
    offered = [str(ids[user]) for _, user in suggestions]
    options = list(dict.fromkeys([chosen, *offered, *map(str, ids[:OPTIONS])]))
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


def who(dataset: Any, record: RunRecord, user: int) -> None:
    """One line on who the shopper is, and where their list comes from."""
    line = describe_shopper(dataset, load_groups(dataset), user)
    with st.container(horizontal=True, vertical_alignment="center", key="shopper_line"):
        st.markdown(f"**{plain(line.text)}**", width="content")
        if bool(cache.run(record.id).fallback[user]):
            st.badge(words.FALLBACK, icon=":material/info:", color="orange")
        picker.shipped_badge(record)


@st.fragment
def lists_of(dataset_id: str, run_id: str, user: int) -> None:
    """The slider, what it costs, and both lists: the only part that a move of the slider redraws."""
    with guard("lists"):
        run, dataset, catalogue = cache.run(run_id), cache.dataset(dataset_id), cache.catalogue(dataset_id)
        vectors = cache.unit_vectors(run_id)
        with st.container(border=True, key="controls"):
            control, length, costs = st.columns([2.1, 0.9, 3.7], vertical_alignment="center")
        figures = costs.grid(3, min_column_width=136, gap="small")
        with length:
            k = st.segmented_control(
                words.PRODUCTS_SHOWN, LENGTHS, default=LENGTHS[0], required=True, key=state.LENGTH, bind="query-params"
            )
        variety, k = 0, k if k in LENGTHS else LENGTHS[0]
        with control:
            if vectors is None:
                st.markdown(f"{plain(words.NO_SLIDER.format(model=run.spec.title))} :gray[{words.NO_SLIDER_HINT}]")
            else:
                url = {"key": state.VARIETY, "bind": "query-params"}
                variety = st.slider(words.VARIETY, 0, 100, DEFAULT_VARIETY, format="%d %%", help=words.VARIETY_HELP, **url)
        scale = cache.variety_scale(run_id, k)
        found = lists.change_list(run, dataset, user, k=k, variety=variety, scale=scale, vectors=vectors)
        if vectors is not None:
            figures.metric(words.KEPT, formats.percent(found.kept), help=words.KEPT_HELP)
            spread = f"{formats.decimal(found.distance_before, 2)} → {formats.decimal(found.distance_after, 2)}"
            figures.metric(words.VARIETY_OF_LIST, spread, help=words.VARIETY_OF_LIST_HELP)
            figures.metric(words.CHANGED, f"{found.changed} of {len(found.after)}")
        before, after = lists.both_decks(run, dataset, catalogue, user, found)
        hook = show.hook_html(
            "studio",
            shopper=dataset.user_ids[user],
            run=run_id,
            variety=variety,
            kept=round(found.kept, 6),
            ild=round(found.distance_after or 0, 6),
            changed=found.changed,
        )
        cards.compare(before, after if vectors is not None else None, words.AFTER_NOTE.format(variety=variety), hook)


nav.start_page("studio")
with guard():
    chosen = picker.selection()
    record = chosen.need_run()
    dataset = cache.dataset(record.dataset_id)
    user = pick_shopper(dataset, cache.suggested_shoppers(dataset.id))
    who(dataset, record, user)
    if not cache.has_vectors(record.id, "items"):
        picker.offer_switch(chosen.runs, record, "items")
    lists_of(dataset.id, record.id, user)
