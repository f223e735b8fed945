"""Figures of everybody as the studio writes them: a value, a change with its interval, a table that a narrow column has room for."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import formats
from pages.ui.studio import words_population as words
from pages.ui.studio.words_population import BITS, COUNT, FIGURES, MONEY, SHARE, FigureWords

if TYPE_CHECKING:
    from recsys_core.ranking.outcome import Figure

DIGITS = 3


def words_of(name: str) -> FigureWords:
    """How a figure is called and written; one that has no words is a number under its own name."""
    return FIGURES.get(name) or FigureWords(formats.sentence(name.replace("_", " ")), words.NUMBER, "")


def value(name: str, amount: float, currency: str | None = None) -> str:
    """A figure as it is read: "98.0 %", "£2.83", "0.591", "617", "4.72 bits"."""
    kind = words_of(name).kind
    if not math.isfinite(amount):
        return words.NOT_KNOWN
    if kind == SHARE:
        return formats.percent(amount)
    if kind == COUNT:
        return formats.count(amount)
    if kind == MONEY:
        return formats.money(amount, currency)
    return f"{amount:.2f} bits" if kind == BITS else formats.decimal(amount, DIGITS)


def change(name: str, difference: float, currency: str | None = None) -> str:
    """A difference with its sign: "+11.5 points", "−£0.04"; too small to be seen: "no change"."""
    if not math.isfinite(difference):
        return words.NOT_KNOWN
    text = value(name, abs(difference), currency)
    if words_of(name).kind == SHARE:
        text = words.POINTS.format(change=f"{100 * abs(difference):.1f}")
    if not any(sign in text for sign in "123456789"):
        return words.NO_CHANGE
    return f"{'−' if difference < 0 else '+'}{text}"


def interval(figure: Figure, currency: str | None = None) -> str:
    """The 95 % interval of a difference, "" where there is none."""
    if not math.isfinite(figure.low) or not math.isfinite(figure.high):
        return ""
    return f"{bound(figure.name, figure.low, currency)} to {bound(figure.name, figure.high, currency)}"


def bound(name: str, amount: float, currency: str | None = None) -> str:
    """One end of an interval: signed, without the unit that the change itself has."""
    kind = words_of(name).kind
    size = f"{100 * abs(amount):.1f}" if kind == SHARE else f"{abs(amount):.2f}" if kind == BITS else value(name, abs(amount), currency)
    sign = "" if not any(digit in size for digit in "123456789") else "−" if amount < 0 else "+"
    return f"{sign}{size}"


def table(parts: Iterable[tuple[str, Sequence[Figure]]], currency: str | None = None) -> None:
    """Figures under the headings of their parts: before, after, the change with its interval; the definition is the row's tooltip."""
    body = "".join(
        f'<tbody><tr class="part"><th colspan="4" scope="rowgroup">{html.escape(title)}</th></tr>'
        + "".join(_row(each, currency) for each in figures)
        + "</tbody>"
        for title, figures in parts
        if figures
    )
    st.html(f'<table class="aisle-figures">{body}</table>')


def _row(figure: Figure, currency: str | None) -> str:
    about = words_of(figure.name)
    bounds = interval(figure, currency)
    verdict = words.NO_CLEAR_CHANGE if bounds and not figure.is_clear else change(figure.name, figure.difference, currency)
    told = html.escape(f"{verdict} ({bounds})" if bounds else verdict)
    before, after = (html.escape(value(figure.name, side, currency)) for side in (figure.before, figure.after))
    attributes = f'title="{html.escape(about.definition)}" data-figure="{html.escape(figure.name)}"'
    name = f'<th scope="row">{html.escape(about.name)}</th>'
    return f'<tr {attributes}>{name}<td class="sides">{before} → <b>{after}</b></td><td class="change">{told}</td></tr>'
