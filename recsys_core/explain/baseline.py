"""What a model gives an item whoever the shopper is: the yardstick of "popular overall"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.explain.subsets import parts_of
from recsys_core.inference.contract import Scorer
from recsys_core.inference.kinds.autoencoder import AutoencoderScorer
from recsys_core.inference.kinds.constant import ConstantScorer
from recsys_core.inference.kinds.generator import GeneratorScorer
from recsys_core.inference.kinds.item_item import ItemItemScorer
from recsys_core.inference.kinds.low_rank import LowRankScorer
from recsys_core.inference.kinds.rank_fusion import RankFusionScorer
from recsys_core.inference.kinds.recvae import RecVAEScorer
from recsys_core.inference.kinds.sparse_item_item import SparseItemItemScorer

Floats = NDArray[np.float32]
SAMPLE = 512  # shoppers whose scores are averaged
HAS_BIAS = (AutoencoderScorer, RecVAEScorer, GeneratorScorer, ConstantScorer)
LINEAR = (ItemItemScorer, SparseItemItemScorer, LowRankScorer)


@dataclass(frozen=True)
class Baseline:
    """level: float32 [run items], how far an item stands above the catalogue's mean before anything is known of the shopper, 0 below it.
    each: float32 [run items], what one past item, whichever, gives an item on average, 0 where that is negative. One of the two is 0.
    """

    level: Floats
    each: Floats

    def own_share(self, support: Floats, places: NDArray[np.integer], past: int) -> Floats:
        """The share of an item's standing that is this very shopper's, 0..1, float32 [n]; 0 where nothing speaks for the item.

        support: float32 [n], the sum of what speaks for the items at `places`. past: how many items the history has.

            own = max(support - past each, 0);  share = own / (own + level + min(past each, support))
        """
        anyone = np.minimum(past * self.each[places], support)
        own = support - anyone
        total = own + anyone + self.level[places]
        return np.asarray(own / np.where(total > 0, total, 1), dtype=np.float32)


def baseline_of(scorer: Scorer, histories: sparse.csr_matrix, *, seed: int = 0, sample: int = SAMPLE) -> Baseline:
    """The baseline of a run; make it once and keep it. histories: csr [users, run items], of which a seeded sample is scored.

    A scorer whose empty history tells items apart (a network's bias has learned what sells): `level` is that score. An item-item model
    and its like, where an empty history scores 0 and every past item adds its own row: `each` is the mean row over what shoppers had, so
    that past x each is what any shopper who bought as much would give the item. Anything else: `level` is the mean over shoppers.
    """
    nothing = np.zeros(histories.shape[1], dtype=np.float32)
    if _has_bias(scorer):
        return Baseline(_height(scorer.score(sparse.csr_matrix((1, histories.shape[1]), dtype=np.float32))[0]), nothing)
    with_past = np.flatnonzero(np.diff(histories.indptr))
    rng = np.random.default_rng(seed)
    some = with_past if len(with_past) <= sample else np.sort(rng.choice(with_past, sample, replace=False))
    if not len(some):
        return Baseline(nothing, nothing)
    total = np.zeros(histories.shape[1], dtype=np.float64)
    for start in range(0, len(some), 64):
        rows = some[start : start + 64]
        total += scorer.score(histories[rows], rows).sum(axis=0, dtype=np.float64)
    if isinstance(scorer, LINEAR):
        return Baseline(nothing, np.maximum(total / histories[some].nnz, 0).astype(np.float32))
    return Baseline(_height((total / len(some)).astype(np.float32)), nothing)


def _has_bias(scorer: Scorer) -> bool:
    """Whether an empty history tells items apart. Ranks of equal scores say nothing, so that all parts of a rank fusion must."""
    parts = parts_of(scorer)
    if parts:
        return (all if isinstance(scorer, RankFusionScorer) else any)(_has_bias(part) for part in parts)
    return isinstance(scorer, HAS_BIAS)


def _height(scores: Floats) -> Floats:
    return np.asarray(np.maximum(scores - scores.mean(dtype=np.float64), 0), dtype=np.float32)
