"""The same engine, sliders and rules on other places: a product page, a basket, a category page."""

from __future__ import annotations

import streamlit as st

from pages.ui import cache, cards, formats, lists, show, state
from pages.ui.cards import Chip, Side
from pages.ui.formats import plain
from pages.ui.guards import guard, show_problem
from pages.ui.studio import anchors, bought_together, figures, words_shelf
from pages.ui.studio import words_placements as words
from pages.ui.studio.stage import Stage
from recsys_core.errors import UserError
from recsys_core.jobs.placing import CATEGORY, Place
from recsys_core.jobs.studio import BASKET
from recsys_core.ranking.plan import Flag, Listing
from recsys_core.ranking.planning import Prepared


def draw(stage: Stage) -> None:
    """The chosen placement's list before and after, what it rests on, and what the scenario does to many such places."""
    where = anchors.pick(stage)
    problem = state.get(state.PLACE_PROBLEM)
    state.clear(state.PLACE_PROBLEM)
    if isinstance(problem, UserError):
        show_problem(problem, "anchor")
    if where is None:
        st.markdown(f":gray[{words.NO_CATEGORIES}]")
        return
    learned = where.kind != BASKET or bought_together.available(stage)
    if learned:
        with guard("place"):
            _both(stage, where)
            _many(stage, where)
    if where.kind == BASKET:
        bought_together.draw(stage, learned)


def _both(stage: Stage, where: Place) -> None:
    with st.spinner(words.MEASURING):
        played = stage.place if where.user is not None and stage.edits else None
        shown = cache.place(stage.record.id, where, stage.scenario, played, repr(stage.edits) if played else "")
    basis = words.BASES.get(shown.basis, shown.basis)
    st.markdown(f"**{words.QUESTIONS[where.kind]}** :gray[· {plain(words.FOUND_BY.format(basis=basis))}]")
    items = [_filled(listing) for listing in (shown.before, shown.after)]
    ids = [",".join(str(stage.catalogue.ids[item]) for item in side) for side in items]
    show.hooks(
        "place",
        show.hook_html("placement", kind=where.kind, anchor=anchors.told(stage, where), basis=shown.basis, scenario=stage.scenario.hash),
        show.hook_html("placement_before", items=ids[0]),
        show.hook_html("placement_after", items=ids[1]),
    )
    marked = where.kind != CATEGORY or where.user is not None
    cards.compare(
        state.PLACE_BOARD,
        _side(stage, shown.before, shown.plain, words_shelf.BEFORE, words.PLAIN_NOTE, marked=marked),
        _side(stage, shown.after, shown.ready, words_shelf.AFTER, words.AFTER_NOTE, marked=marked),
        lists.cards([*items[0], *items[1]], stage.dataset, stage.catalogue, shown.plain.pool.items[0]),
        scope=f"{stage.dataset.id} {where.kind}",
        version=f"{stage.record.id} {stage.scenario.hash} {where} {stage.edits}",
    )


def _side(stage: Stage, listing: Listing, ready: Prepared, title: str, note: str, *, marked: bool) -> Side:
    """One list. marked: whether best sellers are said to be such, where not all are."""
    items = _filled(listing)
    flags = [int(flag) for flag in listing.flags[0][listing.items[0] >= 0]]
    known = set(range(len(stage.catalogue.labels)))  # all of them: there is nobody to whom a group could be new
    chips = lists.chips(items, [flag & ~Flag.FALLBACK for flag in flags], ready, stage.catalogue, known)
    if marked:
        chips = [Chip(*words.FALLBACK, "badge") if flag & Flag.FALLBACK else chip for flag, chip in zip(flags, chips, strict=True)]
    return Side(title, note, tuple(str(stage.catalogue.ids[item]) for item in items), tuple(chips))


def _filled(listing: Listing) -> list[int]:
    return [int(item) for item in listing.items[0] if item >= 0]


def _many(stage: Stage, where: Place) -> None:
    """What the scenario does to 500 places of this kind; only when asked for."""
    with st.expander(words.MANY[where.kind], key=f"many_{where.kind}", icon=":material/apps:", on_change="rerun") as fold:
        if not fold.open:
            return
        with st.spinner(words.MEASURING):
            n, found = cache.place_figures(stage.record.id, where, stage.scenario)
        st.caption(words.MANY_OF[where.kind].format(n=formats.count(n)))
        with st.container(width=560):
            figures.table([(words.MANY_TITLE, found)], stage.dataset.currency)
        spans = [show.hook_html("placement_figure", name=f.name, before=f.before, after=f.after, low=f.low, high=f.high) for f in found]
        show.hooks("placement_figures", *spans)
