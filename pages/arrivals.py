"""New arrivals: who would want what is not here yet?"""

from __future__ import annotations

import streamlit as st

from pages.ui import cache, nav, picker, show, state
from pages.ui import words_arrivals as say
from pages.ui.arrivals import gaps, guessing, product, shopper
from pages.ui.guards import guard
from recsys_core.storage.records import RunRecord

PARTS = {say.PART_PRODUCT: product.draw, say.PART_GAPS: gaps.draw, say.PART_SHOPPER: shopper.draw, say.PART_TRUST: guessing.draw}


def the_parts(record: RunRecord) -> None:
    """Only the open part is drawn."""
    tabs = st.tabs(list(PARTS), key=state.ARRIVAL_PART, on_change="rerun", bind="query-params")
    for place, ((title, draw), tab) in enumerate(zip(PARTS.items(), tabs, strict=True)):
        if tab.open:
            with tab, guard(f"part_{place}"):
                show.hook("arrivals", part=title, run=record.id)
                draw(record)


nav.start_page("arrivals")
with guard():
    picker.refresh_jobs()
    chosen = picker.selection()
    record = chosen.need_run()
    cache.dataset(record.dataset_id)
    cache.run(record.id)
    the_parts(record)
