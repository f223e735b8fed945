"""F7: kinds of event by category, by popularity and by pair, and how many go from one step to the next."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from recsys_core.data.kinds import KINDS
from recsys_core.synthesis.scorecard.distances import tvd
from recsys_core.synthesis.scorecard.events import Events, Ints

DECILES = 10
RARE = 100  # pairs: a step that fewer reach has no rate


def kind_figures(real: Events, other: Events, kinds: Sequence[str], n_categories: int) -> dict[str, float]:
    """The lines of F7 that the columns allow; without the last three where there is one kind of event only."""
    found = {}
    if real.has("category"):
        found["F7_event_by_category_tvd"] = tvd(*(_joint(e.ints("event"), e.ints("category"), n_categories) for e in (real, other)))
    if len(np.unique(real.ints("event")[real.ints("event") >= 0])) > 1:
        decile = popularity_deciles(real)
        found["F7_event_by_popularity_tvd"] = tvd(*(_joint(e.ints("event"), _of_item(decile, e), DECILES + 1) for e in (real, other)))
        found["F7_kinds_per_pair_tvd"] = tvd(*_shared_codes(pair_kinds(real, len(kinds)), pair_kinds(other, len(kinds))))
        ours, theirs = conversions(real, kinds), conversions(other, kinds)
        steps = [abs(rate - theirs.get(step, 0.0)) for step, rate in ours.items()]
        if steps:
            found["F7_conversion_diff"] = max(steps)
    return found


def popularity_deciles(real: Events) -> Ints:
    """0 (rarest tenth) to 9 of each product, by its events in the real log, tenths of equal size: int64 [n_items]."""
    rank = np.empty(real.n_items)
    rank[np.argsort(real.item_counts, kind="stable")] = np.arange(1, real.n_items + 1)
    edges = np.quantile(rank, np.linspace(0, 1, DECILES + 1)[1:-1])
    return np.searchsorted(edges, rank, "left").astype(np.int64)


def _of_item(values: Ints, events: Events) -> Ints:
    """The value of each row's product, one more than the highest for products that the real log has not."""
    return np.asarray(np.append(values, DECILES)[events.item])


def _joint(first: Ints, second: Ints, n_second: int) -> Ints:
    return np.where((first >= 0) & (second >= 0), first * n_second + second, -1)


def pair_kinds(events: Events, n_kinds: int) -> NDArray[np.bool_]:
    """Which kinds of event each (shopper, product) pair has: bool [pairs, n_kinds]."""
    there = events.ints("event") >= 0
    pairs, row = np.unique(events.pairs[there], return_inverse=True)
    found = np.zeros((len(pairs), n_kinds), dtype=bool)
    found[row, events.ints("event")[there]] = True
    return found


def _shared_codes(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Codes of the sets of kinds, the same for the same set."""
    _, codes = np.unique(np.packbits(np.concatenate([first, second]), axis=1), axis=0, return_inverse=True)
    codes = codes.ravel().astype(np.int64)
    return codes[: len(first)], codes[len(first) :]


def funnel_order(kinds: Sequence[str], pairs: NDArray[np.bool_]) -> list[int]:
    """Kinds from the first look to the purchase; kinds of other names after those, the commoner before."""
    known = {kind: place for place, kind in enumerate(KINDS)}
    return sorted(range(len(kinds)), key=lambda k: (known.get(kinds[k], len(known)), -int(pairs[:, k].sum()), kinds[k]))


def conversions(events: Events, kinds: Sequence[str]) -> dict[tuple[int, int], float]:
    """(kind, next kind in the funnel) -> share of the pairs with the one that have the other, for steps that enough pairs reach."""
    pairs = pair_kinds(events, len(kinds))
    order = funnel_order(kinds, np.zeros((1, len(kinds)), dtype=bool))
    return {(a, b): float(pairs[pairs[:, a], b].mean()) for a, b in pairwise(order) if pairs[:, a].sum() >= RARE}
