"""What is in a dataset: kinds of event with their weights, and what is known of products and shoppers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.ui import cache, formats
from pages.ui import words_data as say
from pages.ui.formats import plain


def inside(dataset: Any) -> None:
    """The shop in sentences, kinds, coverage of attributes, notes."""
    st.markdown(f"**{say.SENTENCES}**")
    for sentence in dataset.summary["words"].values():
        st.markdown(f"- {plain(sentence)}")
    _kinds(dataset)
    left, right = st.columns(2)
    with left:
        _coverage(dataset.id, "products", say.COVERAGE_ITEMS, say.NO_ATTRIBUTES_ITEMS)
    with right:
        _coverage(dataset.id, "shoppers", say.COVERAGE_USERS, say.NO_ATTRIBUTES_USERS)
    notes = dataset.summary.get("notes") or []
    if notes:
        st.markdown(f"**{say.NOTES}**")
        for note in notes:
            st.markdown(f"- {plain(note['text'])}")


def _kinds(dataset: Any) -> None:
    st.markdown(f"**{say.KINDS_TITLE}**")
    kinds = dataset.summary["kinds"]
    if not kinds:
        st.markdown(f":gray[{say.KINDS_COUNT_ALL}]")
        return
    weights, positives = dataset.manifest.get("weights") or {}, dataset.manifest.get("positive")
    st.dataframe(
        [
            {
                say.KIND_KIND: say.KIND_TITLES.get(kind, kind),
                say.EVENTS: rows,
                say.KIND_WEIGHT: weights.get(kind),
                say.KIND_COUNTS: positives is None or kind in positives,
            }
            for kind, rows in kinds.items()
        ],
        hide_index=True,
        column_config={say.EVENTS: st.column_config.NumberColumn(format="localized")},
        alt=say.KINDS_TITLE,
    )


def _coverage(dataset_id: str, of: str, title: str, nothing: str) -> None:
    st.markdown(f"**{title}**")
    found = [one for one in cache.coverage(dataset_id) if one.of == of]
    if not found:
        st.markdown(f":gray[{nothing}]")
        return
    st.dataframe(
        [
            {
                say.ATTRIBUTE: one.name.replace("_", " "),
                say.COVERED: formats.percent(one.share, 0),
                say.DISTINCT: formats.count(one.distinct),
                say.EXAMPLES: typical(one.kind, one.examples),
            }
            for one in found
        ],
        hide_index=True,
        alt=title,
    )


def typical(kind: str, examples: Sequence[str]) -> str:
    """The most frequent values; of numbers and dates the range and the median: ("1", "3", "9") -> "1 to 9, median 3"."""
    if kind not in ("number", "share", "date") or len(examples) < 2:
        return ", ".join(examples)
    low, *middle, high = examples
    return say.MEDIAN.format(low=low, high=high, middle=middle[0]) if middle else say.RANGE.format(low=low, high=high)
