"""A new shopper: the list they would be shown, from a few clicks, a segment, or what they said of themselves."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import numpy as np
import streamlit as st

from pages.ui import cache, show, state
from pages.ui import words_arrivals as say
from pages.ui.arrivals import shelf
from pages.ui.formats import plain
from pages.ui.guards import show_problem
from pages.ui.studio.anchors import find_product
from recsys_core.errors import NotFoundError
from recsys_core.storage.records import RunRecord
from recsys_core.synthesis.cold.shoppers import shopper_columns

if TYPE_CHECKING:
    from recsys_core.data.dataset import Dataset

CLICKED, SEGMENT, ATTRIBUTES = say.WAYS
OFFERED, MOST_VALUES, ATTRIBUTES_SHOWN = 300, 60, 8


def draw(record: RunRecord) -> None:
    """What is known on the left, the list on the right."""
    dataset = cache.dataset(record.dataset_id)
    left, right = st.columns([1, 2], gap="medium")
    with left, st.container(border=True, key="visitor_form"):
        st.markdown(f"**{say.WAY}**")
        way = st.segmented_control(
            say.WAY,
            list(say.WAYS),
            default=CLICKED,
            required=True,
            format_func=say.WAYS_WORDS.__getitem__,
            key=state.VISITOR_WAY,
            persist_state="session",
            label_visibility="collapsed",
        )
        known = _attributes(dataset) if way == ATTRIBUTES else _segment(dataset) if way == SEGMENT else _clicked(dataset)
    with right:
        _list(record, dataset, known)


def _segment(dataset: Dataset) -> dict[str, Any]:
    labels = cache.segments(dataset.id).labels
    if not labels:
        st.markdown(f":gray[{say.NO_WAY.format(what=say.NO_SEGMENTS_WAY)}]")
        return {}
    picked = st.selectbox(say.SEGMENT, labels, key=state.VISITOR_SEGMENT, persist_state="session")
    return {"segment": labels.index(picked)}


def _clicked(dataset: Dataset) -> dict[str, Any]:
    catalogue = cache.catalogue(dataset.id)
    ids = [unquote(part) for part in (state.chosen(state.CLICKED) or "").split(",") if part]
    items = [int(dataset.item_index(id_)) for id_ in ids]
    best = np.argsort(-catalogue.buyers, kind="stable")[:OFFERED]
    names = {str(catalogue.ids[item]): catalogue.titles[item] for item in [*items, *best.tolist()]}
    st.multiselect(
        say.CLICKED,
        list(names),
        format_func=lambda id_: names.get(id_, id_),
        accept_new_options=True,
        max_selections=say.CLICKED_MOST,
        help=say.CLICKED_HELP,
        key=state.show_in_widget(state.CLICKED, [str(catalogue.ids[item]) for item in items]),
        on_change=_take_clicked,
        args=(dataset.id,),
    )
    if found := state.get(state.CLICKED_PROBLEM):
        state.clear(state.CLICKED_PROBLEM)
        show_problem(found, "clicked")
    return {"clicked": items} if items else {}


def _take_clicked(dataset_id: str) -> None:
    """Callback: adopt the products chosen; what was typed is looked for among all of them."""
    catalogue = cache.catalogue(dataset_id)
    texts = list(state.get(state.widget_key(state.CLICKED)) or ())
    found = {text: find_product(text, catalogue) for text in texts}
    lost = next((text for text, item in found.items() if item is None), None)
    if lost is not None:
        state.set_(state.CLICKED_PROBLEM, NotFoundError(say.NOTHING_CALLED.format(text=lost), say.NOTHING_CALLED_HINT))
    kept = [quote(str(catalogue.ids[item]), safe="") for item in found.values() if item is not None]
    state.put(state.CLICKED, ",".join(dict.fromkeys(kept)) or None)


def _attributes(dataset: Dataset) -> dict[str, Any]:
    offered = {name: values for name, values in shopper_columns(dataset).items() if len(values) <= MOST_VALUES and len(values) != 1}
    if not offered:
        st.markdown(f":gray[{say.NO_WAY.format(what=say.NO_ATTRIBUTES_WAY)}]")
    said = {}
    for name, values in islice(offered.items(), ATTRIBUTES_SHOWN):
        if value := _attribute(name, values):
            said[name] = value
    return {"attributes": said} if said else {}


def _attribute(name: str, values: list[str]) -> str:
    label, key = name.replace("_", " ").capitalize(), f"{state.VISITOR_ATTRIBUTE}_{name}"
    if values:
        return st.selectbox(label, ["", *values], format_func=lambda text: text or say.NOT_KNOWN, key=key, persist_state="session") or ""
    number = st.number_input(label, value=None, placeholder=say.NOT_KNOWN, key=key, persist_state="session")
    return "" if number is None else f"{number:g}"


def _list(record: RunRecord, dataset: Dataset, known: dict[str, Any]) -> None:
    if not known:
        with st.container(border=True, horizontal_alignment="center", key="visitor_ask"):
            st.space("large")
            st.markdown(f"**{say.SHOPPER_ASK}**", text_alignment="center")
            st.markdown(f":gray[{say.SHOPPER_ABOUT}]", text_alignment="center", width=520)
            st.space("large")
        return
    found = cache.visitor(record.id, known)
    items = [int(item) for item in found.items if item >= 0]
    show.hook("visitor", way=next(iter(known)), items=",".join(str(dataset.item_ids[item]) for item in items), like=found.like)
    st.markdown(f"**{say.SHOPPER_LIST}**  \n:gray[{plain(found.basis)}]")
    if items:
        shelf.shelf(items, dataset, cache.catalogue(dataset.id), label=say.SHOPPER_LIST)
    else:
        st.markdown(f":gray[{say.SHOPPER_EMPTY}]")
