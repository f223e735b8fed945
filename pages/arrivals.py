"""New arrivals: who would want what is not here yet?"""

from __future__ import annotations

import streamlit as st

from pages.ui import cache, nav, picker, show, state
from pages.ui import words_arrivals as say
from pages.ui.arrivals import learning
from pages.ui.guards import guard
from recsys_core.storage.records import RunRecord

PARTS = (say.PART_PRODUCT, say.PART_GAPS, say.PART_SHOPPER, say.PART_TRUST)


def the_parts(record: RunRecord) -> None:
    """Only the open part is drawn."""
    tabs = st.tabs(PARTS, key=state.ARRIVAL_PART, on_change="rerun", bind="query-params")
    for title, tab in zip(PARTS, tabs, strict=True):
        if not tab.open:
            continue
        with tab, guard(f"part_{PARTS.index(title)}"):
            show.hook("arrivals", part=title, run=record.id)
            if title == say.PART_GAPS:
                learning.teach("gaps", say.GAPS_TITLE, say.GAPS_WORDS)
            else:
                learning.teach("cold", say.LEARN_TITLE, say.LEARN_WORDS)


nav.start_page("arrivals")
with guard():
    picker.refresh_jobs()
    chosen = picker.selection()
    record = chosen.need_run()
    cache.dataset(record.dataset_id)
    cache.run(record.id)
    the_parts(record)
