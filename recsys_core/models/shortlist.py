"""What several models would list for the same users, so that their mixtures are ranked without going through the whole catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_core.inference.contract import Floats
from recsys_core.inference.top_k import top_k


@dataclass(frozen=True)
class Shortlist:
    """items: int32 [n, C], ascending in each row, -1 where an item would stand twice. values: of each model, float32 [n, C], 0 at -1."""

    items: NDArray[np.int32]
    values: tuple[Floats, ...]

    @classmethod
    def of(cls, lists: Sequence[NDArray[np.integer]], value: Sequence[Floats]) -> Shortlist:
        """The union of the models' lists int [n, L] (-1 padded). value: of each model, its value of every item, float32 [n, items]."""
        items = np.sort(np.concatenate([np.asarray(each, dtype=np.int32) for each in lists], axis=1), axis=1)
        items[:, 1:][items[:, 1:] == items[:, :-1]] = -1
        values = (np.take_along_axis(table, np.maximum(items, 0).astype(np.int64), axis=1) for table in value)
        return cls(items, tuple(np.where(items >= 0, each, np.float32(0)).astype(np.float32, copy=False) for each in values))

    def lists(self, weights: Sequence[float], k: int) -> NDArray[np.int32]:
        """The k best of the weighted sum, int32 [n, k]; ties to the smaller index, -1 where there are too few."""
        total = np.where(self.items >= 0, np.float32(0), np.float32(-np.inf))
        for weight, value in zip(weights, self.values, strict=True):
            if weight:
                total += np.float32(weight) * value
        places, _ = top_k(total, k)
        return np.where(places >= 0, np.take_along_axis(self.items, np.maximum(places, 0).astype(np.int64), axis=1), -1).astype(np.int32)
