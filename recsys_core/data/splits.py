"""Which interactions train, validate and test: six protocols over the distinct positive pairs of the k-core, all seeded.

One rule for shares of a user's pairs: each of n pairs would be held out with probability 0.1 for validation and 0.1 for testing, so n * 0.1 is
rounded up or down at random with that mean (a user of five gives a test pair every other time). The shares hold for light users as for heavy
ones, nobody's training rows are used up, and a user with fewer than three pairs only trains.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys_core.data.dataset import Dataset
from recsys_core.data.matrices import from_pairs, rows_of
from recsys_core.data.pairs import NO_TIME
from recsys_core.errors import NotFoundError, TooSmallError, UnsupportedError

PROTOCOLS: tuple[str, ...] = ("random", "last", "time", "users", "given", "all")
HELD_OUT = 0.1  # of the pairs (or of the users) for validation, and as much again for testing
TARGETS = 0.2  # of a held-out user's pairs; the rest is folded in (Liang et al. 2018, section 4.2)
FEWEST_PAIRS = 3  # a user with fewer only trains

Places = NDArray[np.intp]

_MICROSECONDS_A_DAY = timedelta(days=1) // timedelta(microseconds=1)


@dataclass(frozen=True)
class Split:
    """The parts of a split, each a csr matrix of ones, float32 (n_users, n_items).

    train: what is fitted while choosing. validation_fold_in -> validation_targets: what is given and what must be found when choosing.
    test_fold_in -> test_targets: the same when testing. refit: what is fitted once all is chosen. known: what a list must not repeat.
    """

    protocol: str
    seed: int
    train: csr_matrix
    validation_fold_in: csr_matrix
    validation_targets: csr_matrix
    test_fold_in: csr_matrix
    test_targets: csr_matrix
    refit: csr_matrix
    known: csr_matrix

    @property
    def has_test(self) -> bool:
        return bool(self.test_targets.nnz)

    def counts(self) -> dict[str, int]:
        """Pairs in each part, by its name."""
        return {part.name: getattr(self, part.name).nnz for part in fields(self) if part.name not in ("protocol", "seed")}


def _nothing() -> Places:
    return np.empty(0, dtype=np.intp)


@dataclass(frozen=True)
class _Parts:
    """A protocol's answer: disjoint places of pairs. fold_in: what is given of users who do not train, when choosing and when testing.

    inductive: users to predict for are other users than those who train, so that nothing else is folded in.
    """

    train: Places
    validation: Places
    test: Places
    validation_fold_in: Places = field(default_factory=_nothing)
    test_fold_in: Places = field(default_factory=_nothing)
    inductive: bool = False


@dataclass(frozen=True)
class _Core:
    """The pairs that a split deals with, sorted by user, then item. entry: their places in `dataset.positives`."""

    dataset: Dataset
    user: NDArray[np.int32]
    item: NDArray[np.int32]
    entry: Places

    def stored(self, name: str) -> NDArray[np.int64]:
        values: NDArray[np.int64] = np.asarray(self.dataset.positive_array(name))[self.entry]
        return values


def make_split(dataset: Dataset, protocol: str | None = None, seed: int = 0) -> Split:
    """Split a dataset. protocol: one of PROTOCOLS, None for `given` where the log has a split column and `random` elsewhere.

    Raises NotFoundError for an unknown protocol, UnsupportedError where the log lacks what it takes, TooSmallError where a part would be empty.
    """
    protocol = check_protocol(protocol or ("given" if dataset.has_split else "random"))
    core = _core(dataset)
    if not len(core.user):
        raise TooSmallError(
            f"Nothing in '{dataset.name}' trains: no shopper has enough products that enough others have too.",
            "Ingest the log again with a lower --min-user-items and --min-item-users.",
        )
    parts = _DEALERS[protocol](core, np.random.Generator(np.random.PCG64(seed)))
    if not len(parts.train) or not len(parts.validation):
        raise TooSmallError(
            f"The split '{protocol}' of '{dataset.name}' leaves nothing to {'choose by' if len(parts.train) else 'train on'}.",
            f"It takes shoppers with {FEWEST_PAIRS} products or more: give a longer log, or choose another protocol.",
        )
    return _assemble(core, parts, protocol, seed)


def check_protocol(protocol: str) -> str:
    """The protocol's name, if there is such a one. Raises NotFoundError."""
    if protocol not in PROTOCOLS:
        raise NotFoundError(f"There is no split protocol '{protocol}'.", f"The protocols are {', '.join(PROTOCOLS)}.")
    return protocol


def _core(dataset: Dataset) -> _Core:
    positives = dataset.positives
    user, item = rows_of(positives.indptr), positives.indices
    entry = np.flatnonzero(dataset.trains_users[user] & dataset.trains_items[item])
    return _Core(dataset, user[entry], item[entry], entry)


def _assemble(core: _Core, parts: _Parts, protocol: str, seed: int) -> Split:
    def matrix(*places: Places) -> csr_matrix:
        joined = np.concatenate(places)
        return from_pairs(core.user[joined], core.item[joined], core.dataset.shape)

    refit = (parts.train, parts.validation_fold_in, parts.validation)
    before_validation, before_test = ((), ()) if parts.inductive else ((parts.train,), refit)
    return Split(
        protocol=protocol,
        seed=seed,
        train=matrix(parts.train),
        validation_fold_in=matrix(*before_validation, parts.validation_fold_in),
        validation_targets=matrix(parts.validation),
        test_fold_in=matrix(*before_test, parts.test_fold_in),
        test_targets=matrix(parts.test),
        refit=matrix(*refit),
        known=matrix(*refit, parts.test_fold_in),
    )


def _random(core: _Core, rng: np.random.Generator) -> _Parts:
    """Each user's pairs at random: 80 % train, 10 % validation, 10 % test."""
    rank, size = _shuffled(core.user, rng)
    test = _rounded(HELD_OUT * size, rng)
    validation = _rounded(HELD_OUT * size, rng)
    light = size < FEWEST_PAIRS
    test[light], validation[light] = 0, 0
    return _by_rank(rank, test[core.user], validation[core.user])


def _last(core: _Core, rng: np.random.Generator) -> _Parts:
    """Each user's newest product is tested, the one before validates: by the first time it was had, ties by place in the history and the file."""
    if not core.dataset.has_order:
        raise UnsupportedError(f"'{core.dataset.name}' has no times, so nothing is last.", "Split it by `random` or `users`.")
    order = np.lexsort((core.stored("row"), core.stored("seq"), core.stored("time"), core.user))
    size = np.bincount(core.user)
    place = np.empty(len(core.user), dtype=np.int64)
    place[order] = np.arange(len(order)) - (np.cumsum(size) - size)[core.user[order]]
    from_end = size[core.user] - 1 - place
    held = (size >= FEWEST_PAIRS).astype(np.int64)[core.user]
    return _by_rank(from_end, held, held)


def _time(core: _Core, rng: np.random.Generator) -> _Parts:
    """One cut for all: pairs first seen until the 80 % quantile of such times train, until the 90 % quantile validate, later ones test."""
    if not core.dataset.has_times:
        raise UnsupportedError(f"'{core.dataset.name}' has no times, so it cannot be split by time.", "Split it by `random` or `users`.")
    time = core.stored("time")
    known = time[time != NO_TIME]
    if not len(known) or known.min() // _MICROSECONDS_A_DAY == known.max() // _MICROSECONDS_A_DAY:
        raise TooSmallError(
            f"All events of '{core.dataset.name}' are of one day, so it cannot be split by time.", "Split it by `random` or `users`."
        )
    until_train, until_validation = np.quantile(known, (1 - 2 * HELD_OUT, 1 - HELD_OUT), method="inverted_cdf")
    parts = _Parts(
        train=np.flatnonzero(time <= until_train),
        validation=np.flatnonzero((time > until_train) & (time <= until_validation)),
        test=np.flatnonzero(time > until_validation),
    )
    if not len(parts.validation) or not len(parts.test):
        raise TooSmallError(
            f"Too many events of '{core.dataset.name}' share one time, so it cannot be split by time.", "Split it by `random` or `users`."
        )
    return parts


def _users(core: _Core, rng: np.random.Generator) -> _Parts:
    """Strong generalisation: 80 % of the users train; of the other users' pairs 80 % are given and 20 % must be found (Liang et al. 2018)."""
    users = rng.permutation(np.unique(core.user))
    held = max(1, round(HELD_OUT * len(users)))
    if len(users) < 2 * held + 1:
        raise TooSmallError(
            f"'{core.dataset.name}' has {len(users)} shoppers who train, too few to hold some out.", "Split it by `random`."
        )
    group = np.zeros(core.dataset.n_users, dtype=np.int8)
    group[users[:held]], group[users[held : 2 * held]] = 1, 2
    of_pair = group[core.user]
    validation_fold_in, validation = _fold(core, np.flatnonzero(of_pair == 1), rng)
    test_fold_in, test = _fold(core, np.flatnonzero(of_pair == 2), rng)
    return _Parts(np.flatnonzero(of_pair == 0), validation, test, validation_fold_in, test_fold_in, inductive=True)


def _given(core: _Core, rng: np.random.Generator) -> _Parts:
    """The log's own split column; a pair that is in several parts is in the first.

    Without validation rows, 10 % of each user's training pairs are set aside for choosing. Validation users (and test users) of whom nothing is
    known before are folded in: 80 % of their pairs given, 20 % predicted.
    """
    if not core.dataset.has_split:
        raise UnsupportedError(f"'{core.dataset.name}' has no split column.", "Split it by `random`, `last`, `time` or `users`.")
    part = core.stored("part")
    train, validation, test = (np.flatnonzero(part == place) for place in range(3))
    if not len(train):
        raise TooSmallError(f"The split column of '{core.dataset.name}' gives no row to training.", "Call some rows 'train'.")
    if not len(validation):
        train, validation = _set_aside(core, train, rng)
    has_train = _has(core, train)
    strangers = ~has_train[core.user[validation]]
    validation_fold_in, predicted = _fold(core, validation[strangers], rng)
    validation = np.concatenate([validation[~strangers], predicted])
    known_before_test = has_train | _has(core, validation) | _has(core, validation_fold_in)
    strangers = ~known_before_test[core.user[test]]
    test_fold_in, predicted = _fold(core, test[strangers], rng)
    return _Parts(train, validation, np.concatenate([test[~strangers], predicted]), validation_fold_in, test_fold_in)


def _all(core: _Core, rng: np.random.Generator) -> _Parts:
    """Nothing is tested: 10 % of each user's pairs are set aside for choosing, then everything is fitted."""
    train, validation = _set_aside(core, np.arange(len(core.user)), rng)
    return _Parts(train, validation, _nothing())


_DEALERS: Mapping[str, Callable[[_Core, np.random.Generator], _Parts]] = {
    "random": _random,
    "last": _last,
    "time": _time,
    "users": _users,
    "given": _given,
    "all": _all,
}


def _set_aside(core: _Core, places: Places, rng: np.random.Generator) -> tuple[Places, Places]:
    """(the rest, about 10 % of each user's pairs among `places`)."""
    rank, size = _shuffled(core.user[places], rng)
    count = _rounded(HELD_OUT * size, rng)
    count[size < FEWEST_PAIRS] = 0
    aside = rank < count[core.user[places]]
    return places[~aside], places[aside]


def _fold(core: _Core, places: Places, rng: np.random.Generator) -> tuple[Places, Places]:
    """(80 % to give, 20 % to find) of each user's pairs among `places`: at least one of each, but a single pair is only given."""
    rank, size = _shuffled(core.user[places], rng)
    count = np.where(size > 1, np.clip(_rounded(TARGETS * size, rng), 1, np.maximum(size - 1, 1)), 0)
    target = rank < count[core.user[places]]
    return places[~target], places[target]


def _shuffled(user: NDArray[np.int32], rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(a random rank from 0 of each pair among its user's, pairs of each user number)."""
    order = np.lexsort((rng.random(len(user)), user))
    size = np.bincount(user)
    rank = np.empty(len(user), dtype=np.int64)
    rank[order] = np.arange(len(user)) - (np.cumsum(size) - size)[user[order]]
    return rank, size


def _rounded(expected: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Each number up or down to a whole one, at random with that mean."""
    return np.floor(expected + rng.random(len(expected))).astype(np.int64)


def _by_rank(rank: NDArray[np.int64], test: NDArray[np.int64], validation: NDArray[np.int64]) -> _Parts:
    """The first `test` ranks of a user test, the next `validation` ranks validate, the rest train."""
    return _Parts(
        train=np.flatnonzero(rank >= test + validation),
        validation=np.flatnonzero((rank >= test) & (rank < test + validation)),
        test=np.flatnonzero(rank < test),
    )


def _has(core: _Core, places: Places) -> NDArray[np.bool_]:
    """Which users have one of the pairs."""
    return np.bincount(core.user[places], minlength=core.dataset.n_users) > 0
