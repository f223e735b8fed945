"""What a linear path can say of an autoencoder's predictions: EDLAE's regression with those for its targets in place of the purchases."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numba import njit
from scipy import sparse

from recsys_core.inference.contract import Floats, Scorer
from recsys_core.inference.kinds.vae_linear import expected_counts
from recsys_core.models.contract import FitContext
from recsys_core.models.edlae import Edlae
from recsys_core.models.gram import shared_gram
from recsys_core.models.neighbour_ridge import neighbour_weights, shared_co_occurrences

FOLDS = 4
BATCH = 512
CELLS = 1_000_000_000  # predictions that are asked for, users x items: beyond them of an even sample of the users


def imitation_weights(vae: Scorer, linear: Edlae, train: sparse.csr_matrix, context: FitContext) -> Floats | sparse.csr_matrix:
    """C that minimises ||V - X C||^2 with `linear`'s penalty, its diagonal 0 and in the sparse form on its neighbours: [items, items].

    V: what `unseen_counts` expects of each user of `train`. As a ridge regression is linear in its targets, EDLAE fitted on what V
    leaves, X - b V, is B - b C. Dense: with P = (X'X + penalty)^-1 and Q = P X'V, C = Q - P diag(Q_jj / P_jj).
    """
    users, items = train.shape
    rows = np.unique(np.linspace(0, users - 1, min(users, max(1, CELLS // items))).astype(np.int64))
    own = train[rows]
    share = np.float32(len(rows) / users)
    if sparse.issparse(linear.weights_):
        pairs = shared_co_occurrences(train, context.memo, context.listener)
        sums = np.zeros(pairs.nnz, dtype=np.float32)
        for start, counts in unseen_counts(vae, own, context):
            part = own[start : start + len(counts)]
            _add_pairs(part.indptr, part.indices, counts, pairs.indptr, pairs.indices, sums)
        targets = sparse.csr_matrix((sums / share, pairs.indices, pairs.indptr), shape=pairs.shape).T.tocsr()
        targets.sort_indices()
        penalty = linear.penalty(pairs.diagonal().astype(np.float64))
        return neighbour_weights(pairs, penalty, int(linear.settings["neighbours"]), context.listener, targets.data)
    products = np.zeros((items, items), dtype=np.float32)
    for start, counts in unseen_counts(vae, own, context):
        part = own[start : start + len(counts)]
        _add_rows(part.indptr, part.indices, counts, products)
    products *= inverse_diagonal(linear, train, context)[:, None] / share
    solved = products - linear.weights_ @ products  # P = (I - B) diag(P_jj)
    kept = np.diag(solved).copy()
    solved += linear.weights_ * kept
    np.fill_diagonal(solved, 0.0)
    return solved


def unseen_counts(vae: Scorer, train: sparse.csr_matrix, context: FitContext) -> Iterator[tuple[int, Floats]]:
    """(first row, float32 [n, items]): `expected_counts` of every item for each user as if the user did not have it, in batches.

    What a user has is hidden by quarters, and each item is predicted from the other three; what the user has not, by the mean over them.
    """
    rng = np.random.default_rng(context.seed)
    for start in range(0, train.shape[0], BATCH):
        context.listener.check()
        own = train[start : start + BATCH]
        rows = np.repeat(np.arange(own.shape[0]), np.diff(own.indptr))
        order = np.lexsort((rng.random(own.nnz), rows))
        fold = np.empty(own.nnz, dtype=np.int64)
        fold[order] = (np.arange(own.nnz) - own.indptr[rows[order]]) % FOLDS
        had = np.diff(own.indptr)
        found = np.zeros(own.shape, dtype=np.float32)
        hidden = np.empty(own.nnz, dtype=np.float32)
        for k in range(FOLDS):
            rest = own.copy()
            rest.data[fold == k] = 0.0
            rest.eliminate_zeros()
            counts = expected_counts(vae.score(rest), had)
            hidden[fold == k] = counts[rows[fold == k], own.indices[fold == k]]
            found += counts / np.float32(FOLDS)
        found[rows, own.indices] = hidden
        yield start, found


def inverse_diagonal(linear: Edlae, train: sparse.csr_matrix, context: FitContext) -> Floats:
    """P_jj of P = A^-1, A = X'X + penalty, of a fitted dense EDLAE: float32 [items].

    Column j of P solves A P_j = e_j, and P_ij = -B_ij P_jj: so 1 / P_jj = A_jj - sum_i A_ij B_ij.
    """
    gram = shared_gram(train, context.memo, context.listener)
    support = np.diag(gram).astype(np.float64)
    explained = np.einsum("ij,ij->j", gram, linear.weights_, dtype=np.float64)
    found: Floats = (1.0 / (support + linear.penalty(support) - explained)).astype(np.float32)
    return found


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _add_rows(indptr, indices, counts, sums):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """sums += X'V for rows X in csr and V = counts."""
    for row in range(len(indptr) - 1):
        for place in range(indptr[row], indptr[row + 1]):
            sums[indices[place]] += counts[row]


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _add_pairs(indptr, indices, counts, pair_indptr, pair_indices, sums):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """The same at the pairs of a csr matrix alone; `sums` is aligned with its indices."""
    for row in range(len(indptr) - 1):
        for place in range(indptr[row], indptr[row + 1]):
            item = indices[place]
            for other in range(pair_indptr[item], pair_indptr[item + 1]):
                sums[other] += counts[row, pair_indices[other]]
