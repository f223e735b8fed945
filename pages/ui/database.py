"""A log that lies in a database: connect, choose a table or write a query. The password stays in this session and in the job's hands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from pages.ui import formats, show, state
from pages.ui import words_database as say
from pages.ui.formats import plain
from recsys_core.data.database import TableEntry, list_tables
from recsys_core.errors import InputError
from recsys_core.storage.connections import PREFIX, describe, names, split_password
from recsys_core.storage.passwords import lent


@dataclass(frozen=True)
class Choice:
    """What to read. fields: for an IngestRequest, never with a password. title: of it. secret: the password, for the job alone."""

    fields: dict[str, str]
    title: str
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Connected:
    """A database that answered, with the tables its user may read."""

    log: str
    where: str
    tables: Sequence[TableEntry]
    secret: str | None = field(default=None, repr=False)


def choose() -> Choice | None:
    """Draw what is needed to name a log in a database; the choice in the run in which it was made, None in all others.

    Raises InputError where the database cannot be reached.
    """
    held = state.get(state.DATABASE)
    return _pick(held) if held is not None else _connect()


def discard() -> None:
    """Callback: forget the connection and its password."""
    state.clear(state.DATABASE)


def _connect() -> None:
    known = names()
    picked = ""
    if known:
        picked = st.selectbox(
            say.CONNECTION,
            [*known, ""],
            format_func=lambda name: name or say.OWN_ADDRESS,
            help=say.CONNECTION_HELP,
            key=state.CONNECTION,
        )
    with st.form("database", border=False):
        address = password = ""
        if not picked:
            left, right = st.columns([3, 2])
            address = left.text_input(say.ADDRESS, placeholder=say.ADDRESS_EXAMPLE, key="database_address", autocomplete="off")
            password = right.text_input(say.PASSWORD, type="password", help=say.PASSWORD_HELP, key="database_password", autocomplete="off")
        st.caption(say.READS_ONLY)
        if st.form_submit_button(say.CONNECT, type="primary", icon=":material/database:"):
            log, secret = (f"{PREFIX}{picked}", None) if picked else _own(address.strip(), password)
            with st.spinner(say.CONNECTING), lent(secret):
                tables = [table for table in list_tables(log) if table.readable]
            state.set_(state.DATABASE, Connected(log, describe(log), tables, secret))
            st.rerun()


def _own(address: str, password: str) -> tuple[str, str | None]:
    """(address, password) as given; the password may be in the address too. Files of the server are not for whoever has a browser."""
    if not address:
        raise InputError(say.NO_ADDRESS, say.NO_ADDRESS_HINT)
    if "://" not in address:
        address = f"postgresql://{address}"
    if address.lower().startswith("sqlite"):
        raise InputError(say.NO_FILES, say.NO_FILES_HINT)
    bare, inside = split_password(address)
    return bare, password or inside


def _pick(held: Connected) -> Choice | None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/database: **{plain(say.CONNECTED.format(where=held.where))}**", width="content")
        st.space("stretch")
        st.button(say.OTHER, on_click=discard, icon=":material/close:", key="database_other")
    show.hook("database", tables=len(held.tables))
    way = st.segmented_control(
        say.WAY, list(say.WAYS), default="table", required=True, format_func=say.WAYS.__getitem__, key="database_way"
    )
    if way == "query":
        query = st.text_area(say.QUERY, placeholder=say.QUERY_EXAMPLE, key="database_query", height=120)
        pressed = st.button(say.LOOK, type="primary", icon=":material/search:", disabled=not query.strip(), key="database_look")
        fields, title = {"query": query.strip()}, say.QUERY_TITLE.format(where=held.where)
    else:
        if not held.tables:
            raise InputError(say.NO_TABLES, say.NO_TABLES_HINT)
        table = st.selectbox(say.TABLE, held.tables, format_func=_named, key="database_table")
        pressed = st.button(say.LOOK, type="primary", icon=":material/search:", key="database_look")
        fields, title = {"table": table.name}, table.bare
    return Choice({"log": held.log, **fields}, title, held.secret) if pressed else None


def _named(table: TableEntry) -> str:
    return table.name if table.rows is None else say.TABLE_ROWS.format(name=table.name, rows=formats.plural(table.rows, "row"))
