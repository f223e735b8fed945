"""A small table of text that reads well beside words: selectable, escaped, one element."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st


def html_table(columns: Sequence[str], rows: Sequence[Sequence[str | tuple[str, str]]], *, label: str) -> None:
    """Draw it. A cell is its text, or (text, a quieter line below it). label: what the table is, for those who do not see it."""
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in columns)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    told = html.escape(label, quote=True)
    st.html(
        f'<div class="aisle-table" role="region" aria-label="{told}" tabindex="0">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(cell: str | tuple[str, str]) -> str:
    if isinstance(cell, str):
        return f"<td>{html.escape(cell)}</td>"
    text, below = cell
    return f"<td>{html.escape(text)}<small>{html.escape(below)}</small></td>"
