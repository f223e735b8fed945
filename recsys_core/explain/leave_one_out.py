"""What each past item is worth to each shown one: its score less its score had the shopper not had that item (guides/studio.md §4.1).

It explains the model, not the shopper. Of past items that say the same, each alone is worth little, for the others say it still:
`leave_group_out` takes all of a category away at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_core.explain.shopper import OWN_VECTOR, READS_HISTORY, Shopper

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Credit:
    """kind: what the list is made from (`Shopper.reads`); only READS_HISTORY has anything to share out, elsewhere `worth` is 0.

    sources: int32 [s], the past items as dataset indices, or the group codes. shown: int32 [n], dataset indices. worth: float32 [s, n],
    f(past)_i - f(past without s)_i. scores, without: float32 [n], the score with all of the past and with none of it, NaN for an item
    that the run does not know.
    """

    kind: str
    sources: NDArray[np.int32]
    shown: NDArray[np.int32]
    worth: Floats
    scores: Floats
    without: Floats

    @property
    def support(self) -> Floats:
        """Float32 [n]: the sum of what speaks for each shown item."""
        return np.asarray(np.maximum(self.worth, 0).sum(axis=0), dtype=np.float32)

    @property
    def shares(self) -> Floats:
        """Float32 [s, n]: each source's share of what speaks for an item; a column sums to 1, or to 0 where nothing does."""
        total = self.support
        return np.asarray(np.maximum(self.worth, 0) / np.where(total > 0, total, 1), dtype=np.float32)


def leave_one_out(shopper: Shopper, shown: NDArray[np.integer]) -> Credit:
    """The worth of every past item to each item of `shown` (int [n], dataset indices), exact."""
    return _leave_out(shopper, shown, shopper.past, np.eye(len(shopper.history), dtype=np.bool_))


def leave_group_out(shopper: Shopper, shown: NDArray[np.integer], groups: NDArray[np.integer]) -> Credit:
    """The worth of every group of past items, taken away as a whole. groups: int [dataset items], the code of each item's group.

    `sources` are the codes of the groups that the past has, ascending; -1, an item without a group, is one of them.
    """
    codes = np.asarray(groups)[shopper.past]
    names = np.unique(codes).astype(np.int32)
    return _leave_out(shopper, shown, names, codes[None, :] == names[:, None])


def _leave_out(shopper: Shopper, shown: NDArray[np.integer], sources: NDArray[np.int32], gone: NDArray[np.bool_]) -> Credit:
    """gone: bool [s, h], which past items go with each source."""
    listed = np.asarray(shown, dtype=np.int32)
    places, kind = shopper.places(listed), shopper.reads
    known = places >= 0
    worth = np.zeros((len(sources), len(listed)), dtype=np.float32)
    ends = np.full((2, len(listed)), np.nan, dtype=np.float32)
    everything = np.ones((1, gone.shape[1]), dtype=np.bool_)
    if kind == READS_HISTORY:
        found = shopper.scores(np.concatenate([everything, ~everything, ~gone]), places[known])
        ends[:, known], worth[:, known] = found[:2], found[0] - found[2:]
    elif kind != OWN_VECTOR or shopper.user is not None:
        ends[:, known] = shopper.scores(everything, places[known])
    return Credit(kind, sources, listed, worth, *ends)
