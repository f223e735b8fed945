"""Gaps in the range: ranked, each with its reason, its audience and what lies nearest; and the range as a table of kinds by price."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.ui import cache, formats, show, state
from pages.ui import words_arrivals as say
from pages.ui.arrivals import cells, draft, learning
from pages.ui.charts.arrivals.gap_map import gap_map
from pages.ui.formats import plain
from recsys_core.jobs.gaps_spec import gaps_spec
from recsys_core.storage.records import RunRecord
from recsys_core.synthesis.items.records import Gap, GapReport

MOST, FIRST, NEXT = 100, 5, 10
KIND = "gaps"


def draw(record: RunRecord) -> None:
    """The report of this dataset, or the button that has it made."""
    report = cache.gap_report(record.dataset_id)
    about = {"dataset": record.dataset_id, "run": None}

    def spec() -> dict[str, Any]:
        return gaps_spec(cache.workspace(), record.dataset_id)

    if report is None:
        learning.offer(KIND, about, spec, say.GAPS)
        return
    category = _category(report)
    found = report.of(category, MOST)
    show.hook("gaps", found=len(found), category=category or "", first=cells.name(found[0]) if found else "")
    if not found:
        st.markdown(f":gray[{say.GAP_NONE}]")
    else:
        left, right = st.columns([1.15, 1], gap="medium")
        with left:
            _map(record.dataset_id, report, found, category)
        with right:
            _list(found, report)
    for note in report.notes:
        st.caption(plain(note))
    learning.again(KIND, about, spec, say.GAPS)


def _category(report: GapReport) -> str | None:
    options = ["", *report.categories]
    asked = state.chosen(state.GAP_CATEGORY) or ""
    picked = st.selectbox(
        say.GAP_CATEGORY,
        options,
        key=state.show_in_widget(state.GAP_CATEGORY, asked if asked in options else ""),
        format_func=lambda name: name or say.ALL_CATEGORIES,
        on_change=state.take_from_widget,
        args=(state.GAP_CATEGORY,),
        width=320,
    )
    return picked or None


def finding(first: Gap, currency: str | None) -> str:
    """The first gap in a sentence."""
    price = cells.price_range(first, currency)
    at = say.GAP_PRICE.format(price=price) if price else ""
    return say.GAP_FINDING.format(name=cells.name(first), price=at, audience=cells.audience(first))


def _map(dataset_id: str, report: GapReport, found: Sequence[Gap], category: str | None) -> None:
    by_group = category is not None and any(gap.group for gap in found)
    kinds, prices = cache.kinds_and_prices(dataset_id, report.group_column if by_group else report.category_column)
    if by_group:
        of_all, _ = cache.kinds_and_prices(dataset_id, report.category_column)
        kinds = [kind if of == category else "" for kind, of in zip(kinds, of_all, strict=True)]
    title = finding(found[0], report.currency)
    table = cells.cells(found, kinds, prices, report.currency, by_group=by_group)
    if table is None:
        st.markdown(f"**{plain(title)}**  \n:gray[{say.GAP_NO_MAP}]")
        return
    figure = gap_map(
        table.counts,
        table.rows,
        table.bands,
        table.marks,
        title=title,
        subtitle=say.GAP_MAP_SUBTITLE,
        x=say.GAP_MAP_X,
        cell=say.GAP_MAP_CELL,
    )
    show.chart(figure, key="gap_map")


def _list(found: Sequence[Gap], report: GapReport) -> None:
    shown = int(state.get(state.GAPS_SHOWN, FIRST))
    for place, gap in enumerate(found[:shown], 1):
        _gap(place, gap, report)
    more = min(len(found) - shown, NEXT)
    if more > 0:
        st.button(say.GAP_MORE.format(n=more), type="tertiary", on_click=state.set_, args=(state.GAPS_SHOWN, shown + more), key="more_gaps")


def _gap(place: int, gap: Gap, report: GapReport) -> None:
    currency = report.currency
    told = [f"**{place} · {plain(cells.name(gap))}**", plain(cells.price_range(gap, currency))]
    with st.container(border=True, key=f"gap_{place}", gap="small"):
        st.markdown(" &nbsp; ".join(each for each in told if each))
        st.markdown(f":material/groups: **{plain(cells.audience(gap))}**", help=say.GAP_AUDIENCE_HELP)
        st.markdown(f"{plain(gap.why)}{_wanted(gap)}")
        near = [_near(each.title or each.item, each.price, currency) for each in gap.nearest[:3]]
        if near:
            st.markdown(f":gray[:small[{say.GAP_NEAREST} {' · '.join(near)}]]")
        st.button(
            say.GAP_DRAFT,
            icon=":material/edit_note:",
            key=f"draft_{place}",
            type="tertiary",
            help=say.GAP_DRAFT_HELP,
            on_click=draft.from_gap,
            args=(gap, report),
        )


def _wanted(gap: Gap) -> str:
    told = [f"{plain(taste.segment)} ({formats.percent(taste.share, 0)})" for taste in gap.tastes[:2]]
    return f" {say.GAP_WANTED.format(who=formats.listing(told))}" if told else ""


def _near(title: str, amount: float | None, currency: str | None) -> str:
    told = plain(formats.shorten(title, 48))
    return told if amount is None else f"{told}, {plain(formats.money(amount, currency))}"
