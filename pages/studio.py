"""Studio: what would my shoppers see?"""

from __future__ import annotations

import streamlit as st

from pages.ui import cache, guards, nav, picker
from pages.ui.guards import guard
from pages.ui.studio import actions, below, controls, draft, frontier, header, people, present, price, shelf, why
from pages.ui.studio.stage import Stage, default_scenario, fitted
from recsys_core.storage.records import RunRecord


@st.fragment
def live(record: RunRecord) -> None:
    """All that a change of the scenario or of the shopper redraws; the shopper's lists come before everybody's figures."""
    with guard("studio"):
        opened = cache.studio(record.id)
        asked = draft.current(default_scenario(opened.studio.ground))
        if found := draft.problem():
            guards.show_problem(found, "scenario")
        scenario, missing = fitted(asked, opened.studio.ground)
        top = st.container(key="studio_header")
        left, middle, right = st.columns([1.05, 2.5, 1.25], gap="medium")
        with middle:
            user = people.pick(opened)
        stage = Stage(record, opened, cache.catalogue(opened.dataset.id), asked, scenario, missing, user, actions.edits(opened, user))
        with middle, guard("lists"):
            if found := draft.problem():
                guards.show_problem(found, "edits")
            shelf.draw(stage)
        with left, guard("controls"):
            controls.draw(stage)
        with middle, guard("why"):
            why.draw(stage)
        with right, guard("population"):
            price.draw(stage)
            frontier.draw(stage)
        with middle, guard("quadrant"):
            frontier.quadrant(stage)
        with top, guard("header"):
            header.draw(stage)
        below.draw(stage)


if present.is_on():
    with guard():
        present.play(picker.selection().need_run())
else:
    nav.start_page("studio")
    with guard():
        live(picker.selection().need_run())
