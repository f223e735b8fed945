"""A few shoppers worth looking at first: one typical, one specialist, one with broad taste, one new, one heavy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def suggest_shoppers(dataset: Any, groups: NDArray[np.int32]) -> tuple[tuple[str, int], ...]:
    """(kind, user index), each shopper once; deterministic. Specialist and generalist only where products have groups."""
    matrix = dataset.positives
    sizes = np.diff(matrix.indptr)
    order = np.argsort(sizes, kind="stable")
    some = order[sizes[order] > 0]
    if not len(some):
        return ()
    found: dict[str, int] = {"typical": int(some[len(some) // 2])}
    middle = some[int(len(some) * 0.4) : max(int(len(some) * 0.9), 1)]
    if len(middle) and (groups >= 0).any():
        shares = np.array([_top_share(groups[matrix.indices[matrix.indptr[u] : matrix.indptr[u + 1]]]) for u in middle])
        found["specialist"] = int(middle[int(np.argmax(shares))])
        found["broad taste"] = int(middle[int(np.argmin(shares))])
    found["new"] = _newest(dataset, some)
    found["heavy"] = int(some[int(0.99 * (len(some) - 1))])
    unique: dict[int, str] = {}
    for kind, user in found.items():
        unique.setdefault(user, kind)
    return tuple((kind, user) for user, kind in unique.items())


def _newest(dataset: Any, some: NDArray[np.intp]) -> int:
    """Who came last, or, in a log without times, who has the fewest products; `some` is in that order."""
    first_seen = dataset.users["first_seen"].to_numpy()[some] if dataset.has_times else np.zeros(0)
    if not len(first_seen) or np.isnat(first_seen).all():
        return int(some[0])
    return int(some[np.nanargmax(np.where(np.isnat(first_seen), np.nan, first_seen.astype("datetime64[us]").astype(np.float64)))])


def _top_share(codes: NDArray[np.int32]) -> float:
    known = codes[codes >= 0]
    return float(np.bincount(known).max() / len(known)) if len(known) else 0.5
