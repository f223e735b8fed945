"""What may be shown at all: a price range, and what is in stock."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import streamlit as st

from pages.ui import cache, formats
from pages.ui.studio import words_controls as words
from pages.ui.studio.knob import fold, knob
from pages.ui.studio.stage import Stage
from recsys_core.errors import UserError
from recsys_core.ranking.scenario import Filters, Scenario


def draw(stage: Stage) -> None:
    """The fold of filters."""
    filters, ground = stage.asked.filters, stage.ground
    count = sum(each not in (None, False) for each in (filters.price_from, filters.price_to, filters.in_stock))
    with fold("filters", f"{words.FILTERS} ({count})" if count else words.FILTERS) as is_open:
        if not is_open:
            return
        priced, stocked = ground.has("price"), "stock" in ground.table
        left, right = st.columns(2, gap="small")
        sign = f" ({formats.currency_sign(stage.dataset.currency)})" if stage.dataset.currency else ""
        for column, label, name in ((left, words.PRICE_FROM, "price_from"), (right, words.PRICE_TO, "price_to")):
            column.number_input(
                f"{label}{sign}",
                0.0,
                disabled=not priced,
                help=words.PRICE_HELP if priced else words.NO_PRICE,
                **knob(name, getattr(filters, name), _filter(name)),
            )
        st.toggle(
            words.IN_STOCK,
            disabled=not stocked and not filters.in_stock,
            help=None if stocked else words.NO_STOCK,
            **knob("in_stock", filters.in_stock, _filter("in_stock")),
        )
        if filters != Filters():
            with suppress(UserError):  # the lists say what is wrong with the scenario
                _left(stage)


def _filter(name: str) -> Any:
    def changed(scenario: Scenario, value: Any) -> Scenario:
        return scenario.with_(filters=replace(scenario.filters, **{name: value}))

    return changed


def _left(stage: Stage) -> None:
    found, k = cache.left(stage.record.id, stage.scenario), stage.scenario.k
    st.caption(words.PASSED.format(products=formats.count(found.products), all=formats.count(stage.ground.n_items)))
    if found.products < k:
        st.markdown(f":orange[:material/warning:] {words.TOO_FEW}")
    elif found.short:
        st.markdown(f":orange[:material/warning:] {words.SHORT.format(shoppers=formats.plural(found.short, 'shopper'), k=k)}")
