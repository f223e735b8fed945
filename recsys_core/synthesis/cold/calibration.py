"""From a cold score to a place in a shopper's list: learned on products that were left out, whose real place in the run is known.

A shopper's list ranks all products; the left-out ones among them, H, are an even sample. So a new product whose score is above that of all
but a share p of H would stand at about p x (products the shopper does not have) in the list: `threshold` is the score at which that is k.
How often products that far above or below it really were in the run's list is a logistic regression on products left out (`chance`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.inference.contract import Floats
from recsys_core.inference.top_k import mask_seen
from recsys_core.synthesis.cold.records import LEVEL, Audience, Estimate

TOP = 60  # of the best scores, kept for every shopper
QUANTILES = 51
MOST_PAIRS = 400_000  # that the regression reads
_BATCH = 512
_STEPS = 30
Array = Callable[[str], NDArray[Any]]


@dataclass(frozen=True)
class Calibration:
    """Of one way of scoring. best: float32 [users, TOP], the best scores over H, falling, -inf where fewer. quantiles: float32
    [users, QUANTILES], rising. listed: float32 [users], how many of H stand in as many of the shopper's places: |H| / products, both
    without the shopper's own. scale: float32 [users], standard deviation over H. logistic: float64 [3], constant, slope of the margin,
    slope of ln(1 + buyers) expected. ratios: float64 [2], what a real exposure was over the predicted one, LEVEL of the products between.
    """

    best: Floats
    quantiles: Floats
    listed: Floats
    scale: Floats
    logistic: NDArray[np.float64]
    ratios: NDArray[np.float64]

    def threshold(self, k: int) -> Floats:
        """The score [users] from which a product is in a list of k, between two of H by interpolation; beyond the best of H, its score."""
        place = np.clip(k * self.listed - 0.5, 0, self.best.shape[1] - 1)
        low = np.floor(place).astype(int)
        high = np.minimum(low + 1, self.best.shape[1] - 1)
        rows = np.arange(len(place))
        upper, lower = self.best[rows, low], self.best[rows, high]
        lower = np.where(np.isfinite(lower), lower, upper)
        share = (place - low).astype(np.float32)
        with np.errstate(invalid="ignore"):
            found: Floats = np.where(np.isfinite(upper), upper + share * (lower - upper), np.inf).astype(np.float32)
        return found

    def audience(self, scores: Floats, sold: float, k: int, without: NDArray[np.bool_]) -> Audience:
        """Who would have a product of these scores [users] in a list of k. without: shoppers whose list is the best sellers."""
        margin = (scores - self.threshold(k)) / self.scale
        chance = _chance(self.logistic, margin, np.float64(sold))
        match = (self.quantiles < scores[:, None]).mean(axis=1)
        return Audience(
            shown=(margin >= 0) & ~without,
            chance=np.where(without, 0.0, chance).astype(np.float32),
            match=np.where(without, 0.0, match).astype(np.float32),
        )

    def exposure(self, audience: Audience) -> Estimate:
        """The share of all shoppers with it in their list, and where LEVEL of the left-out products of such a prediction were."""
        value = float(audience.chance.mean(dtype=np.float64)) if len(audience.chance) else 0.0
        least = 0.5 / max(len(audience.chance), 1)
        low, high = ((value + least) * ratio - least for ratio in self.ratios)
        return Estimate(value, float(np.clip(low, 0, value)), float(np.clip(high, value, 1)))

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Its arrays by file name."""
        return {f"{name}/{part}.npy": np.asarray(getattr(self, part)) for part in self.__dataclass_fields__}

    @classmethod
    def read(cls, name: str, array: Array) -> Calibration:
        """From what `arrays` gave."""
        return cls(**{part: np.asarray(array(f"{name}/{part}.npy")) for part in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Tried:
    """H beside the run. seen: csr [users, H], what each shopper had of it. lists: bool csr [users, H], what the run lists in the first k.
    products: how many the run ranks; had: int [users], how many of those each shopper has. without: bool [users].
    """

    seen: sparse.csr_matrix
    lists: sparse.csr_matrix
    products: int
    had: NDArray[np.int64]
    without: NDArray[np.bool_]
    k: int


def calibrate(score: Callable[[NDArray[np.int64]], Floats], sold: Floats, tried: Tried, *, seed: int) -> Calibration:
    """score: rows of users -> float32 [n, H]. sold: float32 [H], ln(1 + buyers) expected."""
    users, m = tried.seen.shape
    best = np.full((users, TOP), -np.inf, np.float32)
    quantiles = np.zeros((users, QUANTILES), np.float32)
    scale = np.ones(users, np.float32)
    steps = np.linspace(0, 1, QUANTILES)
    for start in range(0, users, _BATCH):
        some = np.arange(start, min(start + _BATCH, users))
        scores = score(some)
        scale[some] = scores.std(axis=1)
        quantiles[some] = np.quantile(scores, steps, axis=1).T
        open_ = mask_seen(np.array(scores), tried.seen[some])
        kept = min(TOP, m)
        best[some, :kept] = -np.sort(-np.partition(open_, m - kept, axis=1)[:, m - kept :], axis=1)
    unseen = np.maximum(m - np.diff(tried.seen.indptr), 0)
    listed = (unseen / np.maximum(tried.products - tried.had, 1)).astype(np.float32)
    scale = np.maximum(scale, 0.1 * max(float(np.median(scale)), 1e-9)).astype(np.float32)
    made = Calibration(best, quantiles, listed, scale, np.array([-5.0, 0.0, 0.0]), np.array([0.0, 1.0]))
    return _fitted(made, score, sold, tried, seed)


def _fitted(made: Calibration, score: Callable[[NDArray[np.int64]], Floats], sold: Floats, tried: Tried, seed: int) -> Calibration:
    """With the regression, and the ratios of products that it did not read."""
    rng = np.random.Generator(np.random.PCG64(seed))
    half = rng.random(len(sold)) < 0.5
    readers = np.flatnonzero(~tried.without)
    own = (
        np.sort(rng.choice(readers, min(len(readers), max(200, MOST_PAIRS // max(len(sold), 1))), replace=False))
        if len(readers)
        else readers
    )
    if not len(own) or not half.any() or half.all():
        return made
    margin, listed, open_ = _pairs(made, score, tried, own)
    sales = np.broadcast_to(sold.astype(np.float64), margin.shape)
    read = [open_ & (half == part)[None, :] for part in (True, False)]
    parts = [_logistic(margin[rows], sales[rows], listed[rows]) for rows in read]
    ratios: list[NDArray[np.float64]] = []
    exact = tried.lists.sum(axis=0)
    real = np.asarray(exact, dtype=np.float64).ravel() / len(tried.without)
    share = len(readers) / len(tried.without)
    least = 0.5 / len(tried.without)
    for logistic, part in zip(parts, (False, True), strict=True):  # each half judged by the other's
        columns = half == part
        chance = np.where(open_, _chance(logistic, margin, sales), 0.0).mean(axis=0) * share
        ratios.append((real[columns] + least) / (chance[columns] + least))
    tail = (1 - LEVEL) / 2
    both = _logistic(margin[open_], sales[open_], listed[open_])
    return Calibration(made.best, made.quantiles, made.listed, made.scale, both, np.quantile(np.concatenate(ratios), [tail, 1 - tail]))


def _pairs(
    made: Calibration, score: Callable[[NDArray[np.int64]], Floats], tried: Tried, own: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """(margin, whether it is in the run's list, whether the shopper lacks it), each [own, H]."""
    threshold = made.threshold(tried.k)[own]
    scores = np.concatenate([score(own[start : start + _BATCH]) for start in range(0, len(own), _BATCH)])
    with np.errstate(invalid="ignore"):
        margin = np.clip((scores - threshold[:, None]) / made.scale[own][:, None], -50, 50).astype(np.float64)
    return margin, tried.lists[own].toarray() > 0, tried.seen[own].toarray() == 0


def _chance(logistic: NDArray[np.float64], margin: NDArray[np.floating], sold: NDArray[np.float64] | np.float64) -> NDArray[np.float64]:
    exponent = logistic[0] + logistic[1] * np.clip(margin, -50, 50) + logistic[2] * sold
    return np.asarray(1 / (1 + np.exp(-np.clip(exponent, -30, 30))), dtype=np.float64)


def _logistic(margin: NDArray[np.float64], sold: NDArray[np.float64], listed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Maximum likelihood by Newton's method with a little ridge; the constant alone where nothing or all is listed."""
    rate = (listed.sum() + 0.5) / (len(listed) + 1)
    found = np.array([np.log(rate / (1 - rate)), 0.0, 0.0])
    if not listed.any() or listed.all():
        return found
    table = np.column_stack([np.ones(len(margin)), margin, sold])
    ridge = np.diag([1e-9, 1.0, 1.0])
    for _ in range(_STEPS):
        chance = _chance(found, margin, sold)
        slope = table.T @ (listed - chance) - ridge @ found
        bend = (table * (chance * (1 - chance))[:, None]).T @ table + ridge
        step = np.linalg.solve(bend, slope)
        found = found + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-8:
            break
    return found


def buyers_estimate(sold: float, residuals: Mapping[str, float]) -> Estimate:
    """Buyers from ln(1 + buyers) expected, with what was left over on products left out: the residuals' "low", "middle" and "high"."""
    value, low, high = (float(max(np.expm1(sold + residuals[name]), 0.0)) for name in ("middle", "low", "high"))
    return Estimate(value, low, high)


def buyer_residuals(sold: Floats, buyers: NDArray[np.floating]) -> dict[str, float]:
    """Quantiles of ln(1 + buyers) less what was expected, that LEVEL of the products are between."""
    tail = (1 - LEVEL) / 2
    low, middle, high = np.quantile(np.log1p(np.asarray(buyers, dtype=np.float64)) - sold, [tail, 0.5, 1 - tail])
    return {"low": float(low), "middle": float(middle), "high": float(high)}
