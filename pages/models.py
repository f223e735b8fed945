"""Models: which recommender should I use?"""

from __future__ import annotations

import streamlit as st

from pages.ui import cache, nav, picker, state
from pages.ui import words_models as say
from pages.ui.guards import guard
from pages.ui.models import answer, autopilot, choices, compare, learned, training
from pages.ui.train_form import train_form
from recsys_core.storage.records import DatasetRecord

PARTS = (say.PART_LEAGUE, say.PART_COMPARE, say.PART_LEARNED, say.PART_CHOICES)


def the_parts(record: DatasetRecord, chosen: picker.Selection, league: answer.League) -> None:
    """The league first; what experts ask beside it. Only the open part is drawn."""
    tabs = st.tabs(PARTS, key=state.PART, on_change="rerun", bind="query-params")
    for title, tab in zip(PARTS, tabs, strict=True):
        if not tab.open:
            continue
        with tab, guard(f"part_{title}"):
            if title == say.PART_LEAGUE:
                answer.show_league(league, record, chosen.runs)
            elif title == say.PART_COMPARE:
                compare.show_compare(league, record)
            elif title == say.PART_LEARNED:
                learned.show_learned(chosen.runs, chosen.run, picker.league_names(chosen.runs))
            else:
                choices.show_choices(record, {r.model for r in chosen.runs})


nav.start_page("models")
with guard():
    picker.refresh_jobs()
    chosen = picker.selection()
    record = chosen.need_dataset()
    if chosen.unknown_run:
        chosen.need_run()
    dataset = cache.dataset(record.id)
    main, side = st.columns([2.2, 1], gap="large")
    with main:
        league = answer.the_league(chosen)
        answer.show_verdict(league)
        training.show_jobs(record)
        the_parts(record, chosen, league)
    with side:
        autopilot.autopilot_card(record, first=not chosen.runs)
        with st.container(border=True, key="train"):
            st.markdown(f"**{say.TRAIN_TITLE}**")
            train_form(record, chosen.runs, has_times=dataset.has_times, has_split=dataset.has_split)
