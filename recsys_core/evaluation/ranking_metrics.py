"""Accuracy of ranked lists, one value a user.

Every function takes `hits`, bool [users, k] (is the product at this place a held-out one?), and `held_out`, int [users] (how many
there were to find), and returns float64 [users]. Users with nothing held out are the caller's business: they have no value.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Hits = NDArray[np.bool_]
Counts = NDArray[np.int64]
PerUser = NDArray[np.float64]


def precision_at_k(hits: Hits, held_out: Counts) -> PerUser:
    """Hits divided by k."""
    return np.asarray(hits.mean(axis=1), dtype=np.float64)


def recall_at_k(hits: Hits, held_out: Counts) -> PerUser:
    """Hits divided by min(k, held out), so that a perfect list reaches 1 (Liang et al. 2018, eq. 9)."""
    return np.asarray(hits.sum(axis=1) / np.maximum(np.minimum(held_out, hits.shape[1]), 1), dtype=np.float64)


def f1_at_k(hits: Hits, held_out: Counts) -> PerUser:
    """Harmonic mean of precision@k and recall@k as they are defined here, 0 where nothing was found."""
    precision, recall = precision_at_k(hits, held_out), recall_at_k(hits, held_out)
    return np.asarray(2 * precision * recall / np.maximum(precision + recall, 1e-12), dtype=np.float64)


def hit_rate_at_k(hits: Hits, held_out: Counts) -> PerUser:
    """1 where at least one held-out product is in the list."""
    return np.asarray(hits.any(axis=1), dtype=np.float64)


def ndcg_at_k(hits: Hits, held_out: Counts) -> PerUser:
    """Binary gain discounted by 1/log2(rank + 1), over the ideal list of min(k, held out) hits (Järvelin & Kekäläinen 2002)."""
    k = hits.shape[1]
    discount = 1.0 / np.log2(np.arange(2, k + 2))
    ideal = np.concatenate([[1.0], np.cumsum(discount)])  # index 0 is never a real user; 1 keeps the division quiet
    return np.asarray((hits @ discount) / ideal[np.minimum(held_out, k)], dtype=np.float64)


def mrr_at_k(hits: Hits, held_out: Counts) -> PerUser:
    """1 / rank of the first hit, 0 where there is none."""
    first = hits.argmax(axis=1)
    return np.where(hits.any(axis=1), 1.0 / (first + 1), 0.0)


def map_at_k(hits: Hits, held_out: Counts) -> PerUser:
    """Mean of the precision at each hit, over min(k, held out) (average precision cut at k)."""
    k = hits.shape[1]
    precision = np.cumsum(hits, axis=1) / np.arange(1, k + 1)
    return np.asarray((precision * hits).sum(axis=1) / np.maximum(np.minimum(held_out, k), 1), dtype=np.float64)


RANKING_METRICS: dict[str, Callable[[Hits, Counts], PerUser]] = {
    "precision": precision_at_k,
    "recall": recall_at_k,
    "f1": f1_at_k,
    "ndcg": ndcg_at_k,
    "hit_rate": hit_rate_at_k,
    "mrr": mrr_at_k,
    "map": map_at_k,
}
