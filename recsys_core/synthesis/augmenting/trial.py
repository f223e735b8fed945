"""One seed of an experiment: who is learned from, who is tested, and what is set aside to choose by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import TooSmallError
from recsys_core.synthesis.contract import FittedGenerator, RealShoppers, Wish

Items = NDArray[np.int64]
Fit = Callable[[RealShoppers, Items, int], FittedGenerator]
"""Real shoppers over some products, these products' numbers in the log, a seed -> a generator that learned from these shoppers alone."""
MOST_ITEMS = 6000  # products, the most popular: one inverse grows with the cube, 8 processor seconds at 6,000
MOST_TESTED = 5000  # shoppers a seed
FEWEST_SHOPPERS = 40  # to learn from: 3 parts leave 27, a generator needs 20
FOLDS, SET_ASIDE = 3, 0.2
ENOUGH, MOST_REPEATS = 300, 3  # shoppers to choose by; of fewer, thirds are dealt anew until there were so many, three times at most
TAIL_SHARE = 0.2  # of the purchases: the rarest products that make up so many are the tail


@dataclass(frozen=True)
class Histories:
    """What a split says. All csr float32 of ones [users, products].

    learnable: what may be learned from. known: what is folded in for a test (of those who train, `learnable`). targets: what must be
    found. segment: int32 [users], -1 none, of `segments`.
    """

    learnable: sparse.csr_matrix
    known: sparse.csr_matrix
    targets: sparse.csr_matrix
    segment: NDArray[np.int32]
    segments: tuple[str, ...] = ()


@dataclass(frozen=True)
class HeldOut:
    """Shoppers with something to find. users: int64 [n]. histories, targets: csr [n, items of the trial]."""

    users: NDArray[np.int64]
    histories: sparse.csr_matrix
    targets: sparse.csr_matrix


@dataclass(frozen=True)
class Fold:
    """real: what is learned from while choosing. tests: who is chosen by. synthetic: csr [n, items], by a generator fit on `real`."""

    real: RealShoppers
    tests: HeldOut
    synthetic: sparse.csr_matrix


@dataclass(frozen=True)
class Trial:
    """A seed. items: int64, the products of the log that are in it. Its matrices are over these. tail: bool [items]."""

    seed: int
    items: Items
    tail: NDArray[np.bool_]
    real: RealShoppers
    synthetic: sparse.csr_matrix
    tests: HeldOut
    folds: tuple[Fold, ...]


@dataclass(frozen=True)
class Drawing:
    """How synthetic shoppers are made.

    fit: the generator's. ratio: shoppers per real one. fits: how often the generator learns anew, from another seed; an equal part of the
    shoppers is drawn from each, so that what one fit imagines weighs less (bagging: Breiman 1996).
    """

    fit: Fit
    ratio: float
    fits: int = 1
    wish: Wish = field(default_factory=Wish)

    def __call__(self, real: RealShoppers, items: Items, seed: int) -> sparse.csr_matrix:
        """Csr of ones [shoppers, items], learned from `real` alone. items: their numbers in the log."""
        wish = self.wish if self.wish.items is None else replace(self.wish, items=self.wish.items[items])
        shoppers = max(1, round(self.ratio * np.count_nonzero(real.lengths)))
        parts = []
        for number, part in enumerate(np.array_split(np.arange(shoppers), min(self.fits, shoppers))):
            own = int(np.random.SeedSequence([seed, number]).generate_state(1)[0]) >> 1
            parts.append(self.fit(real, items, own).draw(len(part), wish, seed=own).matrix(real.n_items))
        return _tidy(sparse.vstack(parts))


def make_trial(histories: Histories, drawing: Drawing, *, share: float | None, seed: int, repeats: int | None = None) -> Trial:
    """One seed's data. share: of the shoppers that are all there is to learn from, the others being tested; None: everybody's rows are
    learned from and everybody's held-out ones are found.

    While choosing, in the scarce case each third of the shoppers is predicted from the two others, else a fifth of everybody's rows from
    the rest; the generator learns anew from what is left each time. repeats: how often thirds are dealt, None: until ENOUGH were predicted,
    for of few shoppers what happens to be held out decides too much. Raises TooSmallError.
    """
    rng = np.random.default_rng([seed, 0xA15])
    every = np.flatnonzero(np.diff(histories.learnable.indptr))
    n = len(every) if share is None else round(share * len(every))
    if n < FEWEST_SHOPPERS:
        part = "" if share is None else f"{share:.0%} of "
        raise TooSmallError(
            f"{part}{len(every):,} shoppers are too few to learn from.",
            f"It takes {FEWEST_SHOPPERS}: give a larger log, or a larger share.",
        )
    chosen = every if share is None else np.sort(rng.choice(every, n, replace=False))
    counts = histories.learnable[chosen].getnnz(axis=0)
    items = np.sort(np.argsort(-counts, kind="stable")[: min(MOST_ITEMS, int((counts > 0).sum()))])
    real = _real(histories.learnable[chosen][:, items], histories.segment[chosen], histories.segments)
    wanted = histories.targets[:, items].tocsr()
    tested = np.flatnonzero(np.diff(wanted.indptr))
    tested = tested if share is None else np.setdiff1d(tested, chosen)
    if len(tested) < 2:
        raise TooSmallError("Fewer than two shoppers have something held out that could be found.", "Use a run of another split.")
    if len(tested) > MOST_TESTED:
        tested = np.sort(rng.choice(tested, MOST_TESTED, replace=False))
    tests = HeldOut(tested, _tidy(histories.known[tested][:, items]), _tidy(wanted[tested]))
    if share is None:
        parts = _rows_aside(real, rng)
    else:
        often = repeats or min(-(-ENOUGH // n), MOST_REPEATS)
        parts = [part for _ in range(often) for part in _thirds(real, rng)]
    folds = tuple(Fold(left, aside, drawing(left, items, seed * 31 + place + 1)) for place, (left, aside) in enumerate(parts))
    return Trial(seed, items, _tail(real), real, drawing(real, items, seed * 31), tests, folds)


def _real(sets: sparse.csr_matrix, segment: NDArray[np.int32], segments: tuple[str, ...]) -> RealShoppers:
    """Sets in the order of their products: what is learned here needs no other."""
    sets = _tidy(sets)
    first = np.arange(sets.nnz, dtype=np.int32) - np.repeat(sets.indptr[:-1], np.diff(sets.indptr)).astype(np.int32)
    return RealShoppers(sets, first, segment, segments)


def _thirds(real: RealShoppers, rng: np.random.Generator) -> list[tuple[RealShoppers, HeldOut]]:
    part = rng.permutation(np.arange(real.sets.shape[0]) % FOLDS)
    found = []
    for place in range(FOLDS):
        rows = np.flatnonzero(part == place)
        kept, aside = _cut(real.sets[rows], rng)
        users = np.flatnonzero(np.diff(aside.indptr))
        left = part != place
        found.append((_real(real.sets[left], real.segment[left], real.segments), HeldOut(rows[users], kept[users], aside[users])))
    return found


def _rows_aside(real: RealShoppers, rng: np.random.Generator) -> list[tuple[RealShoppers, HeldOut]]:
    kept, aside = _cut(real.sets, rng)
    users = np.flatnonzero(np.diff(aside.indptr))
    if len(users) > MOST_TESTED:
        users = np.sort(rng.choice(users, MOST_TESTED, replace=False))
    return [(_real(kept, real.segment, real.segments), HeldOut(users, kept[users], aside[users]))]


def _cut(sets: sparse.csr_matrix, rng: np.random.Generator) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """(four fifths of each row, the rest); a row of one product stays whole, one of two gives one."""
    lengths = np.diff(sets.indptr)
    row = np.repeat(np.arange(len(lengths)), lengths)
    order = np.lexsort((rng.random(sets.nnz), row))
    place = np.arange(sets.nnz) - np.repeat(sets.indptr[:-1], lengths)
    given = np.where(lengths > 1, np.maximum(1, np.floor(SET_ASIDE * lengths + 0.5)), 0)
    aside = np.zeros(sets.nnz, np.bool_)
    aside[order] = place < given[row]

    def some(which: NDArray[np.bool_]) -> sparse.csr_matrix:
        return _tidy(sparse.csr_matrix((sets.data[which], (row[which], sets.indices[which])), shape=sets.shape))

    return some(~aside), some(aside)


def _tail(real: RealShoppers) -> NDArray[np.bool_]:
    counts = np.bincount(real.sets.indices, minlength=real.n_items)
    order = np.argsort(counts, kind="stable")
    found = np.zeros(real.n_items, np.bool_)
    found[order[np.cumsum(counts[order]) <= TAIL_SHARE * counts.sum()]] = True
    return found


def _tidy(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    found = matrix.tocsr().astype(np.float32)
    found.sort_indices()
    return found
