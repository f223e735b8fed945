"""What is said of each point of a map when the pointer is over it, and how large and of what group it is."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pages.ui import formats

Told = tuple[list[str], NDArray[np.int64], NDArray[np.int32]]


def of_items(catalogue: Any, dataset: Any, rows: NDArray[np.integer]) -> Told:
    """(text, buyers, group) of products."""
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


def of_users(catalogue: Any, dataset: Any, rows: NDArray[np.integer]) -> Told:
    """(text, products had, the group that most of these are of) of shoppers."""
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
