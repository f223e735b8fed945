"""U1 and U2: what a recommender learns from the synthetic log, tested on real shoppers' held-out products."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.evaluation.protocol import list_hits
from recsys_core.evaluation.ranking_metrics import ndcg_at_k
from recsys_core.inference.top_k import mask_seen, top_k
from recsys_core.models.gram import gram_matrix, item_weights
from recsys_core.synthesis.scorecard.events import Events

K, PENALTY = 10, 250.0
MOST_ITEMS = 6000  # one inverse grows with the cube: 8 processor seconds at 6,000 products
BLOCK = 1024  # shoppers scored at once
PerUser = NDArray[np.float64]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Bench:
    """Real shoppers with held-out products, to test on what was learned elsewhere.

    items: int64, the real log's most popular products (all, up to MOST_ITEMS), by number. histories: csr of ones [tested, items].
    targets: csr of ones, products of the holdout that the shopper has not in the real log. users: int64 [tested], in the real log.
    """

    items: NDArray[np.int64]
    users: NDArray[np.int64]
    histories: sparse.csr_matrix
    targets: sparse.csr_matrix

    def gram(self, events: Events) -> Floats:
        """How many shoppers of a log had two products: float32 [items, items]."""
        return gram_matrix(events.shoppers[:, self.items])

    def ndcg_of_ease(self, gram: Floats) -> PerUser:
        """NDCG@10 of EASE (Steck 2019) with penalty 250 learned from a Gram matrix, one value a tested shopper."""
        weights = item_weights(gram, np.full(len(gram), PENALTY))
        return self._ndcg(lambda rows: np.asarray(self.histories[rows] @ weights, dtype=np.float32))

    def ndcg_of_counts(self, counts: NDArray[np.integer]) -> PerUser:
        """NDCG@10 of best sellers: products by these counts [all items]."""
        scores = counts[self.items].astype(np.float32)
        return self._ndcg(lambda rows: np.repeat(scores[None], len(rows), axis=0))

    def _ndcg(self, score: Callable[[NDArray[np.int64]], Floats]) -> PerUser:
        found = np.empty(len(self.users))
        for start in range(0, len(self.users), BLOCK):
            rows = np.arange(start, min(start + BLOCK, len(self.users)))
            lists, _ = top_k(mask_seen(score(rows), self.histories[rows]), K)
            targets = self.targets[rows]
            found[rows] = ndcg_at_k(list_hits(lists, targets), np.diff(targets.indptr).astype(np.int64))
        return found


def new_pairs(real: Events, holdout: Events) -> sparse.csr_matrix:
    """Products of the holdout that a real shopper has not in the real log: csr float32 of ones [real users, items]."""
    held = holdout.matrix[: real.n_users]
    found = (held - held.multiply(real.matrix)).tocsr()
    found.eliminate_zeros()
    found.sort_indices()
    return found


def make_bench(real: Events, targets: sparse.csr_matrix, most_items: int = MOST_ITEMS) -> Bench | None:
    """The bench of a real log and its `new_pairs`; None where no shopper has anything to find."""
    items = np.sort(np.argsort(-real.item_counts, kind="stable")[:most_items])
    wanted = targets[:, items].tocsr()
    users = np.flatnonzero(np.diff(wanted.indptr))
    if not len(users):
        return None
    wanted.sort_indices()
    histories = real.matrix[users][:, items].tocsr()
    histories.sort_indices()
    return Bench(items, users, histories, wanted[users])


def ratios(synthetic: float, popularity: float, real: float) -> dict[str, float]:
    """U1 and U2 from the mean NDCG of EASE on the synthetic log, of best sellers, and of EASE on the real log; NaN where undefined."""
    return {
        "U1_tstr": synthetic / real if real > 0 else float("nan"),
        "U2_lift": (synthetic - popularity) / (real - popularity) if real > popularity else float("nan"),
    }
