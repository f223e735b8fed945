"""Real rows of a file as a small table, with what each column is for under its name."""

from __future__ import annotations

import html
from collections.abc import Mapping

import streamlit as st

from pages.ui import formats
from pages.ui import words_data as say
from pages.ui.intake.look_job import Seen

MOST_ROWS, MOST_COLUMNS, WIDTH = 20, 40, 60


def show_preview(seen: Seen, roles: Mapping[str, str]) -> None:
    """The first rows. roles: role -> column, as chosen now."""
    rows = seen.look["rows"][:MOST_ROWS]
    by_column = {column: role for role, column in roles.items()}
    order = sorted(range(len(seen.columns)), key=lambda place: seen.columns[place] not in by_column)  # what has a role is not cut off
    shown = sorted(order[:MOST_COLUMNS])
    heads = "".join(_head(seen, seen.columns[place], by_column.get(seen.columns[place])) for place in shown)
    body = "".join("<tr>" + "".join(_cell(row[place]) for place in shown) + "</tr>" for row in rows)
    label = html.escape(say.PREVIEW_ALT.format(n=len(rows)))
    with st.container(key="preview"):
        st.html(
            f'<div class="aisle-preview" role="region" aria-label="{label}" tabindex="0"><table><thead><tr>{heads}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>"
        )
    note = say.PREVIEW_NOTE if len(shown) == len(seen.columns) else say.PREVIEW_CUT
    st.caption(note.format(n=len(rows), shown=len(shown), all=len(seen.columns)))


def _head(seen: Seen, column: str, role: str | None) -> str:
    name = f"<span>{html.escape(formats.shorten(column, WIDTH))}</span>"
    if role is None:
        return f"<th>{name}<small>&nbsp;</small></th>"
    guess = seen.roles.get(role)
    own = guess is not None and guess["column"] == column
    doubt = str(guess["confidence"]) if guess is not None and own else "sure"
    note = {"likely": f" · {say.LIKELY}", "unsure": f" · {say.UNSURE}"}.get(doubt, "")
    why = html.escape(str(guess["why"])) if guess is not None and own else ""
    return f'<th>{name}<small class="{doubt}" title="{why}">{html.escape(say.ROLE_TITLES.get(role, role))}{note}</small></th>'


def _cell(value: str | None) -> str:
    return '<td class="empty">·</td>' if value is None else f"<td>{html.escape(formats.shorten(str(value), WIDTH))}</td>"
