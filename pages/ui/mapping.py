"""What the taste map shows: points with their words, the figure for a colour, and the list of what was selected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from pages.ui import formats, show, words
from pages.ui.charts.taste_map import MapPoints, group_map, thin_out, value_map
from pages.ui.formats import plain

LISTED = 200
MOST_SELECTED = 5000


def colours_for(what: str, *, has_prices: bool, has_groups: bool) -> dict[str, str]:
    """What points can be coloured by."""
    found = dict(words.MAP_COLOURS) if what == "items" else {"popularity": words.MAP_ACTIVITY, "group": words.MAP_TOP_GROUP}
    if not has_prices:
        found.pop("price", None)
    if not has_groups:
        found.pop("group", None)
    return found


def draw(
    dataset: Any, catalogue: Any, what: str, method: str, colour: str, projection: tuple[NDArray, NDArray, float]
) -> tuple[go.Figure, str, int, str]:
    """(figure, how far to trust it, points drawn, method). projection: coordinates, dataset rows, and the trust figure of the method."""
    coordinates, rows, trust = projection
    hover, sizes, groups = of_items(catalogue, dataset, rows) if what == "items" else _of_users(dataset, catalogue, rows)
    points = thin_out(MapPoints(np.asarray(coordinates), np.asarray(rows), hover, equal=method == "pca"), words.MAP_LIMIT)
    keep = np.searchsorted(rows, points.rows) if len(points) < len(rows) else np.arange(len(rows))
    noun = formats.plural(len(rows), *(("product",) if what == "items" else ("shopper",)))
    sentence = (words.TRUST_PCA if method == "pca" else words.TRUST_UMAP).format(share=formats.percent(trust, 0))
    if len(points) < len(rows):
        sentence += " " + words.THINNED.format(shown=formats.count(len(points)), all=formats.count(len(rows)))
    title, subtitle = f"{noun}, {method.upper()}", sentence
    if colour == "group" and (groups >= 0).any():
        return group_map(points, groups[keep], catalogue.labels, title=title, subtitle=subtitle), sentence, len(points), method
    if colour == "price" and what == "items":
        figure = value_map(points, catalogue.prices[points.rows], name=words.MAP_COLOURS["price"], title=title, subtitle=subtitle)
        return figure, sentence, len(points), method
    name = words.MAP_BUYERS if what == "items" else words.MAP_PRODUCTS_HAD
    return value_map(points, sizes[keep].astype(float), name=name, title=title, subtitle=subtitle), sentence, len(points), method


def of_items(catalogue: Any, dataset: Any, rows: NDArray[np.int32]) -> tuple[list[str], NDArray[np.int64], NDArray[np.int32]]:
    hover = []
    for item in map(int, rows):
        code = int(catalogue.groups[item])
        lines = [f"<b>{formats.on_chart(catalogue.titles[item])}</b>", formats.plural(int(catalogue.buyers[item]), "shopper")]
        if np.isfinite(catalogue.prices[item]):
            lines.append(formats.money(catalogue.prices[item], dataset.currency))
        if code >= 0:
            lines.append(formats.on_chart(catalogue.labels[code]))
        hover.append("<br>".join(lines))
    return hover, catalogue.buyers[rows], catalogue.groups[rows]


def _of_users(dataset: Any, catalogue: Any, rows: NDArray[np.int32]) -> tuple[list[str], NDArray[np.int64], NDArray[np.int32]]:
    matrix = dataset.positives
    sizes = np.diff(matrix.indptr)[rows]
    top = np.full(len(rows), -1, dtype=np.int32)
    for place, user in enumerate(map(int, rows)):
        codes = catalogue.groups[matrix.indices[matrix.indptr[user] : matrix.indptr[user + 1]]]
        known = codes[codes >= 0]
        if len(known):
            top[place] = int(np.bincount(known).argmax())
    hover = [
        f"<b>{formats.on_chart(dataset.user_ids[user])}</b><br>{formats.plural(int(n), 'product')}"
        + (f"<br>{formats.on_chart(catalogue.labels[code])}" if code >= 0 else "")
        for user, n, code in zip(rows, sizes, top, strict=True)
    ]
    return hover, sizes, top


def selected_rows(event: Mapping[str, Any]) -> list[int]:
    """Dataset rows of the selected points, each once, in the order drawn."""
    points = event["selection"]["points"] if event and "selection" in event else []
    found = [int(p["customdata"][0]) for p in points if p.get("customdata") is not None]
    return list(dict.fromkeys(found))


def selection_panel(dataset_id: str, what: str, rows: list[int]) -> None:
    """The selected products or shoppers, the most bought first."""
    from pages.ui import cache

    dataset, catalogue = cache.dataset(dataset_id), cache.catalogue(dataset_id)
    with st.container(border=True, key="selection", height="stretch"):
        show.hook("selection", count=len(rows))
        if not rows:
            st.markdown(f"**{words.SELECT_TITLE}**  \n:gray[{words.SELECT_HINT}]")
            return
        if what == "items":
            rows = sorted(rows, key=lambda i: -int(catalogue.buyers[i]))
            codes = [int(catalogue.groups[i]) for i in rows if catalogue.groups[i] >= 0]
            table = [
                {
                    words.COLUMN_PRODUCT: catalogue.titles[i],
                    words.MAP_BUYERS: int(catalogue.buyers[i]),
                    words.COLUMN_PRICE: formats.money(catalogue.prices[i], dataset.currency),
                }
                for i in rows[:LISTED]
            ]
        else:
            sizes = np.diff(dataset.positives.indptr)
            rows, codes = sorted(rows, key=lambda u: -int(sizes[u])), []
            table = [{words.SHOPPER: str(dataset.user_ids[u]), words.MAP_PRODUCTS_HAD: int(sizes[u])} for u in rows[:LISTED]]
        noun = formats.plural(len(rows), "product" if what == "items" else "shopper")
        st.markdown(f"**{words.SELECTED.format(n=noun)}**{_mix(codes, catalogue.labels)}")
        widths = {name: st.column_config.Column(width=width) for name, width in zip(table[0], (165, 75, 70), strict=False)}
        st.dataframe(table, hide_index=True, height=460, column_config=widths, alt=words.SELECTED.format(n=noun))
        if len(rows) > LISTED:
            st.caption(words.LISTED_FIRST.format(n=LISTED))


def _mix(codes: list[int], labels: list[str]) -> str:
    if not codes:
        return ""
    counts = np.bincount(codes, minlength=len(labels))
    top = int(counts.argmax())
    return f"  \n:gray[{words.MOSTLY.format(share=formats.percent(counts[top] / len(codes), 0), group=plain(labels[top]))}]"
