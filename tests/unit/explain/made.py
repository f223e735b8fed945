"""A scorer of every kind with random arrays, and a run's shopper around it."""

import numpy as np
from scipy import sparse

from recsys_core.explain.shopper import Shopper
from recsys_core.inference.kinds.autoencoder import AutoencoderScorer, Layer
from recsys_core.inference.kinds.blend import BlendScorer
from recsys_core.inference.kinds.constant import ConstantScorer
from recsys_core.inference.kinds.generator import GeneratorScorer
from recsys_core.inference.kinds.item_item import ItemItemScorer
from recsys_core.inference.kinds.least_squares import LeastSquaresScorer
from recsys_core.inference.kinds.low_rank import LowRankScorer
from recsys_core.inference.kinds.rank_fusion import RankFusionScorer
from recsys_core.inference.kinds.recvae import RecVAEScorer
from recsys_core.inference.kinds.sparse_item_item import SparseItemItemScorer
from recsys_core.inference.kinds.user_item import UserItemScorer
from recsys_core.inference.kinds.vae_linear import VaeLinearScorer

ITEMS = 60


class Unheard:
    """A kind that `explain` has no form for: the square of the best weight in a history."""

    def __init__(self, weights):
        self.weights = weights

    def score(self, histories, users=None):
        return np.asarray(histories @ self.weights, dtype=np.float32) ** 2


def every_kind(seed=0, n=ITEMS):
    """Name -> scorer over n items."""
    rng = np.random.default_rng(seed)
    table = lambda *shape: rng.normal(scale=0.4, size=shape).astype(np.float32)
    layer = lambda inputs, outputs: Layer(table(inputs, outputs), table(outputs))
    weights = table(n, n)
    few = sparse.random(n, n, density=0.1, format="csr", dtype=np.float32, random_state=seed)
    factors = table(n, 6)
    vae = AutoencoderScorer((layer(n, 12), layer(12, 8)), (layer(4, 12), layer(12, n)))
    unread = Layer(np.zeros((10, 4), np.float32), np.zeros(4, np.float32))  # the log-variance
    recvae = RecVAEScorer(
        tuple(layer(width, 10) for width in (n, 10, 10)),
        tuple((1 + table(10), table(10)) for _ in range(3)),
        layer(10, 4),
        unread,
        layer(4, n),
    )
    near = SparseItemItemScorer(few, np.linspace(1e-21, 1e-20, n, dtype=np.float32))
    return {
        "constant": ConstantScorer(table(n)),
        "item-item": ItemItemScorer(weights),
        "sparse-item-item": near,
        "sparse without a prior": SparseItemItemScorer(few),
        "low-rank": LowRankScorer(table(n, 5), table(n, 5)),
        "least-squares": LeastSquaresScorer(factors, factors.T @ factors, 0.2, 0.05),
        "autoencoder": vae,
        "denoising autoencoder": AutoencoderScorer((layer(n, 5),), (layer(5, n),), variational=False),
        "recvae": recvae,
        "generator": GeneratorScorer(table(n, 7), table(7), table(n, 7), table(n)),
        "user-item": UserItemScorer(table(n, 3), table(9, 3), table(9), "cfgan"),
        "vae-linear": VaeLinearScorer(vae, near, 0.3),
        "vae-linear, vae alone": VaeLinearScorer(vae, near, 0.3, "vae"),
        "vae-linear, linear alone": VaeLinearScorer(vae, near, 0.3, "linear"),
        "blend": BlendScorer((vae, near), (0.4, 0.6)),
        "blend with a silent part": BlendScorer((near, recvae), (0.0, 1.0)),
        "blend of a blend": BlendScorer((BlendScorer((near, recvae), (0.3, 0.7)), vae), (0.5, 0.5)),
        "rank-fusion": RankFusionScorer((recvae, near), (0.5, 0.5), 60.0),
        "rank-fusion of a fusion": RankFusionScorer((RankFusionScorer((vae, near), (0.5, 0.5), 60.0), recvae), (0.9, 0.1), 10.0),
        "unheard": Unheard(weights),
    }


def shopper_of(scorer, history, n=ITEMS, user=None):
    """A shopper of a run whose items are 0, 2, 4 ... of the dataset: no index means the same in both."""
    return Shopper(scorer, np.arange(0, 2 * n, 2, dtype=np.int32), np.array(sorted(history), dtype=np.int64), user)


def item_item(rows):
    """A shopper's scorer from a small matrix, written out."""
    return ItemItemScorer(np.array(rows, dtype=np.float32))
