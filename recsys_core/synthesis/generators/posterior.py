"""A fitted autoencoder's draw: a code from its aggregated posterior, decoded, products by Gumbel top-k."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from recsys_core.errors import TooSmallError, UnsupportedError
from recsys_core.inference.kinds.autoencoder import AutoencoderScorer
from recsys_core.synthesis.contract import Ints, RealShoppers
from recsys_core.synthesis.generators.decoding import Codes, DecodingGenerator, laws
from recsys_core.synthesis.generators.sequential import Floats

COMPONENTS = 8
A_COMPONENT = 60  # shoppers for each component there may be
RIDGE = 0.01  # added to each variance
ROUNDS = 12  # of calibration
SHARPNESS = (0.9, 1.3)


@dataclass(frozen=True, kw_only=True)
class PosteriorGenerator(DecodingGenerator):
    """A mixture of full-covariance Gaussians over (log length, code), fitted on sampled codes of the real shoppers, and a decoder.

    Never N(0, I): with a KL weight below 1 the codes do not fill it. A code is drawn given the length. means: float64 [K, 1 + d]. roots:
    float64 [K, 1 + d, 1 + d], lower Cholesky factors. of_segment: float64 [segments + 1, K], how likely each component is within a
    segment, the last row of all.
    """

    OWN: ClassVar[tuple[str, ...]] = ("means", "roots", "of_segment")
    means: NDArray[np.float64]
    roots: NDArray[np.float64]
    of_segment: NDArray[np.float64]

    def codes(self, segment: Ints, lengths: NDArray[np.int64], rng: np.random.Generator) -> Codes:
        """By component, then by its law given the length: the first of the numbers that a root multiplies is what the length says."""
        deviation = self.roots[:, 0, 0]
        first = (np.log(lengths)[:, None] - self.means[:, 0]) / deviation
        log_chance = np.log(self.of_segment + 1e-300)[segment] - 0.5 * first**2 - np.log(deviation)
        edges = np.exp(log_chance - log_chance.max(axis=1, keepdims=True)).cumsum(axis=1)
        component = (rng.random(len(segment))[:, None] * edges[:, -1:] >= edges).sum(axis=1).clip(0, len(self.means) - 1)
        numbers = rng.standard_normal((len(segment), self.means.shape[1]))
        numbers[:, 0] = first[np.arange(len(segment)), component]
        codes = np.empty((len(segment), self.means.shape[1] - 1), np.float32)
        for place in np.unique(component):
            rows = component == place
            codes[rows] = self.means[place, 1:] + numbers[rows] @ self.roots[place, 1:].T
        return codes


def fit_posterior(real: RealShoppers, scorer: AutoencoderScorer, *, seed: int) -> PosteriorGenerator:
    """From the exported layers of a Mult-VAE that learned from the same shoppers.

    Raises UnsupportedError for an autoencoder without a posterior, TooSmallError below 60 shoppers.
    """
    from sklearn.mixture import GaussianMixture

    if not scorer.variational:
        raise UnsupportedError("This autoencoder has no posterior to draw from.", "Choose a run of mult-vae.")
    kept = enough(real)
    sets, segment = real.sets[kept], real.segment[kept]
    rng = np.random.default_rng(seed)
    mean, deviation = posterior(scorer, sets)
    codes = np.column_stack([np.log(real.lengths[kept]), mean + deviation * rng.standard_normal(mean.shape)])
    most = min(COMPONENTS, len(kept) // A_COMPONENT)
    mixture = GaussianMixture(most, reg_covar=RIDGE, max_iter=30, random_state=int(rng.integers(2**31)))
    with threadpool_limits(1):  # of libraries that sklearn has just brought in, too
        member = mixture.fit(codes).predict_proba(codes)
    shares = [member[segment == place].sum(axis=0) + mixture.weights_ for place in range(len(real.segments))]
    of_segment = np.stack([*shares, mixture.weights_])
    found = PosteriorGenerator(
        means=mixture.means_,
        roots=np.linalg.cholesky(mixture.covariances_),
        of_segment=of_segment / of_segment.sum(axis=1, keepdims=True),
        decoder=scorer.decoder,
        sharpness=1.0,
        **laws(real, kept),
    )
    return found.calibrated(sets, rounds=ROUNDS, sharpness=SHARPNESS, rng=rng)


def enough(real: RealShoppers) -> NDArray[np.int64]:
    """The shoppers with a product. Raises TooSmallError below 60."""
    kept: NDArray[np.int64] = np.flatnonzero(real.lengths)
    if len(kept) < A_COMPONENT:
        raise TooSmallError(
            "There are too few shoppers to learn from.", f"This generator needs at least {A_COMPONENT} with a product each."
        )
    return kept


def posterior(scorer: AutoencoderScorer, sets: sparse.csr_matrix) -> tuple[Floats, Floats]:
    """Mean and standard deviation of q(z|x), float32 [n, d] each."""
    mean, log_variance = scorer.posterior(sets)
    return mean, np.exp(0.5 * log_variance)
