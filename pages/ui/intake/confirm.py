"""What was found in a log, shown on real rows: one button where nothing is unsure, and everything open to be changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui import formats, nav, progress, state
from pages.ui import words_data as say
from pages.ui.formats import plain
from pages.ui.guards import guard
from pages.ui.intake import columns, look_job, meaning, more_files
from pages.ui.intake.look_job import Seen
from pages.ui.intake.preview import show_preview
from pages.ui.intake.rule_choice import rule_choice
from recsys_core.data.request import IngestRequest
from recsys_core.errors import InputError, UserError
from recsys_core.storage.records import JobRecord


def confirm(job: JobRecord) -> None:
    """The whole view. job: a look that is done."""
    seen = Seen(job.id, dict(job.spec), dict(job.result or {}))
    found, first, rows, folds = st.container(), st.container(), st.container(), st.container(gap="small")
    first_asked = columns.asked_first(seen)
    problem: UserError | None = None
    with first:
        roles, dates = _asked_first(seen, first_asked)
    with folds:
        with _fold(say.FOLD_COLUMNS, "view_column"):
            columns.table_choice(seen)
            columns.header_switch(seen)
            st.caption(say.ROLES_NOTE)
            roles |= columns.role_selectors(seen, [role for role in say.ROLE_TITLES if role not in first_asked])
            columns.look_again(seen, roles)
            if seen.look.get("dates") not in (None, "ambiguous"):
                dates = columns.date_order(seen, roles)
            personal = columns.personal_columns(seen)
        changed: dict[str, Any] = {}
        with _fold(say.FOLD_KINDS, "category"):
            try:
                changed |= meaning.kinds_and_positives(seen, roles)
            except UserError as error:
                problem = error
                st.markdown(f":orange[:material/warning: {plain(error.message)}] {plain(error.hint)}")
            changed |= meaning.lowest_rating(seen, roles)
        with _fold(say.FOLD_RULES, "filter_alt"):
            changed |= rule_choice(seen, roles)
        with _fold(say.FOLD_MORE, "attach_file"):
            changed |= more_files.more_files(str(seen.request["log"]))
        with _fold(say.FOLD_NAME, "badge"):
            changed |= _name_and_currency(seen, roles)
            changed |= meaning.least_history(seen, roles)
    with rows:
        show_preview(seen, roles)
    with found:
        _heading(seen, first_asked)
        if not columns.complete(roles):
            problem = problem or InputError(say.ROLES_MISSING, say.ROLES_MISSING_HINT)
        spec = {**seen.request, **changed, "roles": columns.explicit(roles), "personal": {**seen.request.get("personal", {}), **personal}}
        _buttons(job, spec | ({"dates": dates} if dates else {}), ready=problem is None)
    if problem is not None:
        raise problem


def _asked_first(seen: Seen, names: list[str]) -> tuple[dict[str, str], str | None]:
    """What is unsure, before anything else: (roles, date order)."""
    ambiguous = seen.look.get("dates") == "ambiguous"
    if not names and not ambiguous:
        return {}, None
    with st.container(border=True, key="asked_first"):
        roles = columns.role_selectors(seen, names) if names else {}
        dates = columns.date_order(seen, {role: str(guess["column"]) for role, guess in seen.roles.items()}) if ambiguous else None
    return roles, dates


def _heading(seen: Seen, first_asked: list[str]) -> None:
    """The file, what was found in words, and what should be looked at."""
    look = seen.look
    header = say.FOUND_HEADER if look["header"] else say.FOUND_NO_HEADER
    found = say.FOUND.format(format=look["format"], columns=formats.plural(len(seen.columns), "column"), header=header)
    st.markdown(f"#### {plain(look_job.title_of(seen.request))}\n:gray[{plain(found)}]")
    questions = [str(question) for question in look.get("questions", ())]
    if not questions and not first_asked:
        st.markdown(f":green[:material/check_circle:] {say.NOTHING_UNSURE}")
    elif questions:
        st.markdown(f"**{say.CHECK_THESE}**")
    for question in questions:
        st.markdown(f":orange[:material/help:] {plain(question)}")
    guarded = [str(column["name"]) for column in seen.personal if column["treated"] != "keep"]
    if guarded:
        st.markdown(f":gray[:material/shield_person: {plain(say.PERSONAL_NOTE.format(columns=formats.listing(guarded)))}]")


def _buttons(job: JobRecord, spec: Mapping[str, Any], *, ready: bool) -> None:
    with st.container(horizontal=True, key="confirm"):
        if st.button(say.USE_LOG, type="primary", icon=":material/check:", disabled=not ready):
            with guard("start"):
                submit(spec)
        st.button(say.DISCARD, on_click=look_job.forget, args=(job,), icon=":material/close:")


def submit(spec: Mapping[str, Any]) -> None:
    """Have the log taken in, and show the page that follows it."""
    request = IngestRequest.from_json(dict(spec))
    title = say.INGEST_JOB.format(name=request.title)
    progress.submit("ingest", request.to_json(), title, remember=state.LANDING_JOB, secret=state.get(state.SECRET))
    look_job.forget()
    state.clear(state.DATABASE)
    nav.show(None)
    st.rerun()


def _name_and_currency(seen: Seen, roles: Mapping[str, str]) -> dict[str, Any]:
    stem = seen.request.get("name") or Path(look_job.title_of(seen.request)).name.split(".")[0].replace("_", " ").strip()
    left, right = st.columns([2, 1])
    name = left.text_input(say.DATASET_NAME, value=stem, max_chars=80, key=seen.key("dataset_name"))
    currency = right.text_input(
        say.CURRENCY, value="", max_chars=3, key=seen.key("currency"), help=say.CURRENCY_HELP, disabled="price" not in roles
    )
    return {"name": name.strip() or stem, "currency": formats.currency_sign(currency) or None}


def _fold(title: str, icon: str) -> Any:
    return st.expander(title, icon=f":material/{icon}:")
