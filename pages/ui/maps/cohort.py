"""What is marked on the map: which products or shoppers, and what sets them apart."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.ui import formats, show, words
from pages.ui.formats import plain
from pages.ui.maps.stage import ITEMS, MapStage, Picked

LISTED = 200


def panel(stage: MapStage, picked: Picked) -> None:
    """The marked products or shoppers, the most bought first."""
    dataset, catalogue, rows = stage.dataset, stage.catalogue, picked.rows
    show.hook("selection", count=len(rows))
    if not len(rows):
        st.markdown(f"**{words.SELECT_TITLE}**  \n:gray[{words.SELECT_HINT}]")
        return
    codes: list[int] = []
    if stage.what == ITEMS:
        rows = rows[np.argsort(-catalogue.buyers[rows], kind="stable")]
        codes = [int(code) for code in catalogue.groups[rows] if code >= 0]
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
        rows = rows[np.argsort(-sizes[rows], kind="stable")]
        table = [{words.SHOPPER: str(dataset.user_ids[u]), words.MAP_PRODUCTS_HAD: int(sizes[u])} for u in rows[:LISTED]]
    noun = formats.plural(len(rows), "product" if stage.what == ITEMS else "shopper")
    st.markdown(f"**{words.SELECTED.format(n=noun)}**{_mix(codes, catalogue.labels)}")
    widths = {name: st.column_config.Column(width=width) for name, width in zip(table[0], (165, 75, 70), strict=False)}
    st.dataframe(table, hide_index=True, height=460, column_config=widths, alt=words.SELECTED.format(n=noun))
    if len(rows) > LISTED:
        st.caption(words.LISTED_FIRST.format(n=LISTED))


def _mix(codes: list[int], labels: list[str]) -> str:
    if not codes:
        return ""
    counts = np.bincount(codes, minlength=len(labels))
    top = int(counts.argmax())
    return f"  \n:gray[{words.MOSTLY.format(share=formats.percent(counts[top] / len(codes), 0), group=plain(labels[top]))}]"
