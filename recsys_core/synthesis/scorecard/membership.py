"""P1 and P2: whether the synthetic log gives away what, or who, it was learned from."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from recsys_core.inference.top_k import top_k
from recsys_core.synthesis.scorecard.distances import auc
from recsys_core.synthesis.scorecard.events import Events
from recsys_core.synthesis.scorecard.nearness import nearest_jaccard, sampled_rows

KNOWN = 0.5  # share of a shopper's products that the attacker knows
NEIGHBOURS = 5
BLOCK = 512
TIE = np.float32(1e-4)
MOST_USERS = 20_000
FEWEST_STRANGERS = 20


def interaction_membership(real: Events, other: Events, unseen: sparse.csr_matrix, seed: int) -> float:
    """P1: AUC of telling products that a shopper had when the generator learned from products it had later; .5 tells nothing.

    The attacker knows half of each shopper's products, finds the five most similar shoppers of `other`, and takes for a member what
    they have more of than shoppers of `other` have on average. unseen: csr [real users, items], what was held out. NaN without any.
    """
    matrix, made = real.matrix, other.shoppers
    rng = np.random.default_rng(seed)
    users = sampled_rows(matrix.shape[0], MOST_USERS, rng)
    matrix, unseen = matrix[users], unseen[users]
    given = matrix.copy()
    known = rng.random(matrix.nnz) < KNOWN
    given.data = known.astype(np.float32)
    rest = matrix - given
    rest.eliminate_zeros()
    given.eliminate_zeros()
    if not rest.nnz or not unseen.nnz or not made.shape[0]:
        return float("nan")
    mean = np.asarray(made.mean(axis=0)).ravel()
    scores = _near_shares(given, made, rng)
    member, stranger = ((np.asarray(scores[pairs.nonzero()]).ravel() - mean[pairs.indices]) for pairs in (rest, unseen))
    return auc(member, stranger)


def _near_shares(given: sparse.csr_matrix, made: sparse.csr_matrix, rng: np.random.Generator) -> sparse.csr_matrix:
    """Share of the nearest shoppers of `made` that have each product: csr [users, items].

    Nearness: products in common over root length. Ties, of which short histories have many, are broken at random for each shopper.
    """
    k = max(1, min(NEIGHBOURS, made.shape[0] - 1))
    length = np.sqrt(np.diff(made.indptr)) + 1e-9
    turned = (sparse.diags(1 / length) @ made).T.tocsr()
    near = []
    for start in range(0, given.shape[0], BLOCK):
        likeness = (given[start : start + BLOCK] @ turned).toarray().astype(np.float32)
        near.append(top_k(likeness + TIE * rng.random(likeness.shape, dtype=np.float32), k)[0])
    chosen = np.concatenate(near).ravel()
    row = np.repeat(np.arange(given.shape[0]), k)
    shares = sparse.csr_matrix((np.full(len(chosen), 1 / k), (row, chosen)), shape=(given.shape[0], made.shape[0]))
    return (shares @ made).tocsr()


def user_membership(training: sparse.csr_matrix, strangers: sparse.csr_matrix, made: sparse.csr_matrix) -> float:
    """P2: AUC of telling shoppers whom the generator learned from by how like the nearest synthetic one is; .5 tells nothing.

    All csr of ones [users, items]; shoppers without products are left out. strangers: shoppers it never saw, with histories like
    those of `training`. Nearness: Jaccard. NaN with fewer than 20 strangers.
    """
    training, strangers = (each[np.flatnonzero(np.diff(each.indptr))] for each in (training, strangers))
    if strangers.shape[0] < FEWEST_STRANGERS:
        return float("nan")
    return auc(nearest_jaccard(training, made), nearest_jaccard(strangers, made))
