"""What a model does with its latent space: which dimensions it uses, and whether its prior is where its shoppers are. Light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from recsys_core.errors import TooSmallError

Floats = NDArray[np.float64]
ACTIVE = 0.01  # Burda et al. 2016: variance over shoppers of the posterior mean
FEWEST = 20  # shoppers for a diagnosis
COMPARED = 1000  # draws of each side whose distances are measured
ALIVE, DYING = 0.5, 0.1  # shares of active dimensions
FILLED = 0.8  # of the prior's mass may lie where shoppers are

ALL_USED, PARTLY_USED, COLLAPSED = "used", "partly", "collapsed"


@dataclass(frozen=True)
class Dimensions:
    """How a model uses its latent dimensions.

    variance: float64 [d], over shoppers, of the posterior mean (of the code where there is no posterior). kl: float64 [d], the mean over
    shoppers of KL(q(z|x) || N(0, 1)) in nats, None where the variance of codes is not known. effective: the participation ratio of the
    codes' covariance, (sum of its eigenvalues)^2 / sum of their squares: how many dimensions of one size would spread as widely, in no
    unit, so it says something without a prior too. shoppers: how many it was measured on.
    """

    variance: Floats
    kl: Floats | None
    effective: float
    shoppers: int

    @property
    def active(self) -> NDArray[np.bool_]:
        """Which are active: a variance above 0.01."""
        return np.asarray(self.variance > ACTIVE)

    @property
    def share(self) -> float:
        """Of the dimensions that are active."""
        return float(self.active.mean())

    @property
    def verdict(self) -> str:
        """ALL_USED from half of the dimensions on, COLLAPSED below a tenth, PARTLY_USED between."""
        return ALL_USED if self.share >= ALIVE else COLLAPSED if self.share < DYING else PARTLY_USED


def measure_dimensions(mean: NDArray[np.floating], log_variance: NDArray[np.floating] | None = None) -> Dimensions:
    """Of the posterior means of shoppers [n, d], and the log-variances [n, d] where they are known.

    Active units after Burda, Grosse & Salakhutdinov 2016, section 5.3. Raises TooSmallError below 20 shoppers.
    """
    if len(mean) < FEWEST:
        raise TooSmallError(f"{len(mean)} shoppers are too few to look inside a model.", f"It takes {FEWEST}.")
    table = np.asarray(mean, np.float64)
    covariance = np.atleast_2d(np.cov(table, rowvar=False, bias=True))
    squares = float(np.square(covariance).sum())
    effective = float(np.trace(covariance)) ** 2 / squares if squares > 0 else 0.0
    kl = None
    if log_variance is not None:
        spread = np.asarray(log_variance, np.float64)
        kl = 0.5 * (np.square(table) + np.exp(spread) - 1.0 - spread).mean(axis=0)
    return Dimensions(np.diag(covariance).copy(), kl, effective, len(table))


@dataclass(frozen=True)
class PriorFit:
    """N(0, I) against the aggregated posterior, the codes of all shoppers together.

    mean, variance: float64 [d] of the aggregated posterior. kl: of its Gaussian fit from N(0, I), in nats; kl_each: float64 [d], the same
    of each dimension alone. own, prior: float64, each draw's distance to the nearest shopper, of shoppers' own codes and of the prior's.
    filled: 1 - the largest gap between both distributions of that distance (Kolmogorov-Smirnov). As that gap is no larger than the total
    variation, at most this share of the prior's mass lies where shoppers are.
    """

    mean: Floats
    variance: Floats
    kl: float
    kl_each: Floats
    own: Floats
    prior: Floats
    filled: float

    @property
    def farther(self) -> bool:
        """Whether the prior's draws are farther from shoppers than these from each other; else they crowd in the middle."""
        return float(np.median(self.prior)) > float(np.median(self.own))

    @property
    def fits(self) -> bool:
        """Whether shoppers drawn from the prior would lie where shoppers are."""
        return self.filled >= FILLED


def measure_prior(mean: NDArray[np.floating], log_variance: NDArray[np.floating], *, seed: int = 0) -> PriorFit:
    """Of posterior means and log-variances [n, d]. The aggregated posterior is q(z) = mean over shoppers of q(z|x).

    Its covariance is that of the means plus the mean of the variances. What lies where shoppers are is looked up, not fitted: up to 1,000
    codes drawn from the posteriors of other shoppers, and as many from N(0, I), by the distance to the nearest of 1,000 shoppers' codes.
    Raises TooSmallError below 20 shoppers.
    """
    if len(mean) < FEWEST:
        raise TooSmallError(f"{len(mean)} shoppers are too few to look inside a model.", f"It takes {FEWEST}.")
    table, spread = np.asarray(mean, np.float64), np.exp(np.asarray(log_variance, np.float64))
    d = table.shape[1]
    middle = table.mean(axis=0)
    covariance = np.atleast_2d(np.cov(table, rowvar=False, bias=True)) + np.diag(spread.mean(axis=0))
    variance = np.diag(covariance).copy()
    kl = 0.5 * float(np.trace(covariance) + middle @ middle - d - np.linalg.slogdet(covariance)[1])
    each = 0.5 * (variance + np.square(middle) - 1.0 - np.log(variance))
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(table))[: 2 * COMPARED]
    codes = table[order] + np.sqrt(spread[order]) * rng.standard_normal((len(order), d))
    half = len(order) // 2
    there, others = codes[:half], codes[half:]
    own = cdist(others, there).min(axis=1)
    prior = cdist(rng.standard_normal((len(others), d)), there).min(axis=1)
    return PriorFit(middle, variance, kl, each, own, prior, 1.0 - _gap(own, prior))


def _gap(one: Floats, other: Floats) -> float:
    """The largest difference of two empirical distributions."""
    at = np.concatenate([one, other])
    shares = [np.searchsorted(np.sort(side), at, side="right") / len(side) for side in (one, other)]
    return float(np.abs(shares[0] - shares[1]).max())
