"""The smallest set of past items found whose removal takes an item out of the shopper's top k.

Greedy, after ACCENT (Tran, Ghazimatin & Saha Roy 2021, arXiv 2105.05008): past items go in order of what each is worth to the item, and
the whole catalogue is scored anew after each. Then whatever turns out not to have been needed is put back. Finding the smallest set of
all would take every subset; a smaller one may exist.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_core.errors import InputError
from recsys_core.explain.leave_one_out import Credit, leave_one_out
from recsys_core.explain.shopper import READS_HISTORY, Shopper
from recsys_core.explain.subsets import ranks_of
from recsys_core.inference.top_k import top_k

LONGEST = 10


@dataclass(frozen=True)
class Counterfactual:
    """Without `removed`, `item` would not be among the model's k best.

    item: dataset index. rank: its place among what the shopper does not have, from 1, None where the run does not know it or the list is
    not made from a history. found: whether a set of at most `longest` past items takes it out; False too where it is not among the k best
    to begin with (a rule or a slider put it on the list). removed: dataset indices in order of removal. rank_without: its place then.
    enters: the item that takes place k, None where nothing is left. greedy: a smaller set may exist (True of every set larger than 1).
    """

    item: int
    k: int
    longest: int
    rank: int | None
    found: bool
    removed: tuple[int, ...] = ()
    rank_without: int | None = None
    enters: int | None = None

    @property
    def size(self) -> int:
        """How many past items it takes."""
        return len(self.removed)

    @property
    def greedy(self) -> bool:
        """Whether a smaller set may exist."""
        return self.size > 1


def removal_set(
    shopper: Shopper,
    item: int,
    k: int,
    *,
    barred: NDArray[np.integer] | None = None,
    longest: int = LONGEST,
    credit: Credit | None = None,
) -> Counterfactual:
    """The set for one item (dataset index) of the model's top k.

    barred: int, dataset indices that are on no list of this shopper, beside the past: what was sent back, what a scenario excludes. Past
    items stay barred when they are removed: what is asked is what speaks for the item, not whether the past itself would be listed.
    credit: `leave_one_out` of the item, where the caller has it. Raises InputError where k or `longest` is below 1.
    """
    if k < 1 or longest < 1:
        raise InputError(f"A list of {k} and a set of {longest} cannot be asked for.", "Use whole numbers of at least 1.")
    place = int(shopper.places(np.array([item]))[0])
    if place < 0 or shopper.reads != READS_HISTORY:
        return Counterfactual(item, k, longest, None, False)
    out = shopper.places(np.asarray([] if barred is None else barred, dtype=np.int32))
    never = np.union1d(shopper.history, out[(out >= 0) & (out != place)])
    rank = int(_ranks(shopper, never, place, _without(shopper, [()]))[0][0])
    if rank > k:
        return Counterfactual(item, k, longest, rank, False)
    order = _order(leave_one_out(shopper, np.array([item])) if credit is None else credit, item)[:longest]
    ranks, _ = _ranks(shopper, never, place, _without(shopper, [tuple(order[: n + 1]) for n in range(len(order))]))
    gone = np.flatnonzero(ranks > k)
    if not len(gone):
        return Counterfactual(item, k, longest, rank, False)
    removed = _needed(shopper, never, place, k, order[: int(gone[0]) + 1])
    ranks, scores = _ranks(shopper, never, place, _without(shopper, [removed]))
    last = int(top_k(scores, k)[0][0, k - 1])
    enters = None if last < 0 else int(shopper.items[last])
    return Counterfactual(item, k, longest, rank, True, tuple(shopper.past[list(removed)].tolist()), int(ranks[0]), enters)


def _order(credit: Credit, item: int) -> list[int]:
    """Places in the history of what speaks for the item, the most first."""
    worth = credit.worth[:, credit.shown.tolist().index(item)]
    order = np.argsort(-worth, kind="stable")
    return [int(h) for h in order if worth[h] > 0]


def _needed(shopper: Shopper, never: NDArray[np.integer], place: int, k: int, removed: list[int]) -> tuple[int, ...]:
    """`removed` without what may stay, the least worth put back first, until each that is left is needed."""
    while len(removed) > 1:
        fewer = [tuple(h for h in removed if h != back) for back in reversed(removed)]
        out = np.flatnonzero(_ranks(shopper, never, place, _without(shopper, fewer))[0] > k)
        if not len(out):
            break
        removed = list(fewer[int(out[0])])
    return tuple(removed)


def _without(shopper: Shopper, removed: list[tuple[int, ...]]) -> NDArray[np.bool_]:
    """Subsets of the history, bool [n, h], each without these places of it."""
    keep = np.ones((len(removed), len(shopper.history)), dtype=np.bool_)
    for row, places in enumerate(removed):
        keep[row, list(places)] = False
    return keep


def _ranks(
    shopper: Shopper, never: NDArray[np.integer], place: int, keep: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """(ranks of one item [n], scores of all [n, items]) for each subset, `never` being out of the race."""
    scores = np.array(shopper.scores(keep))
    scores[:, never] = -np.inf
    return ranks_of(scores, np.array([place]))[:, 0], scores
