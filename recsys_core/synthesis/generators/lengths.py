"""How many different products a shopper has: a smoothed empirical law, one a segment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEVELS = np.append(np.linspace(0.0, 0.99, 100), [0.995, 0.998, 1.0])  # finer where few shoppers have much of the log
FEWEST = 30  # a segment with fewer shoppers has the law of all: its quantiles would be single people


@dataclass(frozen=True)
class LengthLaw:
    """quantiles: float64 [segments + 1, levels], the lengths at `LEVELS`, the last row of all shoppers. share: float64 [segments + 1], how
    many of the shoppers each segment has, the last without one.
    """

    quantiles: NDArray[np.float64]
    share: NDArray[np.float64]

    @classmethod
    def fit(cls, lengths: NDArray[np.int64], segment: NDArray[np.integer], segments: int) -> LengthLaw:
        """Of lengths [U] and segments [U], -1 for none. Log-uniform between quantiles, of which the ends are real lengths."""
        everybody = np.quantile(lengths, LEVELS)
        rows = [lengths[segment == place] for place in range(segments)]
        quantiles = [np.quantile(own, LEVELS) if len(own) >= FEWEST else everybody for own in rows]
        share = np.bincount(np.where(segment < 0, segments, segment), minlength=segments + 1) / len(lengths)
        return cls(np.stack([*quantiles, everybody]), share)

    def segments(self, n: int, wanted: int | None, rng: np.random.Generator) -> NDArray[np.int32]:
        """Int32 [n], -1 for none: the wanted one, or the mix of the real log to within one shopper."""
        none = len(self.share) - 1
        if wanted is not None:
            return np.full(n, wanted, np.int32)
        found = np.searchsorted(np.cumsum(self.share), spread(n, rng), side="right").clip(0, none)
        return np.where(found == none, -1, found).astype(np.int32)

    def draw(self, segment: NDArray[np.int32], activity: tuple[int, int] | None, most: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Int64 [n], at least 1 and at most `most`; within `activity`, by the part of the law that lies in it."""
        least, largest = activity or (1, most)
        found = np.empty(len(segment), np.int64)
        for place in np.unique(segment):
            rows = np.flatnonzero(segment == place)
            law = self.quantiles[place]  # -1 is the row of all
            low, high = (np.interp(edge, law, LEVELS) for edge in (least - 0.5, largest + 0.5)) if activity else (0.0, 1.0)
            found[rows] = np.rint(np.exp(np.interp(low + (high - low) * spread(len(rows), rng), LEVELS, np.log(law))))
        return found.clip(max(least, 1), max(min(largest, most), 1)).clip(1, most)

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        """What an artifact keeps."""
        return {"length_quantiles": self.quantiles, "segment_share": self.share}


def spread(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """n numbers in [0, 1), one in each of n equal parts, in random order: less sampling noise than independent ones."""
    return np.asarray((rng.permutation(n) + rng.random(n)) / max(n, 1))
