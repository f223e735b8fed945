"""Winners and losers: products, groups, price bands; exposure before and after; what is never shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from pages.ui import formats, show
from pages.ui.charts.exposure import exposure_chart
from pages.ui.charts.movers import Moved, movers_chart
from pages.ui.studio import words_population as words
from pages.ui.studio.stage import Stage

if TYPE_CHECKING:
    from recsys_core.ranking.outcome import GroupFigures, Outcome

MOST = 12  # groups on the chart
LISTED = 200  # never shown products in the table; the file has all
ROW = 35  # pixels of a row of the table
NAME, FIGURE = 150, 64  # and of a column
PRODUCTS, BANDS = "products", "price_bands"


def draw(stage: Stage) -> None:
    """The catalogue's side of the scenario."""
    told = stage.told
    _moved(stage, told)
    left, right = st.columns(2, gap="medium")
    with left:
        _exposure(told)
    with right:
        _never(stage)


def _moved(stage: Stage, told: Outcome) -> None:
    kinds = [name for name in words.BY if name == PRODUCTS or getattr(told, name)]
    chosen = st.segmented_control(
        words.BY_LABEL, kinds, format_func=words.BY.__getitem__, default=kinds[0], required=True, key="studio_movers_by"
    )
    what = str(chosen or kinds[0])
    rows: Sequence[GroupFigures] = getattr(told, what)
    if not rows:
        st.caption(words.MOVERS_NONE.format(who=words.MOVERS_WHO[what]))
        return
    shown = _shown(rows, what)
    moved = [Moved(_name(stage, each), each.before, each.after, each.low, each.high) for each in shown]
    left, right = st.columns(2, gap="medium")
    with left:
        subtitle = words.MOVERS_SUBTITLE.format(who=words.MOVERS_WHO[what])
        figure = movers_chart(moved, title=finding(moved, words.MOVERS_WHO[what]), subtitle=subtitle, axis=words.MOVERS_AXIS)
        unpriced = int((~np.isfinite(stage.ground.price)).sum()) if what == BANDS else 0
        note = words.PRICE_UNKNOWN.format(n=formats.plural(unpriced, "product")) if unpriced else ""
        show.chart(figure, "studio_movers", note=note)
    with right:
        _table([_name(stage, each) for each in rows], rows, height=ROW * (len(shown) + 1) + 3)
        _download(stage, what, lambda: _all(stage, rows, what))
    spans = [
        show.hook_html("mover", scenario=told.hash, label=each.label, before=each.before, after=each.after, low=each.low, high=each.high)
        for each in rows
    ]
    show.hooks("movers", *spans)


def finding(moved: Sequence[Moved], who: str) -> str:
    """The largest clear change in a sentence."""
    clear = [each for each in moved if each.clear]
    if not clear:
        return words.MOVERS_UNCLEAR.format(who=who)
    most = max(clear, key=lambda each: abs(each.change))
    form = words.MOVERS_GAIN if most.change > 0 else words.MOVERS_LOSE
    return form.format(name=most.name, before=_share(most.before), after=_share(most.after))


def table_of(names: Sequence[str], rows: Sequence[GroupFigures]) -> pd.DataFrame:
    """The same figures as the chart's, in percent and points."""
    parts = {
        "label": list(names),
        "items": [each.items for each in rows],
        "before": [100 * each.before for each in rows],
        "after": [100 * each.after for each in rows],
        "change": [100 * (each.after - each.before) for each in rows],
        "low": [100 * each.low for each in rows],
        "high": [100 * each.high for each in rows],
        "verdict": [words.CLEAR if each.low > 0 or each.high < 0 else words.NOT_CLEAR for each in rows],
    }
    if all(each.items == 1 for each in rows):
        del parts["items"]
    return pd.DataFrame(parts).rename(columns=dict(words.COLUMNS))


def _shown(rows: Sequence[GroupFigures], what: str) -> Sequence[GroupFigures]:
    """Of many groups those that gain most and those that lose most; price bands as they stand."""
    if what == BANDS or len(rows) <= 2 * MOST:
        return rows
    gains, losses = [each for each in rows if each.after > each.before], [each for each in rows if each.after < each.before]
    return [*gains[: MOST // 2], *losses[-(MOST // 2) :]]


def _name(stage: Stage, row: GroupFigures) -> str:
    bounds = getattr(row, "price_from", None), getattr(row, "price_to", None)
    if bounds[0] is None:
        return row.label
    return words.BAND.format(low=formats.money(bounds[0], stage.dataset.currency), high=formats.money(bounds[1], stage.dataset.currency))


def _share(share: float) -> str:
    return formats.percent(share, 1 if share >= 0.01 else 2)


def _table(names: Sequence[str], rows: Sequence[GroupFigures], *, height: int) -> None:
    """All rows, as high as the chart beside them; a group's share of all exposure is larger than a product's, and has fewer decimals."""
    table = table_of(names, rows)
    items, change, low, high, verdict = (words.COLUMNS[name] for name in ("items", "change", "low", "high", "verdict"))
    digits = 2 if items in table else 3
    told = [f"{a:+.{digits}f} to {b:+.{digits}f}".replace("-", "−") for a, b in zip(table[low], table[high], strict=True)]
    table[words.COLUMNS["interval"]] = [t if clear == words.CLEAR else clear for t, clear in zip(told, table[verdict], strict=True)]
    number = st.column_config.NumberColumn
    st.dataframe(
        table.drop(columns=[low, high, verdict]),
        hide_index=True,
        height=height,
        column_config={
            words.COLUMNS["label"]: st.column_config.TextColumn(width=NAME - FIGURE // 2 if items in table else NAME),
            items: number(format="%d", width=FIGURE),
            words.COLUMNS["before"]: number(format=f"%.{digits}f", width=FIGURE),
            words.COLUMNS["after"]: number(format=f"%.{digits}f", width=FIGURE),
            change: number(format=f"%+.{digits}f", width=FIGURE),
        },
        alt=words.TABLE_ALT,
        key="studio_movers_table",
    )


def _all(stage: Stage, rows: Sequence[GroupFigures], what: str) -> bytes:
    """Of products all, with intervals where there are some; of anything else what is on the screen."""
    if what != PRODUCTS:
        return table_of([_name(stage, each) for each in rows], rows).to_csv(index=False).encode("utf-8-sig")
    from recsys_core.ranking.movers import shares

    found, every = stage.answer.population, np.arange(stage.ground.n_items)
    before, after = (100 * shares(lists, every, len(every)) for lists in (found.before, found.after))
    table = pd.DataFrame(
        {
            words.NEVER_COLUMNS["item_id"]: stage.catalogue.ids,
            words.NEVER_COLUMNS["title"]: stage.catalogue.titles,
            words.COLUMNS["before"]: before,
            words.COLUMNS["after"]: after,
            words.COLUMNS["change"]: after - before,
        }
    )
    ends = {getattr(each, "item_id", ""): (100 * each.low, 100 * each.high) for each in rows}
    for place, name in enumerate(("low", "high")):
        known = {id_: pair[place] for id_, pair in ends.items()}
        table[words.COLUMNS[name]] = table[words.NEVER_COLUMNS["item_id"]].map(known)
    return table.sort_values(words.COLUMNS["change"], ascending=False, kind="stable").to_csv(index=False).encode("utf-8-sig")


def _download(stage: Stage, what: str, data: object) -> None:
    name = words.MOVERS_FILE.format(run=stage.record.id, what=what.replace("_", " "), hash=stage.scenario.hash)
    st.download_button(
        words.DOWNLOAD,
        data,  # type: ignore[arg-type]
        file_name=name,
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        type="tertiary",
        key=f"studio_download_{what}",
    )


def _exposure(told: Outcome) -> None:
    of = told.exposure
    form = words.HALF_SAME if of.half_after == of.half_before else words.HALF
    title = form.format(before=formats.count(of.half_before), after=formats.count(of.half_after))
    figure = exposure_chart(
        of.products,
        of.before,
        of.after,
        (of.half_before, of.half_after),
        title=title,
        subtitle=words.LORENZ_SUBTITLE,
        names=(words.BEFORE_POINT, words.AFTER_POINT),
        x=words.LORENZ_X,
        y=words.LORENZ_Y,
    )
    show.chart(figure, "studio_exposure")
    show.hook("exposure", scenario=told.hash, half_before=of.half_before, half_after=of.half_after)


def _never(stage: Stage) -> None:
    """What is in nobody's list, those with the most buyers first."""
    rows, lists = never_shown(stage)
    total, before = formats.count(stage.ground.n_items), int((lists == 0).sum())
    title = words.NEVER_TITLE.format(n=formats.count(len(rows)), all=total, before=formats.count(before)) if len(rows) else words.NEVER_NONE
    with st.container(border=True, key="studio_never"):
        st.markdown(f"**{formats.plain(title)}**  \n:gray[:small[{formats.plain(words.NEVER_NOTE)}]]")
        show.hook("never", scenario=stage.scenario.hash, after=len(rows), before=before)
        if not len(rows):
            return
        asked = st.text_input(
            words.NEVER_SEARCH, key="studio_never_search", placeholder=words.NEVER_SEARCH, label_visibility="collapsed", type="search"
        )
        found = matching(stage, rows, asked or "")
        if not len(found):
            st.caption(words.NEVER_NO_MATCH)
            return
        st.dataframe(
            never_table(stage, found[:LISTED], lists),
            hide_index=True,
            height=230,
            column_config={words.NEVER_COLUMNS["title"]: st.column_config.TextColumn(width=NAME + FIGURE)},
            alt=title,
            key="studio_never_table",
        )
        if len(found) > LISTED:
            st.caption(words.NEVER_FIRST.format(n=LISTED, all=formats.count(len(found))))
        _download(stage, "never_shown", lambda: never_table(stage, rows, lists).to_csv(index=False).encode("utf-8-sig"))


def never_shown(stage: Stage) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(the products in nobody's list after, the most bought first; int [I], how many lists held each before)."""
    from recsys_core.evaluation.beyond_accuracy import exposure_counts

    found = stage.answer.population
    before, after = (exposure_counts(lists, stage.ground.n_items) for lists in (found.before, found.after))
    rows = np.flatnonzero(after == 0)
    return rows[np.argsort(-stage.catalogue.buyers[rows], kind="stable")], before


def never_table(stage: Stage, rows: NDArray[np.int64], lists: NDArray[np.int64]) -> pd.DataFrame:
    """Some products with how many bought them and how many lists held them before."""
    catalogue = stage.catalogue
    labels = np.array([*catalogue.labels, ""], dtype=object)
    table = {
        "title": [catalogue.titles[row] for row in rows],
        "buyers": catalogue.buyers[rows],
        "was": lists[rows],
        "group": labels[catalogue.groups[rows]],
        "item_id": catalogue.ids[rows],
    }
    return pd.DataFrame(table).rename(columns=dict(words.NEVER_COLUMNS))


def matching(stage: Stage, rows: NDArray[np.int64], asked: str) -> NDArray[np.int64]:
    """Those whose title, id or group holds what is asked, whatever its case."""
    text = asked.strip().casefold()
    if not text:
        return rows
    catalogue = stage.catalogue
    groups = {code for code, label in enumerate(catalogue.labels) if text in label.casefold()}
    fits = [
        catalogue.groups[row] in groups or text in catalogue.titles[row].casefold() or text in str(catalogue.ids[row]).casefold()
        for row in rows
    ]
    return rows[np.array(fits, dtype=bool)]
