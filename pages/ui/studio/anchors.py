"""Which place the studio shows besides a shopper's own list: its kind and what it hangs on, chosen by title, held in the URL."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, unquote

import numpy as np
import streamlit as st

from pages.ui import formats, state
from pages.ui.cache import Catalogue
from pages.ui.studio import words_placements as words
from pages.ui.studio.stage import Stage
from recsys_core.errors import NotFoundError
from recsys_core.jobs.placing import CATEGORY, KINDS, Place
from recsys_core.jobs.studio import BASKET, PRODUCT
from recsys_core.ranking.anchors import categories

OPTIONS = 500  # products and categories that are offered before anything is typed
MOST_IN_BASKET = 20
SHOPPER = "shopper"  # whose visit it is, where it is not anybody's


def pick(stage: Stage) -> Place | None:
    """The widgets, and the place they say. None where the dataset has no such places. Raises NotFoundError for an id that is not there."""
    kind = state.chosen(state.PLACEMENT)
    kind = kind if kind in KINDS else PRODUCT
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="place_controls"):
        st.segmented_control(
            words.WHERE,
            list(KINDS),
            key=state.show_in_widget(state.PLACEMENT, kind),
            format_func=words.PLACES.__getitem__,
            required=True,
            on_change=state.take_from_widget,
            args=(state.PLACEMENT,),
            width="content",
        )
        chosen = _category(stage) if kind == CATEGORY else _products(stage, kind)
        mine = _visitor(stage)
    if not chosen:
        return None
    user = stage.user if mine else None
    return Place(CATEGORY, category=chosen, user=user) if isinstance(chosen, str) else Place(kind, chosen, user=user)


def told(stage: Stage, where: Place) -> str:
    """What a place hangs on, in a word: ids of products, or the category."""
    return where.category or ",".join(str(stage.catalogue.ids[item]) for item in where.items)


def find_product(text: str, catalogue: Catalogue) -> int | None:
    """The product with this id, else the most bought one whose title has all these words, whatever their case."""
    exact = np.flatnonzero(catalogue.ids == text)
    if len(exact):
        return int(exact[0])
    words_ = text.casefold().split()
    titles = [title.casefold() for title in catalogue.titles]
    found = [item for item, title in enumerate(titles) if words_ and all(word in title for word in words_)]
    return max(found, key=lambda item: (catalogue.buyers[item], -item)) if found else None


def _products(stage: Stage, kind: str) -> tuple[int, ...]:
    ids = stage.catalogue.ids
    asked = [unquote(part) for part in (state.chosen(state.ANCHOR) or "").split(",") if part]
    items = [int(stage.dataset.item_index(id_)) for id_ in asked] or [int(stage.ground.best_sellers[0])]
    chosen = [str(ids[item]) for item in items]
    offered = list(dict.fromkeys([*chosen, *map(str, ids[stage.ground.best_sellers[:OPTIONS]])]))
    names = _names(offered, stage)
    about = {"options": offered, "format_func": lambda id_: names.get(id_, id_), "accept_new_options": True, "help": words.SEARCH_HELP}
    if kind == BASKET:
        key = state.show_in_widget(state.ANCHOR, chosen)
        st.multiselect(words.BASKET, key=key, max_selections=MOST_IN_BASKET, on_change=_take_products, args=(stage.catalogue,), **about)
        return tuple(items)
    key = state.show_in_widget(state.ANCHOR, chosen[0])
    st.selectbox(words.PRODUCT, key=key, on_change=_take_products, args=(stage.catalogue,), **about)
    return tuple(items[:1])


def _names(ids: Iterable[str], stage: Stage) -> dict[str, str]:
    """Titles, with the id where several of these share one."""
    titles = {id_: stage.catalogue.titles[stage.dataset.item_index(id_)] for id_ in ids}
    many = list(titles.values())
    return {id_: f"{title} · {id_}" if many.count(title) > 1 else title for id_, title in titles.items()}


def _take_products(catalogue: Catalogue) -> None:
    """Callback: adopt the products chosen; what was typed is looked for among all of them."""
    given = state.get(state.widget_key(state.ANCHOR))
    texts = [given] if isinstance(given, str) else list(given or ())
    found = {text: find_product(text, catalogue) for text in texts}
    lost = next((text for text, item in found.items() if item is None), None)
    if lost is not None:
        state.set_(state.PLACE_PROBLEM, NotFoundError(words.NOTHING_CALLED.format(text=lost), words.NOTHING_CALLED_HINT))
    kept = [quote(str(catalogue.ids[item]), safe="") for item in found.values() if item is not None]
    if kept or not texts:
        state.put(state.ANCHOR, ",".join(dict.fromkeys(kept)) or None)


def _category(stage: Stage) -> str:
    found = categories(stage.ground)
    if found is None:
        return ""
    values = found[1]
    bought = np.asarray(values.matrix.T @ stage.ground.buyers).ravel()
    by_sales = [values.values[place] for place in np.argsort(-bought, kind="stable")]
    chosen = state.chosen(state.ANCHOR_CATEGORY) or by_sales[0]
    st.selectbox(
        words.CATEGORY,
        list(dict.fromkeys([chosen, *by_sales[:OPTIONS]])),
        key=state.show_in_widget(state.ANCHOR_CATEGORY, chosen),
        accept_new_options=len(by_sales) > OPTIONS,
        help=words.CATEGORY_HELP,
        on_change=state.take_from_widget,
        args=(state.ANCHOR_CATEGORY,),
    )
    return str(chosen)


def _visitor(stage: Stage) -> bool:
    mine = state.chosen(state.VISITOR) == SHOPPER
    label = words.VISITOR.format(shopper=formats.plain(stage.shopper_id))
    st.toggle(label, key=state.show_in_widget(state.VISITOR, mine), help=words.VISITOR_HELP, on_change=_take_visitor)
    return mine


def _take_visitor() -> None:
    state.put(state.VISITOR, SHOPPER if state.get(state.widget_key(state.VISITOR)) else None)
