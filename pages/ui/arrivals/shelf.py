"""Product cards in one list, drawn as text and nothing else."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.ui import lists
from pages.ui.cache import Catalogue
from pages.ui.cards import Card


def shelf(items: Sequence[int], dataset: Any, catalogue: Catalogue, *, label: str, chips: Sequence[str] = ()) -> None:
    """Real products by their numbers, in order. chips: a word on each, or nothing. label: what the list is, for those who do not see it."""
    found = lists.cards(items, dataset, catalogue)
    told = [*chips, *[""] * (len(items) - len(chips))]
    ids = [str(catalogue.ids[item]) for item in items]
    rows = [_card(place, found[id_], id_, chip) for place, (id_, chip) in enumerate(zip(ids, told, strict=True), 1)]
    st.html(
        f'<div class="aisle-compare aisle-shelf"><section class="aisle-side" aria-label="{html.escape(label)}">'
        f'<ol class="aisle-cards">{"".join(rows)}</ol></section></div>'
    )


def _card(place: int, card: Card, item: str, chip: str) -> str:
    title, group = html.escape(card.title), html.escape(card.group)
    picture = f'<img alt="" src="{html.escape(card.picture)}">' if card.picture else html.escape(card.glyph)
    meta = f'<span class="aisle-price">{html.escape(card.price)}</span>' if card.price else ""
    meta += f'<span class="aisle-chip {card.tint}" title="{group}">{group}</span>' if group else ""
    meta += f'<span class="aisle-chip why">{html.escape(chip)}</span>' if chip else ""
    words = f'<span class="aisle-title" title="{title}">{title}</span><span class="aisle-meta">{meta}</span>'
    return (
        f'<li class="aisle-card" data-item="{html.escape(item)}"><span class="aisle-rank">{place}</span>'
        f'<span class="aisle-picture {card.tint}" aria-hidden="true">{picture}</span><span class="aisle-words">{words}</span></li>'
    )
