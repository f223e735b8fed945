"""How each protocol deals the pairs out: disjoint parts, dealt at random from a seed or by time, without a loop over users.

One rule for shares of a user's pairs: each of n pairs would be held out with probability 0.1 for validation and 0.1 for testing, so
n * 0.1 is rounded up or down at random with that mean (a user of five gives a test pair every other time). The shares hold for light
users as for heavy ones, nobody's training rows are used up, and a user with fewer than three pairs only trains.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from recsys_core.data.dataset import Dataset
from recsys_core.data.pairs import NO_TIME
from recsys_core.errors import TooSmallError, UnsupportedError

HELD_OUT = 0.1  # of the pairs (or of the users) for validation, and as much again for testing
TARGETS = 0.2  # of a held-out user's pairs; the rest is folded in (Liang et al. 2018, section 4.2)
FEWEST_PAIRS = 3  # a user with fewer only trains

Places = NDArray[np.intp]
_MICROSECONDS_A_DAY = timedelta(days=1) // timedelta(microseconds=1)
_OTHER_SPLITS = "Split it by `random` or `users`."


@dataclass(frozen=True)
class Core:
    """The pairs that a split deals with, sorted by user, then item. entry: their places in `dataset.positives`."""

    dataset: Dataset
    user: NDArray[np.int32]
    item: NDArray[np.int32]
    entry: Places

    def stored(self, name: str) -> NDArray[np.int64]:
        """One value for each pair; see `Dataset.positive_array`."""
        values: NDArray[np.int64] = np.asarray(self.dataset.positive_array(name))[self.entry]
        return values


def _nothing() -> Places:
    return np.empty(0, dtype=np.intp)


@dataclass(frozen=True)
class Parts:
    """A protocol's answer: disjoint places of pairs. fold_in: what is given of users who do not train, when choosing and when testing.

    inductive: users to predict for are other users than those who train, so that nothing else is folded in.
    """

    train: Places
    validation: Places
    test: Places
    validation_fold_in: Places = field(default_factory=_nothing)
    test_fold_in: Places = field(default_factory=_nothing)
    inductive: bool = False


def _random(core: Core, rng: np.random.Generator) -> Parts:
    """Each user's pairs at random: 80 % train, 10 % validation, 10 % test."""
    rank, size = shuffled(core.user, rng)
    test = _rounded(HELD_OUT * size, rng)
    validation = _rounded(HELD_OUT * size, rng)
    light = size < FEWEST_PAIRS
    test[light], validation[light] = 0, 0
    return _by_rank(rank, test[core.user], validation[core.user])


def _last(core: Core, rng: np.random.Generator) -> Parts:
    """Each user's newest product is tested, the one before validates: by when it was first had, ties by place in the history, then file."""
    check_columns(core.dataset, "last")
    order = np.lexsort((core.stored("row"), core.stored("seq"), core.stored("time"), core.user))
    size = np.bincount(core.user)
    place = np.empty(len(core.user), dtype=np.int64)
    place[order] = np.arange(len(order)) - (np.cumsum(size) - size)[core.user[order]]
    from_end = size[core.user] - 1 - place
    held = (size >= FEWEST_PAIRS).astype(np.int64)[core.user]
    return _by_rank(from_end, held, held)


def _time(core: Core, rng: np.random.Generator) -> Parts:
    """One cut for all: pairs first seen until the 80 % quantile of such times train, until the 90 % quantile validate, later ones test."""
    check_columns(core.dataset, "time")
    time = core.stored("time")
    known = time[time != NO_TIME]
    if not len(known) or known.min() // _MICROSECONDS_A_DAY == known.max() // _MICROSECONDS_A_DAY:
        raise TooSmallError(f"All events of '{core.dataset.name}' are of one day, so it cannot be split by time.", _OTHER_SPLITS)
    until_train, until_validation = np.quantile(known, (1 - 2 * HELD_OUT, 1 - HELD_OUT), method="inverted_cdf")
    parts = Parts(
        train=np.flatnonzero(time <= until_train),
        validation=np.flatnonzero((time > until_train) & (time <= until_validation)),
        test=np.flatnonzero(time > until_validation),
    )
    if not len(parts.validation) or not len(parts.test):
        raise TooSmallError(f"Too many events of '{core.dataset.name}' share one time, so it cannot be split by time.", _OTHER_SPLITS)
    return parts


def _users(core: Core, rng: np.random.Generator) -> Parts:
    """Strong generalisation (Liang et al. 2018): 80 % of the users train; of the others' pairs 80 % are given and 20 % must be found."""
    users = rng.permutation(np.unique(core.user))
    held = max(1, round(HELD_OUT * len(users)))
    if len(users) < 2 * held + 1:
        raise TooSmallError(
            f"'{core.dataset.name}' has {len(users)} shoppers who train, too few to hold some out.", "Split it by `random`."
        )
    group = np.zeros(core.dataset.n_users, dtype=np.int8)
    group[users[:held]], group[users[held : 2 * held]] = 1, 2
    of_pair = group[core.user]
    validation_fold_in, validation = fold_in(core, np.flatnonzero(of_pair == 1), rng)
    test_fold_in, test = fold_in(core, np.flatnonzero(of_pair == 2), rng)
    return Parts(np.flatnonzero(of_pair == 0), validation, test, validation_fold_in, test_fold_in, inductive=True)


def _given(core: Core, rng: np.random.Generator) -> Parts:
    """The log's own split column; a pair that is in several parts is in the first.

    Without validation rows, 10 % of each user's training pairs are set aside for choosing. Validation users (and test users) of whom
    nothing is known before are folded in: 80 % of their pairs given, 20 % predicted.
    """
    check_columns(core.dataset, "given")
    part = core.stored("part")
    train, validation, test = (np.flatnonzero(part == place) for place in range(3))
    if not len(train):
        raise TooSmallError(f"The split column of '{core.dataset.name}' gives no row to training.", "Call some rows 'train'.")
    if not len(validation):
        train, validation = set_aside(core, train, rng)
    has_train = _has(core, train)
    strangers = ~has_train[core.user[validation]]
    validation_fold_in, predicted = fold_in(core, validation[strangers], rng)
    validation = np.concatenate([validation[~strangers], predicted])
    known_before_test = has_train | _has(core, validation) | _has(core, validation_fold_in)
    strangers = ~known_before_test[core.user[test]]
    test_fold_in, predicted = fold_in(core, test[strangers], rng)
    return Parts(train, validation, np.concatenate([test[~strangers], predicted]), validation_fold_in, test_fold_in)


def _all(core: Core, rng: np.random.Generator) -> Parts:
    """Nothing is tested: 10 % of each user's pairs are set aside for choosing, then everything is fitted."""
    train, validation = set_aside(core, np.arange(len(core.user)), rng)
    return Parts(train, validation, _nothing())


DEALERS: Mapping[str, Callable[[Core, np.random.Generator], Parts]] = MappingProxyType(
    {
        "random": _random,
        "last": _last,
        "time": _time,
        "users": _users,
        "given": _given,
        "all": _all,
    }
)


def check_columns(dataset: Dataset, protocol: str) -> None:
    """Raise UnsupportedError where the log lacks what the protocol deals by."""
    if protocol == "last" and not dataset.has_order:
        raise UnsupportedError(f"'{dataset.name}' has no times, so nothing is last.", _OTHER_SPLITS)
    if protocol == "time" and not dataset.has_times:
        raise UnsupportedError(f"'{dataset.name}' has no times, so it cannot be split by time.", _OTHER_SPLITS)
    if protocol == "given" and not dataset.has_split:
        raise UnsupportedError(f"'{dataset.name}' has no split column.", "Split it by `random`, `last`, `time` or `users`.")


def set_aside(core: Core, places: Places, rng: np.random.Generator) -> tuple[Places, Places]:
    """(the rest, about 10 % of each user's pairs among `places`)."""
    rank, size = shuffled(core.user[places], rng)
    count = _rounded(HELD_OUT * size, rng)
    count[size < FEWEST_PAIRS] = 0
    aside = rank < count[core.user[places]]
    return places[~aside], places[aside]


def fold_in(core: Core, places: Places, rng: np.random.Generator) -> tuple[Places, Places]:
    """(80 % to give, 20 % to find) of each user's pairs among `places`: at least one of each, but a single pair is only given."""
    rank, size = shuffled(core.user[places], rng)
    count = np.where(size > 1, np.clip(_rounded(TARGETS * size, rng), 1, np.maximum(size - 1, 1)), 0)
    target = rank < count[core.user[places]]
    return places[~target], places[target]


def shuffled(user: NDArray[np.int32], rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(a random rank from 0 of each pair among its user's, pairs of each user number)."""
    order = np.lexsort((rng.random(len(user)), user))
    size = np.bincount(user)
    rank = np.empty(len(user), dtype=np.int64)
    rank[order] = np.arange(len(user)) - (np.cumsum(size) - size)[user[order]]
    return rank, size


def _rounded(expected: NDArray[np.floating], rng: np.random.Generator) -> NDArray[np.int64]:
    """Each number up or down to a whole one, at random with that mean."""
    return np.floor(expected + rng.random(len(expected))).astype(np.int64)


def _by_rank(rank: NDArray[np.int64], test: NDArray[np.int64], validation: NDArray[np.int64]) -> Parts:
    """The first `test` ranks of a user test, the next `validation` ranks validate, the rest train."""
    return Parts(
        train=np.flatnonzero(rank >= test + validation),
        validation=np.flatnonzero((rank >= test) & (rank < test + validation)),
        test=np.flatnonzero(rank < test),
    )


def _has(core: Core, places: Places) -> NDArray[np.bool_]:
    """Which users have one of the pairs."""
    return np.bincount(core.user[places], minlength=core.dataset.n_users) > 0
