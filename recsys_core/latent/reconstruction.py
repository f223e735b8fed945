"""How well a model gives back, and foretells, products of each popularity. Light: numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import TooSmallError
from recsys_core.evaluation.intervals import Interval, bootstrap_intervals
from recsys_core.inference.contract import Scorer

DECILES = 10
AT = 100  # of a list
SHORTEST, SHARE = 5, 10  # in a small shop a list of a tenth of its products
AT_A_TIME = 256  # shoppers scored together


@dataclass(frozen=True)
class Tenth:
    """A tenth of the products, by their number of shoppers. least, most: that number. recall: mean over shoppers, None where nobody has
    one to find. shoppers: how many have.
    """

    least: int
    most: int
    products: int
    recall: Interval | None
    shoppers: int


@dataclass(frozen=True)
class ByPopularity:
    """tenths: rarest first. at: the length of list. chance: recall of lists drawn at random. shoppers: how many were looked at."""

    tenths: tuple[Tenth, ...]
    at: int
    chance: float
    shoppers: int


def deciles(popularity: NDArray[np.integer]) -> NDArray[np.int64]:
    """The tenth of each product, int64 [items], 0 the rarest; tenths of one size, ties by number. Fewer than ten: one each."""
    n = len(popularity)
    order = np.argsort(popularity, kind="stable")
    found = np.empty(n, np.int64)
    found[order] = np.arange(n) * min(DECILES, n) // max(n, 1)
    return found


def length_of_list(products: int) -> int:
    """100, or a tenth of the products where that is fewer: else everything would be found in a small shop."""
    return min(AT, max(SHORTEST, products // SHARE))


def given_back(scorer: Scorer, histories: sparse.csr_matrix, *, at: int) -> sparse.csr_matrix:
    """Of each history csr [n, items], the products that are among the `at` the model scores best, the history's own included: ones.

    A history longer than `at` is looked for among as many as it has.
    """
    rows, columns = [], []
    for start in range(0, histories.shape[0], AT_A_TIME):
        some = histories[start : start + AT_A_TIME]
        scores = scorer.score(some)
        length = np.minimum(np.maximum(np.diff(some.indptr), at), scores.shape[1])
        for place in range(some.shape[0]):
            own = some.indices[some.indptr[place] : some.indptr[place + 1]]
            least = np.partition(scores[place], -length[place])[-length[place]]
            kept = own[scores[place, own] >= least]
            rows.append(np.full(len(kept), start + place))
            columns.append(kept)
    where = (np.concatenate(rows), np.concatenate(columns)) if rows else (np.empty(0, int), np.empty(0, int))
    return sparse.csr_matrix((np.ones(len(where[0]), np.float32), where), shape=histories.shape)


def listed(lists: NDArray[np.integer], targets: sparse.csr_matrix, *, at: int) -> sparse.csr_matrix:
    """Of the targets csr [n, items], those in the first `at` of each list int [n, C] (-1 where it is short): ones."""
    top = lists[:, :at]
    row, place = np.nonzero(top >= 0)
    shown = sparse.csr_matrix((np.ones(len(row), np.float32), (row, top[row, place])), shape=targets.shape)
    return shown.multiply(targets > 0).tocsr()


def by_popularity(
    found: sparse.csr_matrix, wanted: sparse.csr_matrix, popularity: NDArray[np.integer], *, at: int, seed: int = 0
) -> ByPopularity:
    """Recall in each tenth of the products: of what each shopper should get, csr [n, items], the share that was found.

    popularity: int [items], shoppers of each in what was trained on. A tenth's recall is the mean over the shoppers who want something of
    it, with a 95 % bootstrap interval over them. Raises TooSmallError where nobody wants anything.
    """
    if not wanted.nnz:
        raise TooSmallError("Nothing is held out, and no shopper has a product.", "Choose a run that was tested.")
    tenth = deciles(popularity)
    count = int(tenth.max()) + 1
    deal = sparse.csr_matrix((np.ones(len(tenth)), (np.arange(len(tenth)), tenth)), shape=(len(tenth), count))
    hits, all_wanted = np.asarray((found @ deal).todense()), np.asarray(((wanted > 0).astype(np.float64) @ deal).todense())
    with np.errstate(invalid="ignore"):
        share = hits / all_wanted  # NaN where a shopper wants nothing of a tenth
    intervals = bootstrap_intervals(share, seed=seed)
    tenths = []
    for place in range(count):
        of = popularity[tenth == place]
        wanting = int((all_wanted[:, place] > 0).sum())
        tenths.append(Tenth(int(of.min()), int(of.max()), len(of), intervals[place] if wanting else None, wanting))
    return ByPopularity(tuple(tenths), at, min(1.0, at / len(tenth)), wanted.shape[0])
