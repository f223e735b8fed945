"""U3 and U4: whether a recommender gets better with synthetic rows beside the real ones, over several fits of the generator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys_core.errors import TooSmallError
from recsys_core.evaluation.intervals import bootstrap_means, percentiles
from recsys_core.synthesis.scorecard.events import Logs, encode
from recsys_core.synthesis.scorecard.utility import MOST_ITEMS, Bench, make_bench, new_pairs

Generator = Callable[[pd.DataFrame, int], pd.DataFrame]
"""A real log and a seed -> a synthetic log with the same columns, learned from those rows alone."""
PAIR = ["user_id", "item_id"]
FEWEST_USERS = 5


@dataclass(frozen=True)
class Gain:
    """NDCG@10 with synthetic rows over that without, its paired 95 % bootstrap interval over the tested shoppers, and each seed's ratio."""

    ratio: float
    low: float
    high: float
    without: float
    with_synthetic: float
    users: int
    by_seed: tuple[float, ...]

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out 1."""
        return self.low > 1 or self.high < 1


def augmentation(
    real: pd.DataFrame,
    holdout: pd.DataFrame,
    generate: Generator,
    *,
    seeds: Sequence[int] = (0, 1, 2),
    weight: float = 1.0,
    most_items: int = MOST_ITEMS,
) -> Gain:
    """U3: EASE on the whole real log and a synthetic one beside it, for each seed. holdout: rows of the same shoppers, unseen.

    weight: of a synthetic shopper, a real one being 1; twice the data under the same penalty is half the penalty.
    Raises TooSmallError where the holdout has nothing new to find.
    """
    tests = []
    for seed in seeds:
        logs = encode(real[PAIR], generate(real, seed)[PAIR], holdout[PAIR])
        bench = _bench(logs, most_items)
        alone = bench.gram(logs.real)
        tests.append((bench.users, bench.ndcg_of_ease(alone), bench.ndcg_of_ease(alone + np.float32(weight) * bench.gram(logs.synthetic))))
    return _gain(tests)


def scarce_regime(
    real: pd.DataFrame,
    holdout: pd.DataFrame,
    generate: Generator,
    *,
    share: float = 0.1,
    seeds: Sequence[int] = (0, 1, 2, 3, 4),
    weight: float = 1.0,
    most_items: int = MOST_ITEMS,
) -> Gain:
    """U4: a share of the real shoppers, drawn by each seed, is all that the generator and EASE learn from; the others are tested.

    Raises TooSmallError where the share is fewer than five shoppers or the holdout has nothing new to find.
    """
    every = np.sort(real["user_id"].unique())
    n = round(share * len(every))
    if n < FEWEST_USERS:
        raise TooSmallError(f"{share:.0%} of {len(every):,} shoppers are too few to learn from.", "Give a larger log, or a larger share.")
    tests = []
    for seed in seeds:
        chosen = np.random.default_rng(seed).choice(every, n, replace=False)
        few = real[real["user_id"].isin(chosen)]
        others = holdout[~holdout["user_id"].isin(chosen)]
        logs, made = encode(real[PAIR], few[PAIR], others[PAIR]), encode(real[PAIR], generate(few, seed)[PAIR])
        bench = _bench(logs, most_items)
        alone = bench.gram(logs.synthetic)
        fused = alone + np.float32(weight) * bench.gram(made.synthetic)
        tests.append((bench.users, bench.ndcg_of_ease(alone), bench.ndcg_of_ease(fused)))
    return _gain(tests)


def _bench(logs: Logs, most_items: int) -> Bench:
    assert logs.holdout is not None
    bench = make_bench(logs.real, new_pairs(logs.real, logs.holdout), most_items)
    if bench is None:
        raise TooSmallError("The holdout has no product that is new to a shopper of the real log.", "Hold out other rows.")
    return bench


def _gain(tests: Sequence[tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]]) -> Gain:
    """One (shoppers, without, with) a seed. A shopper counts once, with the mean over the seeds it was tested by."""
    users = np.unique(np.concatenate([test[0] for test in tests]))
    sums, counts = np.zeros((len(users), 2)), np.zeros((len(users), 1))
    for tested, alone, fused in tests:
        at = np.searchsorted(users, tested)
        sums[at] += np.stack([alone, fused], axis=1)
        counts[at] += 1
    values = sums / counts
    draws = bootstrap_means(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = percentiles(draws[:, 1] / draws[:, 0])
        ratios = tuple(float(fused.mean() / alone.mean()) for _, alone, fused in tests)
        without, together = values.mean(axis=0)
        return Gain(float(together / without), low, high, float(without), float(together), len(users), ratios)
