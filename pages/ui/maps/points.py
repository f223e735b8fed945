"""What is said of points of a map when the pointer is over them, how popular they are and of what group."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from pages.ui import formats
from pages.ui.maps import words_map as say

NOWHERE: Mapping[int, str] = MappingProxyType({})
AT_A_TIME = 20_000  # shoppers whose main group is found together


def item_texts(catalogue: Any, dataset: Any, rows: NDArray[np.integer], clusters: Mapping[int, str] = NOWHERE) -> list[str]:
    """A card for each of these products: title, price, buyers, group, cluster. clusters: name of each of these rows that is in one."""
    texts = []
    for item in map(int, rows):
        code = int(catalogue.groups[item])
        lines = [f"<b>{formats.on_chart(catalogue.titles[item])}</b>"]
        if np.isfinite(catalogue.prices[item]):
            lines.append(formats.money(catalogue.prices[item], dataset.currency))
        if code >= 0:
            lines.append(formats.on_chart(catalogue.labels[code]))
        lines.append(say.SHOPPERS_BOUGHT.format(n=formats.plural(int(catalogue.buyers[item]), "shopper")))
        if item in clusters:
            lines.append(say.CLUSTER_OF.format(name=formats.on_chart(clusters[item])))
        texts.append("<br>".join(lines))
    return texts


def user_texts(
    catalogue: Any, dataset: Any, rows: NDArray[np.integer], top: NDArray[np.int32], segments: Any, clusters: Mapping[int, str]
) -> list[str]:
    """A card for each of these shoppers: id, products had, main group, segment, cluster. top: the main group of each of `rows`."""
    had = sizes_of(dataset)[rows]
    texts = []
    for user, n, code in zip(map(int, rows), had, top, strict=True):
        lines = [f"<b>{formats.on_chart(dataset.user_ids[user])}</b>", say.PRODUCTS_HAD.format(n=formats.plural(int(n), "product"))]
        if code >= 0:
            lines.append(formats.on_chart(catalogue.labels[code]))
        if segments.codes[user] >= 0:
            lines.append(say.SEGMENT_OF.format(name=formats.on_chart(segments.labels[segments.codes[user]])))
        if user in clusters:
            lines.append(say.CLUSTER_OF.format(name=formats.on_chart(clusters[user])))
        texts.append("<br>".join(lines))
    return texts


def sizes_of(dataset: Any) -> NDArray[np.int64]:
    """Int64 [users]: products that each shopper had."""
    return np.diff(dataset.positives.indptr).astype(np.int64)


def main_groups(dataset: Any, groups: NDArray[np.int32], n_groups: int, rows: NDArray[np.integer]) -> NDArray[np.int32]:
    """Int32 [n]: the group that most products of each of these shoppers are of, -1 for none."""
    known = np.flatnonzero(groups >= 0)
    member = csr_matrix((np.ones(len(known), np.float32), (known, groups[known])), shape=(len(groups), max(n_groups, 1)))
    top = np.full(len(rows), -1, dtype=np.int32)
    for start in range(0, len(rows), AT_A_TIME):
        had = (dataset.positives[rows[start : start + AT_A_TIME]] @ member).toarray()
        top[start : start + AT_A_TIME] = np.where(had.max(axis=1) > 0, had.argmax(axis=1), -1)
    return top
