"""What the marked shoppers bought and are shown, and who bought and is shown the marked products."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from pages.ui import cache, formats, show
from pages.ui.charts.frame import ACCENT, REAL
from pages.ui.charts.maps.linked import linked_map
from pages.ui.formats import plain
from pages.ui.maps import words_linked as words
from pages.ui.maps.stage import ITEMS, USERS, MapStage, Picked

TOP = 10  # products in a table
FEW = 4  # marked products of a shopper; the largest dot stands for at least so many
Shares = NDArray[np.float64]


def draw(stage: MapStage, picked: Picked) -> None:
    """Below the map."""
    if stage.what == ITEMS and not len(picked.rows):
        st.markdown(f"**{words.MARK_ITEMS}**  \n:gray[{words.MARK_ITEMS_HINT}]")
        return
    lists = cache.shown_now(stage.record.id)
    form = words.NOW_PUBLISHED if cache.is_published(stage.record.id) else words.NOW_PLAIN
    note = form.format(k=lists.shape[1])
    if stage.what == USERS:
        _of_shoppers(stage, picked, lists, note)
    else:
        _of_products(stage, picked, lists, note)


def other_map(stage: MapStage) -> MapStage | None:
    """The map of the other kind, by the same method if it was made; None where the run has no vectors for it."""
    other = ITEMS if stage.what == USERS else USERS
    if not cache.has_vectors(stage.record.id, other):
        return None
    kept = cache.projection(stage.record.id, other, stage.method)
    method, found = (stage.method, kept) if kept is not None else ("pca", cache.projection(stage.record.id, other, "pca"))
    assert found is not None
    return MapStage(stage.record, stage.run, stage.dataset, stage.catalogue, other, method, found)


def _heading(stage: MapStage, who: str, *notes: str) -> MapStage | None:
    """The question and its notes; returns the other map."""
    other = other_map(stage)
    missing = () if other else (words.NO_MAP[ITEMS if stage.what == USERS else USERS],)
    st.markdown(f"**{plain(words.HEADING[stage.what].format(who=who))}**  \n:gray[{plain(' '.join((*notes, *missing)))}]")
    return other


def _of_shoppers(stage: MapStage, picked: Picked, lists: NDArray[np.int32], note: str) -> None:
    marked = len(picked.rows) > 0
    rows: NDArray[np.integer] = picked.rows if marked else np.arange(stage.dataset.n_users)
    who = words.MARKED_USERS.format(n=formats.plural(len(rows), "shopper")) if marked else words.EVERYBODY
    products = _heading(stage, who, note, *(() if marked else (words.MARK_SOME_USERS,)))
    usual = cache.bought_share(stage.dataset.id), cache.shown_share(stage.record.id)
    bought, shown = (bought_share(stage, rows), shown_share(lists, rows, stage.dataset.n_items)) if marked else usual
    most = float(max(bought.max(initial=0.0), shown.max(initial=0.0)))
    left, right = st.columns(2, gap="medium")
    with left:
        _side(stage, products, "bought", bought, usual[0], most, who if marked else "")
    with right:
        _side(stage, products, "shown", shown, usual[1], most, who if marked else "")
    best = [int(share.argmax()) if share.any() else -1 for share in (bought, shown)]
    ids = [str(stage.catalogue.ids[item]) if item >= 0 else "" for item in best]
    show.hook("linked", what=stage.what, count=len(rows), bought=ids[0], shown=ids[1], share=float(shown.max(initial=0.0)))


def bought_share(stage: MapStage, rows: NDArray[np.integer]) -> Shares:
    """float64 [items]: the share of these shoppers who bought each product."""
    counts = np.bincount(stage.dataset.positives[rows].indices, minlength=stage.dataset.n_items)
    return np.asarray(counts / max(len(rows), 1))


def shown_share(lists: NDArray[np.int32], rows: NDArray[np.integer], n_items: int) -> Shares:
    """float64 [items]: the share of these shoppers whose list has each product."""
    found = lists[rows]
    return np.asarray(np.bincount(found[found >= 0], minlength=n_items) / max(len(rows), 1))


def _side(stage: MapStage, products: MapStage | None, side: str, share: Shares, usual: Shares, most: float, who: str) -> None:
    """One of the two: its map, then what there is most of. most: the largest share of both. who: "" for everybody."""
    is_bought = side == "bought"
    title = finding(stage, share, usual, who, bought=is_bought)
    if products is not None:
        at = products.rows[share[products.rows] > 0]
        told = [
            words.TOLD_PRODUCT.format(
                title=formats.on_chart(stage.catalogue.titles[item]), share=formats.percent(share[item]), usual=formats.percent(usual[item])
            )
            for item in at
        ]
        figure = linked_map(
            products.coordinates,
            share[at],
            told,
            at=np.searchsorted(products.rows, at),
            most=most,
            colour=REAL if is_bought else ACCENT,
            equal=products.method == "pca",
            title=title,
            subtitle=words.SUBTITLE_BOUGHT if is_bought else words.SUBTITLE_SHOWN,
            alt=_alt(title, stage, share),
        )
        show.chart(figure, f"linked_{side}")
    table = top_products(stage, share, usual, everybody=not who)
    st.markdown(f"**{words.TOP_BOUGHT if is_bought else words.TOP_SHOWN}**" + ("" if products else f"  \n:gray[{plain(title)}]"))
    if len(table):
        number = partial(st.column_config.NumberColumn, format="%.1f", width=95)
        columns = {words.OF_THESE: number(), words.OF_ALL: number(), words.TIMES: number(width=65)}
        st.dataframe(table, hide_index=True, column_config=columns, alt=words.TABLE_ALT, key=f"linked_top_{side}")


def finding(stage: MapStage, share: Shares, usual: Shares, who: str, *, bought: bool) -> str:
    """Which group most of it is of."""
    if not share.any():
        return words.NOTHING_BOUGHT if bought else words.NOTHING_SHOWN
    groups, labels = stage.catalogue.groups, stage.catalogue.labels
    if not labels:
        return (words.PLAIN_BOUGHT if bought else words.PLAIN_SHOWN).format(who=who or words.EVERYBODY)
    named = groups >= 0
    parts = [np.bincount(groups[named], weights=each[named], minlength=len(labels)) / max(each.sum(), 1e-12) for each in (share, usual)]
    most = int((parts[0] - parts[1] if who else parts[0]).argmax())
    told = {"share": formats.percent(parts[0][most], 0), "group": labels[most]}
    if not who:
        return (words.GROUP_OF_ALL_BOUGHT if bought else words.GROUP_OF_ALL_SHOWN).format(**told)
    form = words.GROUP_OF_BOUGHT if bought else words.GROUP_OF_SHOWN
    return form.format(**told, who=who, usual=formats.percent(parts[1][most], 0))


def top_products(stage: MapStage, share: Shares, usual: Shares, *, everybody: bool) -> pd.DataFrame:
    """The products of most of these shoppers, with their share of everybody beside."""
    best = [item for item in np.lexsort((-usual, -share))[:TOP] if share[item] > 0]
    table = {words.PRODUCT: [stage.catalogue.titles[item] for item in best], words.OF_THESE: [100 * share[item] for item in best]}
    if not everybody:
        table[words.OF_ALL] = [100 * usual[item] for item in best]
        table[words.TIMES] = [share[item] / usual[item] for item in best]
    return pd.DataFrame(table)


def _alt(title: str, stage: MapStage, share: Shares) -> str:
    best = [item for item in np.argsort(-share, kind="stable")[:5] if share[item] > 0]
    return f"{title}. " + "; ".join(f"{stage.catalogue.titles[item]} {formats.percent(share[item])}" for item in best)


def _of_products(stage: MapStage, picked: Picked, lists: NDArray[np.int32], note: str) -> None:
    who = words.MARKED_ITEMS.format(n=formats.plural(len(picked.rows), "product"))
    bought, shown = marked_of(stage, picked.rows, lists)
    both = words.BOTH.format(n=formats.count(int(((bought > 0) & (shown > 0)).sum())))
    shoppers = _heading(stage, who, note, both)
    all_of_them = formats.count(stage.dataset.n_users)
    titles = [
        form.format(n=formats.count(int((n > 0).sum())), all=all_of_them)
        for form, n in ((words.BOUGHT_BY, bought), (words.SHOWN_TO, shown))
    ]
    if shoppers is not None:
        subtitles = words.SUBTITLE_BUYERS, words.SUBTITLE_VIEWERS
        sides = zip(st.columns(2, gap="medium"), ("buyers", "viewers"), (bought, shown), titles, subtitles, (REAL, ACCENT), strict=True)
        for column, key, counts, title, subtitle, colour in sides:
            with column:
                at = shoppers.rows[counts[shoppers.rows] > 0]
                told = [words.TOLD_SHOPPER.format(id=formats.on_chart(stage.dataset.user_ids[user]), n=counts[user]) for user in at]
                figure = linked_map(
                    shoppers.coordinates,
                    counts[at],
                    told,
                    at=np.searchsorted(shoppers.rows, at),
                    most=float(max(FEW, bought.max(initial=0), shown.max(initial=0))),
                    colour=colour,
                    equal=shoppers.method == "pca",
                    title=title,
                    subtitle=subtitle,
                    alt=f"{title}. {subtitle}",
                )
                show.chart(figure, f"linked_{key}")
    else:
        st.markdown(plain(". ".join(titles)) + ".")
    _by_segment(stage, bought > 0, shown > 0)
    show.hook("linked", what=stage.what, count=len(picked.rows), bought=int((bought > 0).sum()), shown=int((shown > 0).sum()))


def marked_of(stage: MapStage, items: NDArray[np.integer], lists: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """int [users] each: how many of these products every shopper bought, and how many their list has."""
    marked = np.zeros(stage.dataset.n_items + 1, dtype=np.int64)  # the last is for -1, no product
    marked[items] = 1
    had = stage.dataset.positives
    running = np.concatenate([[0], np.cumsum(marked[had.indices])])
    return running[had.indptr[1:]] - running[had.indptr[:-1]], marked[lists].sum(axis=1)


def _by_segment(stage: MapStage, bought: NDArray[np.bool_], shown: NDArray[np.bool_]) -> None:
    found = cache.segments(stage.dataset.id)
    if not found.labels:
        return
    codes, n = np.asarray(found.codes), len(found.labels)
    sizes, buyers, viewers = (np.bincount(codes[mask & (codes >= 0)], minlength=n) for mask in (codes >= 0, bought, shown))
    table = pd.DataFrame(
        {
            words.SEGMENT: found.labels,
            words.SHOPPERS: sizes,
            words.N_BOUGHT: buyers,
            words.SHARE_BOUGHT: 100 * buyers / np.maximum(sizes, 1),
            words.N_SHOWN: viewers,
            words.SHARE_SHOWN: 100 * viewers / np.maximum(sizes, 1),
        }
    )
    share = st.column_config.NumberColumn(format="%.1f")
    columns = {words.SHARE_BOUGHT: share, words.SHARE_SHOWN: share}
    st.dataframe(table, hide_index=True, column_config=columns, alt=words.SEGMENTS_ALT, key="linked_segments")
