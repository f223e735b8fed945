"""What is said of a new product: title, category, price; further columns of the catalogue in a fold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from pages.ui import cache, formats, state
from pages.ui import words_arrivals as say
from pages.ui.arrivals import draft
from pages.ui.formats import plain

if TYPE_CHECKING:
    from recsys_core.synthesis.cold.store import ColdModel

LONGEST = 300
OFFERED = 200  # values of an attribute that are offered; others are typed
EXAMPLE = 0.05  # how far down the best sellers the example is taken from


def draw(model: ColdModel) -> None:
    """The fields; what they hold is read by `draft.current`."""
    dataset = cache.dataset(model.dataset_id)
    draft.settle(model.categories, model.columns)
    with st.container(border=True, key="arrival_form"):
        st.markdown(f"**{say.FORM_TITLE}**")
        if told := state.get(state.ARRIVAL_TOLD):
            st.markdown(f":gray[:small[{plain(told)}]]")
        st.text_input(say.TITLE, placeholder=say.TITLE_HINT, max_chars=LONGEST, key=state.ARRIVAL_TITLE, persist_state="session")
        if model.categories:
            options = ["", *model.categories]
            st.selectbox(say.CATEGORY, options, format_func=_said, key=state.ARRIVAL_CATEGORY, persist_state="session")
        else:
            st.caption(say.NO_CATEGORIES)
        if bool((cache.catalogue(dataset.id).prices > 0).any()):
            label = say.PRICE_IN.format(currency=formats.currency_sign(dataset.currency)) if dataset.currency else say.PRICE
            st.number_input(label, min_value=0.01, value=None, step=0.5, format="%.2f", key=state.ARRIVAL_PRICE, persist_state="session")
        if model.columns:
            with st.expander(say.MORE, icon=":material/list:", key="arrival_fold"):
                st.caption(say.MORE_HELP)
                for column in model.columns:
                    _attribute(dataset, column)
        st.caption(say.MORE_NOTE)
        if draft.current(model.columns) is None:
            st.button(
                say.EXAMPLE, icon=":material/lightbulb:", key="arrival_example", on_click=_example, args=(dataset.id,), width="stretch"
            )
        else:
            st.button(say.START_OVER, icon=":material/restart_alt:", key="arrival_clear", on_click=draft.clear, type="tertiary")


def _said(text: str) -> str:
    return text or say.NOT_SAID


def _attribute(dataset: Any, column: str) -> None:
    label, key = column.replace("_", " ").capitalize(), draft.attribute_key(column)
    values = cache.values_of(dataset.id, column)
    if 0 < len(values) <= OFFERED:
        now = str(state.get(key) or "")
        st.selectbox(
            label, ["", *values, *([now] if now and now not in values else [])], format_func=_said, key=key, persist_state="session"
        )
    else:
        st.text_input(label, max_chars=LONGEST, key=key, persist_state="session")


def _example(dataset_id: str) -> None:
    """Callback: the words, kind and price of a product that sells well."""
    dataset, catalogue = cache.dataset(dataset_id), cache.catalogue(dataset_id)
    titled = np.flatnonzero([str(title) != str(id_) for title, id_ in zip(catalogue.titles, catalogue.ids, strict=True)])
    among = titled if len(titled) else np.arange(len(catalogue.ids))
    ranked = among[np.argsort(-catalogue.buyers[among], kind="stable")]
    item = int(ranked[int(EXAMPLE * len(ranked))])
    category = str(dataset.items["category"].iat[item]) if "category" in dataset.items else ""
    price = float(catalogue.prices[item])
    title = catalogue.titles[item] if len(titled) else ""
    draft.put(title, category, price if price > 0 else None, told=say.EXAMPLE_TOLD.format(title=title))
