"""A fitted autoencoder's draw: a code from its aggregated posterior, decoded, products by Gumbel top-k."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import TooSmallError, UnsupportedError
from recsys_core.inference.kinds.autoencoder import AutoencoderScorer, Layer
from recsys_core.synthesis.contract import DrawnShoppers, Ints, RealShoppers, Wish
from recsys_core.synthesis.generators.copies import RealSets
from recsys_core.synthesis.generators.lengths import LengthLaw
from recsys_core.synthesis.generators.sequential import Floats, check, earliness, in_order

COMPONENTS = 8
A_COMPONENT = 60  # shoppers for each component there may be
RIDGE = 0.01  # added to each variance
AT_A_TIME = 256  # shoppers decoded together
SAFER = 0.9  # tried 1 and .9 on ml-100k: at .9 co-occurrence is .82 as strong as in the log, at 1 .77; not calibrated to the log


@dataclass(frozen=True)
class PosteriorGenerator:
    """A mixture of full-covariance Gaussians over (code, log length), fitted on sampled codes of the real shoppers, and a decoder.

    Never N(0, I): with a KL weight below 1 the codes do not fill it. means: float64 [K, d + 1]. roots: float64 [K, d + 1, d + 1], lower
    Cholesky factors. of_segment: float64 [segments + 1, K], how likely each component is within a segment, the last row of all. decoder:
    its layers (`inference.kinds.autoencoder`). share, early, lengths: as `SequentialGenerator`.
    """

    means: NDArray[np.float64]
    roots: NDArray[np.float64]
    of_segment: NDArray[np.float64]
    decoder: tuple[Layer, ...]
    share: NDArray[np.float64]
    early: Floats
    lengths: LengthLaw
    real_sets: RealSets

    def draw(self, n: int, wish: Wish, *, seed: int) -> DrawnShoppers:
        """n shoppers; raises InputError where the wish names no segment there is, or leaves no product."""
        allowed = check(wish, n, len(self.share), segments=len(self.of_segment) - 1)
        rng = np.random.default_rng(seed)
        segment = self.lengths.segments(n, wish.segment, rng)
        lengths = self.lengths.draw(segment, wish.activity, int(allowed.sum()), rng)
        codes = self._codes(segment, rng)
        lengths = matched(lengths, codes[:, -1], segment)
        indptr = np.concatenate([[0], np.cumsum(lengths)])

        def sets(rows: NDArray[np.int64]) -> Ints:
            return self._sets(codes[rows, :-1].astype(np.float32), lengths[rows], allowed, wish, rng)

        items = self.real_sets.avoided(sets(np.arange(n)), indptr, len(self.share), sets)
        return DrawnShoppers(indptr, in_order(items, indptr, self.early, rng), segment)

    def _sets(self, codes: Floats, lengths: NDArray[np.int64], allowed: NDArray[np.bool_], wish: Wish, rng: np.random.Generator) -> Ints:
        """Products of each code by Gumbel top-k, a draw without replacement."""
        found: list[Ints] = []
        scorer = AutoencoderScorer((), self.decoder)
        rarer = (wish.tail * np.log(self.share)).astype(np.float32)
        for start in range(0, len(codes), AT_A_TIME):
            score = scorer.decode(codes[start : start + AT_A_TIME]) / np.float32(SAFER * wish.temperature) - rarer
            score -= np.log(rng.standard_exponential(score.shape, np.float32))
            score[:, ~allowed] = -np.inf
            for row, length in zip(score, lengths[start : start + AT_A_TIME], strict=True):
                found.append(np.argpartition(-row, length - 1)[:length].astype(np.int32))
        return np.concatenate(found)

    def _codes(self, segment: NDArray[np.int32], rng: np.random.Generator) -> NDArray[np.float64]:
        """[n, d + 1]: codes and log lengths."""
        edges = np.cumsum(self.of_segment, axis=1)[segment]
        component = (rng.random(len(segment))[:, None] >= edges).sum(axis=1).clip(0, len(self.means) - 1)
        codes = rng.standard_normal((len(segment), self.means.shape[1]))
        for place in np.unique(component):
            rows = component == place
            codes[rows] = self.means[place] + codes[rows] @ self.roots[place].T
        return codes

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        """What an artifact keeps of it; `from_arrays` is the way back."""
        own = {name: getattr(self, name) for name in ("means", "roots", "of_segment", "share", "early")}
        layers = {f"decoder_{i}_{part}": getattr(layer, part) for i, layer in enumerate(self.decoder) for part in ("weight", "bias")}
        return own | layers | dict(self.lengths.arrays()) | {"real_sets": self.real_sets.sums}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> PosteriorGenerator:
        """The same generator."""
        own = {name: arrays[name] for name in ("means", "roots", "of_segment", "share", "early")}
        depth = sum(name.startswith("decoder_") for name in arrays) // 2
        decoder = tuple(Layer(arrays[f"decoder_{i}_weight"], arrays[f"decoder_{i}_bias"]) for i in range(depth))
        lengths = LengthLaw(arrays["length_quantiles"], arrays["segment_share"])
        return cls(**own, decoder=decoder, lengths=lengths, real_sets=RealSets(arrays["real_sets"]))


def fit_posterior(real: RealShoppers, scorer: AutoencoderScorer, *, seed: int) -> PosteriorGenerator:
    """From the exported layers of a Mult-VAE that learned from the same shoppers.

    Raises UnsupportedError for an autoencoder without a posterior, TooSmallError below 60 shoppers.
    """
    from sklearn.mixture import GaussianMixture

    if not scorer.variational:
        raise UnsupportedError("This autoencoder has no posterior to draw from.", "Choose a run of mult-vae.")
    kept = np.flatnonzero(real.lengths)
    if len(kept) < A_COMPONENT:
        raise TooSmallError(
            "There are too few shoppers to learn from.", f"This generator needs at least {A_COMPONENT} with a product each."
        )
    sets, segment, lengths = real.sets[kept], real.segment[kept], real.lengths[kept]
    mean, deviation = posterior(scorer, sets)
    rng = np.random.default_rng(seed)
    codes = np.column_stack([mean + deviation * rng.standard_normal(mean.shape), np.log(lengths)])
    most = min(COMPONENTS, len(kept) // A_COMPONENT)
    mixture = GaussianMixture(most, reg_covar=RIDGE, max_iter=30, random_state=int(rng.integers(2**31))).fit(codes)
    member = mixture.predict_proba(codes)
    shares = [member[segment == place].sum(axis=0) + mixture.weights_ for place in range(len(real.segments))]
    of_segment = np.stack([*shares, mixture.weights_])
    return PosteriorGenerator(
        means=mixture.means_,
        roots=np.linalg.cholesky(mixture.covariances_),
        of_segment=of_segment / of_segment.sum(axis=1, keepdims=True),
        decoder=scorer.decoder,
        share=(np.bincount(sets.indices, minlength=real.n_items) + 0.5) / len(kept),
        early=earliness(real),
        lengths=LengthLaw.fit(lengths, segment, len(real.segments)),
        real_sets=RealSets.of(sets),
    )


def posterior(scorer: AutoencoderScorer, sets: sparse.csr_matrix) -> tuple[Floats, Floats]:
    """Mean and standard deviation of q(z|x), float32 [n, d] each."""
    *inner, last = scorer.encoder
    half = last.weight.shape[1] // 2
    mean = scorer.encode(sets)
    turned = Layer(np.roll(last.weight, half, axis=1), np.roll(last.bias, half))  # the log-variance in the mean's place
    log_variance = AutoencoderScorer((*inner, turned), scorer.decoder).encode(sets)
    return mean, np.exp(0.5 * log_variance)


def matched(lengths: NDArray[np.int64], wanted: NDArray[np.float64], segment: NDArray[np.int32]) -> NDArray[np.int64]:
    """The same lengths within each segment, the longest where the drawn code asks for the longest."""
    found = np.empty_like(lengths)
    for place in np.unique(segment):
        rows = np.flatnonzero(segment == place)
        found[rows[np.argsort(wanted[rows], kind="stable")]] = np.sort(lengths[rows])
    return found
