"""From products in order to cards. Knows no Streamlit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pages.ui import formats
from pages.ui import words_studio as words
from pages.ui.cache import Catalogue
from pages.ui.cards import Card


def cards(
    items: Sequence[int],
    other: Sequence[int],
    ranks: dict[int, int],
    catalogue: Catalogue,
    currency: str | None,
    known: set[int],
    *,
    after: bool,
) -> list[Card]:
    """Cards of one list. other: the one it is compared with; ranks: places before; known: groups of the shopper's past."""
    place_in_other = {int(item): place for place, item in enumerate(other)}
    found = []
    for place, item in enumerate(map(int, items)):
        code = int(catalogue.groups[item])
        there = place_in_other.get(item)
        found.append(
            Card(
                item_id=str(catalogue.ids[item]),
                rank=place + 1,
                title=catalogue.titles[item],
                price=formats.money(catalogue.prices[item], currency) if np.isfinite(catalogue.prices[item]) else "",
                group=catalogue.labels[code] if code >= 0 else "",
                group_code=code,
                change=(None if there is None else there - place) if after else 0,
                moved_from=ranks.get(item),
                reason=words.NEW_GROUP if code >= 0 and code not in known else "",
                leaving=not after and there is None,
            )
        )
    return found


def known_groups(dataset: Any, user: int, catalogue: Catalogue) -> set[int]:
    """Groups of everything the shopper has had."""
    matrix = dataset.positives
    items = matrix.indices[matrix.indptr[user] : matrix.indptr[user + 1]]
    return set(np.unique(catalogue.groups[items]).tolist())


def both_decks(
    run: Any, dataset: Any, catalogue: Catalogue, user: int, before: NDArray[np.int32], after: NDArray[np.int32]
) -> tuple[list[Card], list[Card]]:
    """The cards of a shopper's list before and of the one after. before, after: product indices, in order."""
    ranks = {int(item): place + 1 for place, item in enumerate(run.candidates[user]) if item >= 0}
    known = known_groups(dataset, user, catalogue)
    return (
        cards(before, after, ranks, catalogue, dataset.currency, known, after=False),
        cards(after, before, ranks, catalogue, dataset.currency, known, after=True),
    )
