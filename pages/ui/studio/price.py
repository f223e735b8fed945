"""What the scenario does to everybody: four tiles from the lists themselves; all figures, with intervals, folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import formats, show
from pages.ui.studio import figures
from pages.ui.studio import words_population as words
from pages.ui.studio.stage import Stage

if TYPE_CHECKING:
    from recsys_core.ranking.outcome import Point


def draw(stage: Stage) -> None:
    """The four tiles, and the fold below them."""
    from recsys_core.ranking.outcome import point

    found = stage.answer.population
    points = {name: at for name in found.names if (at := point(found, name)) is not None}
    with st.container(key="studio_tiles", gap="small"):
        _kept(stage, points)
        _variety(stage, points)
        _shown(stage, points)
        _value(stage, points)
    sides = {f"{name}_before": at.before for name, at in points.items()}
    show.hook("population", scenario=stage.scenario.hash, users=len(found.after), **sides, **{n: at.after for n, at in points.items()})
    fold = st.expander(words.MORE, key="studio_figures", on_change="rerun")
    if fold.open:
        with fold:
            _all(stage)


def _kept(stage: Stage, points: dict[str, Point]) -> None:
    at = points["relevance_kept"]
    _tile(words.KEPT, formats.percent(at.after), figures.change("relevance_kept", at.difference), _help(stage, "relevance_kept", at))


def _variety(stage: Stage, points: dict[str, Point]) -> None:
    at, groups = points.get("ild"), points.get("groups")
    if at is None:
        _tile(words.VARIETY, words.NOT_KNOWN, words.NO_VECTORS, words.FIGURES["ild"].definition)
        return
    share = at.difference / at.before if at.before else 0.0
    form = words.MORE_VARIED if share > 0 else words.LESS_VARIED
    change = words.NO_CHANGE if abs(share) < 0.0005 else form.format(share=formats.percent(abs(share)))
    told = _help(stage, "ild", at)
    if groups is not None:
        told += "\n\n" + words.GROUPS_IN_LIST.format(before=f"{groups.before:.1f}", after=f"{groups.after:.1f}")
    _tile(words.VARIETY, formats.decimal(at.after), change, told)


def _shown(stage: Stage, points: dict[str, Point]) -> None:
    never, items = points["never_shown"], stage.ground.n_items
    before, after = (items - round(side) for side in never)
    told = words.SHOWN_HELP.format(
        users=formats.count(len(stage.answer.users)),
        k=stage.scenario.k,
        before=formats.count(before),
        after=formats.count(after),
        compared=stage.opened.compared_with,
    )
    change = f"{'+' if after > before else '−'}{formats.count(abs(after - before))}" if after != before else words.NO_CHANGE
    _tile(words.SHOWN, words.SHOWN_OF.format(n=formats.count(after), all=formats.count(items)), change, told)


def _value(stage: Stage, points: dict[str, Point]) -> None:
    price, margin = points.get("price"), points.get("margin")
    currency = stage.dataset.currency
    if price is None and margin is None:
        _tile(words.VALUE, words.NOT_KNOWN, words.NO_PRICES, words.FIGURES["price"].definition)
        return
    if price is None:
        assert margin is not None
        change = figures.change("margin", margin.difference)
        _tile(words.MARGIN_TILE, figures.value("margin", margin.after), change, _help(stage, "margin", margin))
        return
    sides = [figures.value("margin", side) for side in margin] if margin else []
    note = words.MARGIN_TOO.format(before=sides[0], after=sides[1]) if sides else None
    told = f"{_help(stage, 'price', price)}\n\n{words.VALUE_HELP}"
    _tile(words.VALUE, figures.value("price", price.after, currency), figures.change("price", price.difference, currency), told, note)


def _tile(label: str, value: str, change: str, told: str, note: str | None = None) -> None:
    """One tile; its change is neither good nor bad by itself, so it has no colour."""
    st.metric(label, formats.plain(value), formats.plain(change), delta_color="off", delta_arrow="off", delta_description=note, help=told)


def _help(stage: Stage, name: str, at: Point) -> str:
    currency = stage.dataset.currency
    before, after = (figures.value(name, side, currency) for side in at)
    definition = words.FIGURES[name].definition
    return formats.plain(words.TILE_HELP.format(definition=definition, before=before, after=after, compared=stage.opened.compared_with))


def _all(stage: Stage) -> None:
    """Every figure with its interval, which takes longer than the lists."""
    told, currency = stage.told, stage.dataset.currency
    st.caption(formats.plain(words.MORE_NOTE.format(users=formats.count(told.users), k=told.k)))
    parts = []
    for title, names in words.PARTS.items():
        shown = [figure for name in names if (figure := told.figure(name)) is not None and figure.after == figure.after]
        parts.append((title.format(compared=stage.opened.compared_with), shown))
    figures.table(parts, currency)
    if told.figure("ndcg") is None:
        st.caption(words.NO_HELD_OUT)
    spans = [
        show.hook_html("figure", scenario=told.hash, name=f.name, before=f.before, after=f.after, low=f.low, high=f.high)
        for f in told.figures
    ]
    show.hooks("figures", *spans)
