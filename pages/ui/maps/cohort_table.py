"""The members of a cohort: as a table, the most bought or most active first, and as a file."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from pages.ui import cache, formats, words
from pages.ui.maps import words_cohort as say
from pages.ui.maps.stage import ITEMS, MapStage

LISTED = 200
ROW, TALLEST = 35, 320


def draw(stage: MapStage, rows: NDArray[np.integer]) -> None:
    """At most 200 of them."""
    dataset, catalogue, rows = stage.dataset, stage.catalogue, ordered(stage, rows)
    if stage.what == ITEMS:
        table = [
            {
                words.COLUMN_PRODUCT: catalogue.titles[i],
                words.MAP_BUYERS: int(catalogue.buyers[i]),
                words.COLUMN_PRICE: formats.money(catalogue.prices[i], dataset.currency),
            }
            for i in rows[:LISTED]
        ]
    else:
        sizes = np.diff(dataset.positives.indptr)
        table = [{say.SHOPPER: str(dataset.user_ids[u]), words.MAP_PRODUCTS_HAD: int(sizes[u])} for u in rows[:LISTED]]
    widths = {name: st.column_config.Column(width=width) for name, width in zip(table[0], (165, 75, 70), strict=False)}
    height = min(TALLEST, ROW * (len(table) + 1) + 3)
    st.dataframe(table, hide_index=True, height=height, column_config=widths, alt=say.MEMBERS[stage.what], key="cohort_members")
    if len(rows) > LISTED:
        st.caption(say.LISTED_FIRST.format(n=LISTED))


def told_of(stage: MapStage, row: int) -> tuple[str, str]:
    """(name, what is known) of one product or shopper."""
    dataset, catalogue = stage.dataset, stage.catalogue
    if stage.what == ITEMS:
        parts = [formats.plural(int(catalogue.buyers[row]), "shopper")]
        if np.isfinite(catalogue.prices[row]):
            parts.append(formats.money(catalogue.prices[row], dataset.currency))
        if catalogue.groups[row] >= 0:
            parts.append(catalogue.labels[catalogue.groups[row]])
        return catalogue.titles[row], " · ".join(parts)
    had = int(dataset.positives.indptr[row + 1] - dataset.positives.indptr[row])
    segment = cache.segments(dataset.id).label(row)
    return say.ONE_SHOPPER.format(id=dataset.user_ids[row]), " · ".join([formats.plural(had, "product"), *([segment] if segment else [])])


def ordered(stage: MapStage, rows: NDArray[np.integer]) -> NDArray[np.integer]:
    """The most bought products, or the shoppers who had most products, first; ties as they are in the dataset."""
    weight = stage.catalogue.buyers if stage.what == ITEMS else np.diff(stage.dataset.positives.indptr)
    rows = np.sort(rows)
    return np.asarray(rows[np.argsort(-weight[rows], kind="stable")])


def as_csv(stage: MapStage, rows: NDArray[np.integer]) -> bytes:
    """All of them with what is known of each, safe to open in a spreadsheet."""
    from recsys_core.storage.spreadsheet import csv_bytes

    return csv_bytes(as_table(stage, rows))


def as_table(stage: MapStage, rows: NDArray[np.integer]) -> pd.DataFrame:
    """One row each: item_id, title, group, price, buyers, or user_id, products, segment."""
    rows = ordered(stage, rows)
    if stage.what == ITEMS:
        catalogue = stage.catalogue
        labels = np.array([*catalogue.labels, ""], dtype=object)
        return pd.DataFrame(
            {
                "item_id": catalogue.ids[rows],
                "title": [catalogue.titles[row] for row in rows],
                "group": labels[catalogue.groups[rows]],
                "price": catalogue.prices[rows],
                "buyers": catalogue.buyers[rows],
            }
        )
    found = cache.segments(stage.dataset.id)
    labels = np.array([*found.labels, ""], dtype=object)
    sizes = np.diff(stage.dataset.positives.indptr)
    return pd.DataFrame(
        {"user_id": np.asarray(stage.dataset.user_ids)[rows].astype(str), "products": sizes[rows], "segment": labels[found.codes[rows]]}
    )
