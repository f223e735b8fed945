"""From credit to what may be said of a pick: "because of X (62 %) and Y (21 %)", or that no past item explains it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from recsys_core.explain.baseline import Baseline
from recsys_core.explain.leave_one_out import Credit
from recsys_core.explain.shopper import NO_HISTORY, OWN_VECTOR, READS_HISTORY, Shopper

LEAST_SHARE = 0.25
"""Below it the greatest share explains nothing by itself, and below it the shopper's own share is small (guides/studio.md §4.1)."""


class Verdict(StrEnum):
    """What explains a pick."""

    BECAUSE = "because"  # one past item at least has a quarter of what speaks for it
    NO_SINGLE = "no-single"  # no single past purchase explains it
    POPULAR = "popular"  # popular overall: the shopper's past adds little to what the model gives the item for anyone
    NOTHING = "nothing"  # nothing of the past speaks for it
    PLACED = "placed"  # a rule put it there
    UNKNOWN = "unknown"  # the run does not know the item
    NOT_FROM_HISTORY = "not-from-history"  # the list is not made from this shopper's past: `ListReasons.kind` says from what


@dataclass(frozen=True)
class Reason:
    """source: a past item (dataset index) or a group's code. worth: what it adds to the score. share: of all that speaks for the pick."""

    source: int
    worth: float
    share: float


@dataclass(frozen=True)
class PickReasons:
    """item: dataset index. score: the model's, NaN where it has none. own_share: how much of its standing is this shopper's own, None
    where it was not asked. reasons: the greatest first, at most as many as asked, none unless something of the past speaks for it.
    """

    item: int
    verdict: Verdict
    score: float
    own_share: float | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class ListReasons:
    """kind: what the list is made from (`shopper.READS_HISTORY` and its like). sentence: where it is not the history, what it is."""

    kind: str
    sentence: str
    picks: tuple[PickReasons, ...]


SENTENCES = {
    READS_HISTORY: "",
    OWN_VECTOR: "This model learned one vector for each shopper and reads no history, so no past purchase can be named.",
    NO_HISTORY: "This shopper has no past that the model can read, so the list is what sells best.",
}
SAME = "This list is the same for everyone: what sells best."


def reasons_of(
    shopper: Shopper, credit: Credit, *, baseline: Baseline | None = None, placed: NDArray[np.bool_] | None = None, most: int = 5
) -> ListReasons:
    """What may be said of each pick of `credit` (of past items or of groups).

    baseline: of the run; without it nothing is called popular overall. placed: bool [n], picks that a rule put or lifted there, which
    must never be shown as "because you bought". most: how many reasons to name.
    """
    places, shares = shopper.places(credit.shown), credit.shares
    own = None if baseline is None else baseline.own_share(credit.support, np.maximum(places, 0), len(shopper.history))
    picks = []
    for n, item in enumerate(credit.shown.tolist()):
        order = np.lexsort((credit.sources, -shares[:, n]))[:most]
        named = tuple(
            Reason(int(credit.sources[s]), float(credit.worth[s, n]), float(shares[s, n])) for s in order.tolist() if shares[s, n] > 0
        )
        share = None if own is None or places[n] < 0 or credit.kind != READS_HISTORY else float(own[n])
        by_rule = placed is not None and bool(placed[n])
        verdict = _verdict(credit.kind, places[n] >= 0, by_rule, named, share, baseline is not None and baseline.level[places[n]] > 0)
        picks.append(PickReasons(item, verdict, float(credit.scores[n]), share, () if verdict is Verdict.PLACED else named))
    return ListReasons(credit.kind, SENTENCES.get(credit.kind, SAME), tuple(picks))


def _verdict(kind: str, known: bool, placed: bool, named: tuple[Reason, ...], own: float | None, sells: bool) -> Verdict:
    if placed:
        return Verdict.PLACED
    if kind != READS_HISTORY:
        return Verdict.NOT_FROM_HISTORY
    if not known:
        return Verdict.UNKNOWN
    if not named:
        return Verdict.POPULAR if sells else Verdict.NOTHING
    if own is not None and own < LEAST_SHARE:
        return Verdict.POPULAR
    return Verdict.BECAUSE if named[0].share >= LEAST_SHARE else Verdict.NO_SINGLE
