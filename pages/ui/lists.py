"""From a shopper and a position of the slider to two lists of cards and what the change costs. Knows no Streamlit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pages.ui import formats, words
from pages.ui.cache import Catalogue
from pages.ui.cards import Card
from recsys_core.evaluation.beyond_accuracy import intra_list_distance
from recsys_core.ranking.hidden import without_hidden
from recsys_core.ranking.lists import rank_lists
from recsys_core.ranking.measures import relevance_kept


@dataclass(frozen=True)
class Change:
    """One shopper's list before and after. kept: share of predicted match; distance_*: intra-list distance (None without vectors)."""

    before: NDArray[np.int32]
    after: NDArray[np.int32]
    kept: float
    distance_before: float | None
    distance_after: float | None
    changed: int


def change_list(run: Any, dataset: Any, user: int, *, k: int, variety: float, scale: Any, vectors: NDArray[np.float32] | None) -> Change:
    """Re-rank one shopper's candidates, without what they sent back or disliked.

    variety is a slider position, 0 to 100; without `vectors` the list stays as it is.
    """
    one = slice(user, user + 1)
    candidates, scores = without_hidden(run.candidates[one], run.candidate_scores[one], dataset.against[one])
    ranked = rank_lists(
        candidates,
        scores,
        k=k,
        variety=variety if vectors is not None else 0,
        scale=scale,
        unit_vectors=vectors,
    )
    before, after = (lists[0][lists[0] >= 0] for lists in (ranked.plain, ranked.items))
    distance = [
        float(intra_list_distance(lists, vectors)[0]) if vectors is not None and len(before) > 1 else None
        for lists in (ranked.plain, ranked.items)
    ]
    kept = float(relevance_kept(ranked.pool, ranked.items, ranked.plain)[0])
    return Change(before, after, kept, distance[0], distance[1], len(np.setdiff1d(after, before)))


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


def both_decks(run: Any, dataset: Any, catalogue: Catalogue, user: int, found: Change) -> tuple[list[Card], list[Card]]:
    """The cards of the list before and of the list after."""
    ranks = {int(item): place + 1 for place, item in enumerate(run.candidates[user]) if item >= 0}
    known = known_groups(dataset, user, catalogue)
    before = cards(found.before, found.after, ranks, catalogue, dataset.currency, known, after=False)
    after = cards(found.after, found.before, ranks, catalogue, dataset.currency, known, after=True)
    return before, after
