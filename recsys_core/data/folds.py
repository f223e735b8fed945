"""Cross-validation: K splits of one dataset, each of which tests another part of it. Pure: the same dataset and seed, the same folds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from recsys_core.data.dataset import Dataset
from recsys_core.data.protocols import FEWEST_PAIRS, HELD_OUT, Core, Parts, fold_in, set_aside, shuffled
from recsys_core.data.splits import Split, assemble, core_of
from recsys_core.errors import InputError, TooSmallError, UnsupportedError

FEWEST_FOLDS, MOST_FOLDS = 2, 20
Folds = NDArray[np.int64]


def make_folds(dataset: Dataset, protocol: str = "random", folds: int = 5, seed: int = 0) -> Iterator[Split]:
    """K splits, made one at a time. protocol: `random` deals each shopper's products, `users` deals the shoppers.

    random: every pair is tested in exactly one fold (a shopper of fewer than three pairs only trains); 10 % of what is left of each
    shopper is for choosing. users: every shopper is tested in exactly one fold, 80 % of the pairs given and 20 % to be found; a tenth of
    the others is for choosing. Raises InputError for a number of folds there cannot be, UnsupportedError for another protocol,
    TooSmallError for a log that is too small.
    """
    check_folds(protocol, folds)
    core = core_of(dataset)
    dealt = np.random.Generator(np.random.PCG64(seed))
    if protocol == "random":
        place = _deal_pairs(core, folds, dealt)
    else:
        place = _deal_users(core, folds, dealt)
    for fold in range(folds):
        parts = _FOLDS[protocol](core, place, fold, np.random.Generator(np.random.PCG64([seed, fold])))
        if not len(parts.train) or not len(parts.validation) or not len(parts.test):
            raise TooSmallError(
                f"'{dataset.name}' has {len(core.user)} purchases that train, too few for {folds} folds that each train, choose and test.",
                "Use fewer folds, or give a longer log." if folds > FEWEST_FOLDS else "Give a longer log.",
            )
        yield assemble(core, parts, protocol, seed)


def check_folds(protocol: str, folds: int) -> None:
    """Raises InputError for a number of folds there cannot be, UnsupportedError for a protocol that has no folds."""
    if protocol not in _FOLDS:
        raise UnsupportedError(
            f"Cross-validation cannot deal by '{protocol}'.", f"Use {' or '.join(_FOLDS)}: each part must be tested once, in any order."
        )
    if not FEWEST_FOLDS <= folds <= MOST_FOLDS:
        raise InputError(f"The number of folds is {folds}.", f"Use a whole number from {FEWEST_FOLDS} to {MOST_FOLDS}.")


def check_enough_shoppers(dataset: Dataset, protocol: str, folds: int) -> None:
    """Raise TooSmallError where the shoppers who train are too few to be dealt into so many folds."""
    users = int(np.count_nonzero(dataset.trains_users))
    if protocol == "users" and users < 2 * folds:
        fewer = users // 2
        raise TooSmallError(
            f"'{dataset.name}' has {users} shoppers who train, and {folds} folds by 'users' need {2 * folds}.",
            f"Use {fewer} folds, or deal by 'random'." if fewer >= FEWEST_FOLDS else "Deal by 'random', or give a longer log.",
        )


def _deal_pairs(core: Core, folds: int, rng: np.random.Generator) -> Folds:
    """The fold that tests each pair, -1 for none: a user's pairs in random order go round the folds, from a random one on."""
    rank, size = shuffled(core.user, rng)
    first = rng.integers(folds, size=len(size))
    return np.where(size[core.user] < FEWEST_PAIRS, -1, (rank + first[core.user]) % folds)


def _deal_users(core: Core, folds: int, rng: np.random.Generator) -> Folds:
    """The fold that tests each pair's user."""
    check_enough_shoppers(core.dataset, "users", folds)
    users = rng.permutation(np.unique(core.user))
    of_user = np.full(core.dataset.n_users, -1, dtype=np.int64)
    of_user[users] = np.arange(len(users)) % folds
    return of_user[core.user]


def _random_fold(core: Core, place: Folds, fold: int, rng: np.random.Generator) -> Parts:
    train, validation = set_aside(core, np.flatnonzero(place != fold), rng)
    return Parts(train, validation, np.flatnonzero(place == fold))


def _users_fold(core: Core, place: Folds, fold: int, rng: np.random.Generator) -> Parts:
    others = rng.permutation(np.unique(core.user[place != fold]))
    aside = np.zeros(core.dataset.n_users, dtype=bool)
    aside[others[: max(1, round(HELD_OUT * len(others)))]] = True
    chooses = aside[core.user] & (place != fold)
    validation_fold_in, validation = fold_in(core, np.flatnonzero(chooses), rng)
    test_fold_in, test = fold_in(core, np.flatnonzero(place == fold), rng)
    train = np.flatnonzero((place != fold) & ~chooses)
    return Parts(train, validation, test, validation_fold_in, test_fold_in, inductive=True)


_FOLDS: Mapping[str, Callable[[Core, Folds, int, np.random.Generator], Parts]] = MappingProxyType(
    {"random": _random_fold, "users": _users_fold}
)
