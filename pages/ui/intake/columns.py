"""What each column is: roles, header, dates and personal columns, each set to what was found and open to be changed."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from pages.ui import words_data as say
from pages.ui.intake import look_job
from pages.ui.intake.look_job import Seen

COLUMNS_OF_SELECTORS = 4
NEEDED = ("user_id", "item_id")
_TWO_NUMBERS = re.compile(r"\s*(\d{1,2})([/.\-])(\d{1,2})\b")


def role_selectors(seen: Seen, names: Iterable[str]) -> dict[str, str]:
    """One selector for each role of `names`, set to the guess; returns role -> column for those that have one."""
    options = ["", *seen.columns]
    chosen: dict[str, str] = {}
    cells = st.columns(COLUMNS_OF_SELECTORS)
    for place, role in enumerate(names):
        guess = seen.roles.get(role)
        with cells[place % COLUMNS_OF_SELECTORS]:
            picked = st.selectbox(
                say.ROLE_TITLES[role],
                options,
                index=options.index(guess["column"]) if guess is not None and guess["column"] in options else 0,
                format_func=lambda column: column or say.NO_COLUMN,
                key=seen.key(f"role_{role}"),
                help=f"{role}: {guess['why']}" if guess is not None and guess["why"] else role,
            )
        if picked:
            chosen[role] = picked
    return chosen


def asked_first(seen: Seen) -> list[str]:
    """Roles to ask about before anything else: the unsure ones, and what is needed and was not found."""
    return [role for role in say.ROLE_TITLES if role in seen.unsure or (role in NEEDED and role not in seen.roles)]


def complete(roles: Mapping[str, str]) -> bool:
    """Whether shopper and product are known and no column has two roles."""
    return all(role in roles for role in NEEDED) and len(set(roles.values())) == len(roles)


def explicit(roles: Mapping[str, str]) -> dict[str, str]:
    """Every role said outright: '' takes a guessed one away."""
    return {role: roles.get(role, "") for role in say.ROLE_TITLES}


def header_switch(seen: Seen) -> None:
    """Whether the first line names the columns; another answer looks at the file again."""
    if "csv" not in str(seen.look["format"]).lower() and "tsv" not in str(seen.look["format"]).lower():
        return
    header = st.checkbox(say.HEADER_LABEL, value=bool(seen.look["header"]), key=seen.key("header"))
    if header != seen.look["header"]:
        look_job.start({**_fresh(seen), "header": header}, look_job.title_of(seen.request))


def table_choice(seen: Seen) -> None:
    """Which of several tables is the log; another answer looks at that one."""
    tables: Mapping[str, str] = seen.look.get("tables") or {}
    if len(tables) < 2:
        return
    names, current = list(tables), seen.look.get("table")
    picked = st.selectbox(
        say.TABLE_LABEL,
        names,
        index=names.index(current) if current in names else 0,
        format_func=lambda name: f"{name} · {say.TABLE_WORDS.get(tables[name], tables[name])}",
        key=seen.key("table"),
    )
    if picked != current:
        look_job.start({**_fresh(seen), "table": picked}, look_job.title_of(seen.request))
    others = [name for name, kind in tables.items() if kind in ("products", "shoppers") and name != picked]
    if others:
        st.caption(say.TABLE_OTHERS.format(names=", ".join(others), fold=say.FOLD_MORE))


def look_again(seen: Seen, roles: Mapping[str, str]) -> None:
    """Offer another look where the kinds of event would come from another column."""
    guess = seen.roles.get("event")
    if roles.get("event") == (guess["column"] if guess is not None else None):
        return
    st.markdown(f":gray[{say.LOOK_AGAIN_WHY}]")
    if st.button(say.LOOK_AGAIN, icon=":material/refresh:", key=seen.key("look_again")):
        look_job.start({**seen.request, "roles": explicit(roles)}, look_job.title_of(seen.request))


def date_order(seen: Seen, roles: Mapping[str, str]) -> str | None:
    """Day first or month first, where the log's dates could be either; None where there is nothing to choose."""
    found = seen.look.get("dates")
    if found is None or "timestamp" not in roles:
        return None
    example = next((e for e in seen.examples(roles["timestamp"]) if _TWO_NUMBERS.match(e)), None)
    order = ("day-first", "month-first")
    picked = st.radio(
        say.DATES_LABEL.format(example=example) if example else say.DATES_PLAIN,
        order,
        index=1 if found == "month-first" else 0,
        format_func=lambda name: read_as(name, example),
        key=seen.key("dates"),
        horizontal=True,
    )
    return None if picked == found else picked


def read_as(order: str, example: str | None) -> str:
    """ "day-first", "01/12/2010" -> "day first: 1 December"."""
    match = _TWO_NUMBERS.match(example or "")
    label = str(say.DATES_WORDS[order]).partition(":")[0]
    if match is None:
        return label
    first, second = int(match.group(1)), int(match.group(3))
    day, month = (first, second) if order == "day-first" else (second, first)
    return f"{label}: {day} {calendar.month_name[month]}" if 1 <= month <= 12 and 1 <= day <= 31 else label


def personal_columns(seen: Seen) -> dict[str, str]:
    """What becomes of columns that hold something of a person; only what differs from the default is returned."""
    changed: dict[str, str] = {}
    if not seen.personal:
        return changed
    st.markdown(f"**{say.PERSONAL_TITLE}**")
    cells = st.columns(COLUMNS_OF_SELECTORS)
    for place, column in enumerate(seen.personal):
        options = list(say.PERSONAL_WORDS)
        with cells[place % COLUMNS_OF_SELECTORS]:
            picked = st.selectbox(
                say.PERSONAL_LABEL.format(column=column["name"], what=column["personal"]),
                options,
                index=options.index(column["treated"]),
                format_func=say.PERSONAL_WORDS.__getitem__,
                key=seen.key(f"personal_{place}_{column['name']}"),
            )
        if picked != column["treated"]:
            changed[str(column["name"])] = picked
    return changed


def _fresh(seen: Seen) -> dict[str, Any]:
    """The request without what was found in another table, or under other names of columns."""
    return {**seen.request, "roles": {}, "personal": {}, "kinds": {}, "dates": None}
