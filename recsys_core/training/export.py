"""What a finished training leaves behind: lists of candidates and vectors for every shopper of the dataset, as arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.inference.contract import Scorer
from recsys_core.inference.scorers import rank
from recsys_core.storage.atomic import write_array
from recsys_core.training.events import Listener

CANDIDATES = 200
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Candidates:
    """The best unseen items of every user.

    items: int32 [users, C] dataset item index, best first, -1 where a list is short. scores: float32 [users, C], -inf there.
    fallback: bool [users], True where the user has no history the model can read and is shown best sellers.
    """

    items: NDArray[np.int32]
    scores: Floats
    fallback: NDArray[np.bool_]


def make_candidates(
    scorer: Scorer,
    fallback: Scorer,
    known: sparse.csr_matrix,
    items: NDArray[np.int32],
    *,
    had: sparse.csr_matrix | None = None,
    strangers: NDArray[np.bool_] | None = None,
    rows: NDArray[np.integer] | None = None,
    size: int = CANDIDATES,
    listener: Listener,
) -> Candidates:
    """Rank all users. known: csr [users, all items], the histories; items: int32 [run items], the model's own.

    had: what a list must not repeat, where that is more than `known`.
    Users whose known products include none of `items` get the fallback's list, and so do `strangers` (bool [users]): those a model that
    scores only its own users was not trained on. rows: int [users], their rows in the matrix that trained (default: 0, 1, 2 ...).
    """
    histories = known[:, items]
    seen = histories if had is None else had[:, items]
    n_users, size = histories.shape[0], min(size, len(items))
    own = np.arange(n_users) if rows is None else rows
    found = np.full((n_users, size), -1, dtype=np.int32)
    scores = np.full((n_users, size), -np.inf, dtype=np.float32)
    without = np.diff(histories.indptr) == 0
    if strangers is not None:
        without |= strangers
    for start in range(0, n_users, 512):
        listener.check()
        stop = min(start + 512, n_users)
        for group, used in ((~without[start:stop], scorer), (without[start:stop], fallback)):
            if group.any():
                at = np.flatnonzero(group) + start
                places, values = rank(used, histories[at], size, seen=seen[at], users=own[at])
                found[at] = np.where(places >= 0, items[np.maximum(places, 0)], -1)
                scores[at] = values
        listener.progress(stop / n_users, "ranking every shopper's products")
    return Candidates(found, scores, without)


def expand_rows(rows: Floats, at: NDArray[np.integer], n: int) -> Floats:
    """`rows` [len(at), d] put at places `at` of a table of zeros [n, d]."""
    table = np.zeros((n, rows.shape[1]), dtype=np.float32)
    table[at] = rows
    return table


def in_batches(vectors: Callable[[sparse.csr_matrix], Floats], histories: sparse.csr_matrix, batch: int = 2048) -> Floats:
    """Vectors of all rows, a batch at a time."""
    return np.concatenate([vectors(histories[start : start + batch]) for start in range(0, histories.shape[0], batch)])


def write_arrays(folder: Path, arrays: dict[str, NDArray[Any]]) -> None:
    """Write arrays under their names (relative paths ending in .npy) into a folder that is being made."""
    for name, array in arrays.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_array(path, array)
