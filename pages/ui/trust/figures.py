"""What came in, what was kept, and what kind of shop it is: four figures and the charts."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui import cache, formats, show
from pages.ui import words_data as say


def figures(dataset: Any) -> None:
    """The first thing seen of a dataset."""
    summary = dataset.summary
    row = st.container(key="figures").grid(4, min_column_width=150)
    row.metric(say.SHOPPERS, formats.count(summary["users"]), border=True)
    row.metric(say.PRODUCTS, formats.count(summary["items"]), border=True)
    row.metric(say.TYPICAL, formats.count(summary["items_per_user"]["median"]), border=True, help=summary["words"]["sparsity"])
    returning = summary["returning_share"]
    row.metric(say.RETURNING, formats.percent(returning), border=True, help=summary["words"].get("returning", say.NO_ORDERS))
    st.markdown(trains_words(summary))
    charts = cache.trust_figures(dataset.id)
    pairs = [(("rows", ""), ("activity", say.NO_TIMES)), (("tail", say.NO_TAIL), ("prices", say.NO_PRICES))]
    if charts["rhythm"] is not None or charts["funnel"] is not None:
        pairs.append((("rhythm", say.NO_HOURS), ("shoppers" if charts["funnel"] is None else "funnel", say.NO_TAIL)))
    for pair in pairs:
        for column, (name, absent) in zip(st.columns(2), pair, strict=True):
            with column:
                if charts[name] is not None:
                    show.chart(charts[name], key=name, stretch=True)
                else:
                    _absent(absent)
    show.hook(
        "trust",
        dataset=dataset.id,
        rows_read=summary["rows_read"],
        rows_kept=summary["rows"],
        users=summary["users"],
        items=summary["items"],
        trains_rows=summary["trains"]["rows"],
        trains_users=summary["trains"]["users"],
        trains_items=summary["trains"]["items"],
    )


def trains_words(summary: Any) -> str:
    """What trains beside what exists, in a sentence."""
    trains = summary["trains"]
    all_users, all_items = formats.count(summary["users"]), formats.count(summary["items"])
    if (trains["users"], trains["items"]) == (summary["users"], summary["items"]):
        return f":gray[{say.TRAINS_ALL.format(all_users=all_users, all_items=all_items)}]"
    users, items = formats.count(trains["users"]), formats.count(trains["items"])
    return f"{say.TRAINS.format(users=users, items=items, all_users=all_users, all_items=all_items)} :gray[{say.TRAINS_REST}]"


def _absent(sentence: str) -> None:
    with st.container(border=True, height="stretch", vertical_alignment="center", horizontal_alignment="center"):
        st.markdown(f":gray[{sentence}]")
