"""Publishing: who approves what and why, what changes by it, and all that was published before."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from pages.ui import cache, formats, guards, state
from pages.ui.studio import draft, scenarios
from pages.ui.studio import words_scenarios as say
from pages.ui.studio.scenarios import Kept
from pages.ui.studio.table import html_table
from recsys_core.errors import InputError, UserError
from recsys_core.jobs.figure_words import guardrail_text
from recsys_core.ranking.scenario import Scenario
from recsys_core.storage.records import PublicationRecord
from recsys_core.storage.registry_scenarios import LONGEST_NAME, LONGEST_NOTE


@st.dialog(say.PUBLISH_TITLE, width="large")
def ask(run_id: str, dataset_id: str, scenario: Scenario) -> None:
    """The question, and the history. scenario: what this run can show of the one on screen."""
    kept = scenarios.kept_in(dataset_id, draft.shown())
    problem = draft.problem()
    if problem:
        guards.show_problem(problem, "publish")
    failing = _what_changes(run_id, scenario, kept)
    if kept.is_published:
        st.markdown(say.PUBLISH_SAME)
    else:
        st.text_input(say.PUBLISH_BY, key=state.PUBLISH_BY, max_chars=LONGEST_NAME, help=say.PUBLISH_BY_HELP, on_change="ignore")
        note = say.PUBLISH_NOTE_RED if failing else say.PUBLISH_NOTE
        st.text_area(note, key=state.PUBLISH_NOTE, max_chars=LONGEST_NOTE, height=80, on_change="ignore")
    with st.container(horizontal=True, vertical_alignment="center"):
        over = kept.record.hash if kept.record else None
        if not kept.is_published:
            st.button(say.PUBLISH, key="do_publish", type="primary", on_click=publish, args=(kept.shop, over, failing))
        if kept.published is not None:
            st.button(say.UNPUBLISH, key="unpublish", help=say.UNPUBLISH_HELP, on_click=unpublish, args=(kept.published.scenario_id,))
        if kept.mark != scenarios.SAVED and not kept.is_published:
            st.caption(say.PUBLISH_SAVES)
    if (state.get("do_publish") or state.get("unpublish")) and problem is None:
        st.rerun()
    _history(cache.workspace().registry.publications(kept.shop))


def publish(shop: str, over: str | None, needs_reason: bool) -> None:
    """Callback: save the scenario on screen, replacing the one of its name as it was shown, and publish that."""
    by, note = (str(state.get(key) or "").strip() for key in (state.PUBLISH_BY, state.PUBLISH_NOTE))
    try:
        if not by:
            raise InputError(say.PUBLISH_NEEDS_NAME, say.PUBLISH_BY_HELP)
        if needs_reason and not note:
            raise InputError(say.PUBLISH_NEEDS_REASON, "")
        saved = scenarios.keep(shop, draft.shown(), over)
        cache.workspace().registry.publish_scenario(saved.id, by, note)
    except UserError as error:
        state.set_(state.STUDIO_PROBLEM, error)
        return
    state.clear(state.PUBLISH_NOTE)


def unpublish(id: str) -> None:
    """Callback: what is published is so no longer."""
    try:
        cache.workspace().registry.unpublish_scenario(id)
    except UserError as error:
        state.set_(state.STUDIO_PROBLEM, error)


def _what_changes(run_id: str, scenario: Scenario, kept: Kept) -> bool:
    """Say it; returns whether a guardrail fails."""
    answer = cache.answer(run_id, scenario)
    changed = float((answer.population.before != answer.population.after).any(axis=1).mean()) if len(answer.users) else 0.0
    before = say.NOW_PLAIN if kept.published is None else say.NOW_PUBLISHED.format(name=formats.plain(kept.published.name))
    told = (
        say.PUBLISH_WHAT.format(share=formats.percent(changed, 0), before=before) if changed else say.PUBLISH_NOTHING.format(before=before)
    )
    st.markdown(f"**{formats.plain(kept.asked.name)}**  \n{told}")
    failing = [light for light in answer.lights if not light.passes]
    if failing:
        lines = "\n".join(f"- {formats.plain(guardrail_text(light))}" for light in failing)
        st.markdown(f":red[:material/error:] {say.PUBLISH_RED.format(n=len(failing), all=len(answer.lights))}\n{lines}")
    else:
        st.markdown(f":green[:material/check_circle:] {say.PUBLISH_GREEN}" if answer.lights else say.PUBLISH_UNGUARDED)
    return bool(failing)


def _moment(time: datetime | None) -> str:
    return say.IN_FORCE if time is None else f"{formats.day(time)}, {time:%H:%M} UTC"


def _history(records: list[PublicationRecord]) -> None:
    st.markdown(f"**{say.HISTORY}**")
    if not records:
        st.markdown(f":gray[{say.HISTORY_NONE}]")
        return
    rows = [
        (
            _moment(each.published_at),
            _moment(each.ended_at),
            each.name,
            each.published_by,
            each.note,
            each.hash,
        )
        for each in records
    ]
    with st.container(key="studio_history", height=220 if len(rows) > 5 else "content"):
        html_table(say.HISTORY_COLUMNS, rows, label=say.HISTORY)
