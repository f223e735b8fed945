"""The last word on who belongs where: each row goes to the group that all its evidence speaks for, once the groups are known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

_DOUBT = 2.0  # entries that a feature counts as spread over all groups: a buyer of one product proves little
_ROUNDS = 8


def settle(codes: NDArray[np.int32], n_groups: int, evidence: Sequence[csr_matrix]) -> NDArray[np.int32]:
    """Groups after naive Bayes has reassigned the rows until they stay: what k-means found is the start, rows of -1 are placed too.

    codes: int32 (rows,). evidence: tables of ones, (rows, features): buyers of an item, words of its title. A row never speaks for itself:
    its own entries are taken out of what each feature says. Rows without entries keep what they have.
    """
    known = np.sum([np.diff(table.indptr) for table in evidence], axis=0) > 0
    for _ in range(_ROUNDS):
        score = np.sum([_says(table, codes, n_groups) for table in evidence], axis=0)
        moved = np.where(known, score.argmax(axis=1), codes).astype(np.int32)
        if (moved == codes).all():
            break
        if len(np.unique(moved[moved >= 0])) < n_groups:  # a group has died out: what k-means saw is not what the evidence says
            return codes
        codes = moved
    return codes


def _says(table: csr_matrix, codes: NDArray[np.int32], n_groups: int) -> NDArray[np.float64]:
    """log P(row | group) of each row but for a constant, each feature's groups counted without the row itself: (rows, groups)."""
    placed = codes >= 0
    member = csr_matrix((np.ones(int(placed.sum())), (np.flatnonzero(placed), codes[placed])), shape=(len(codes), n_groups))
    inside = np.asarray((table.T @ member).todense())  # (features, groups)
    share = (inside.sum(axis=0) + 1) / (inside.sum() + n_groups)
    prior = _DOUBT * share
    rest = np.log(np.maximum(inside.sum(axis=1, keepdims=True) - 1, 0) + _DOUBT) + np.log(share)
    score = np.asarray(table @ (np.log(inside + prior) - rest))
    own = np.asarray(table @ (np.log(np.maximum(inside - 1, 0) + prior) - rest))
    rows = np.flatnonzero(placed)
    score[rows, codes[rows]] = own[rows, codes[rows]]
    return score


def tells(table: csr_matrix, codes: NDArray[np.int32], n_groups: int) -> bool:
    """Whether what a table says of a row goes with its group: right a fifth of the way from chance (the largest group) to certainty."""
    rows = np.flatnonzero((codes >= 0) & (np.diff(table.indptr) > 0))
    if len(rows) < n_groups:
        return False
    right = float((_says(table, codes, n_groups)[rows].argmax(axis=1) == codes[rows]).mean())
    chance = float(np.bincount(codes[rows]).max() / len(rows))
    return right - chance >= 0.2 * (1 - chance)


def one_hot(codes: NDArray[np.int32], n_groups: int) -> csr_matrix:
    """(rows, groups) of ones; rows of code -1 are empty."""
    rows = np.flatnonzero(codes >= 0)
    return csr_matrix((np.ones(len(rows)), (rows, codes[rows])), shape=(len(codes), n_groups))
