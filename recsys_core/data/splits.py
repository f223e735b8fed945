"""Which interactions train, validate and test: six protocols over the distinct positive pairs of the k-core, all seeded."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from scipy.sparse import csr_matrix

from recsys_core.data.dataset import Dataset
from recsys_core.data.matrices import from_pairs, rows_of
from recsys_core.data.protocols import DEALERS, FEWEST_PAIRS, Core, Parts, Places
from recsys_core.errors import NotFoundError, TooSmallError

PROTOCOLS: tuple[str, ...] = tuple(DEALERS)


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


def make_split(dataset: Dataset, protocol: str | None = None, seed: int = 0) -> Split:
    """Split a dataset. protocol: one of PROTOCOLS, None for `given` where the log has a split column and `random` elsewhere.

    Raises NotFoundError for an unknown protocol, UnsupportedError where the log lacks what it takes, TooSmallError where it is too small.
    """
    protocol = check_protocol(protocol or ("given" if dataset.has_split else "random"))
    core = core_of(dataset)
    parts = DEALERS[protocol](core, np.random.Generator(np.random.PCG64(seed)))
    if not len(parts.train) or not len(parts.validation):
        raise TooSmallError(
            f"The split '{protocol}' of '{dataset.name}' leaves nothing to {'choose by' if len(parts.train) else 'train on'}.",
            f"It takes shoppers with {FEWEST_PAIRS} products or more: give a longer log, or choose another protocol.",
        )
    return assemble(core, parts, protocol, seed)


def check_protocol(protocol: str) -> str:
    """The protocol's name, if there is such a one. Raises NotFoundError."""
    if protocol not in PROTOCOLS:
        raise NotFoundError(f"There is no split protocol '{protocol}'.", f"The protocols are {', '.join(PROTOCOLS)}.")
    return protocol


def check_trains(dataset: Dataset) -> None:
    """Raise TooSmallError where no shopper and product train."""
    if not (dataset.trains_users.any() and dataset.trains_items.any()):
        raise TooSmallError(
            f"Nothing in '{dataset.name}' trains: no shopper has enough products that enough others have too.",
            "Ingest the log again with a lower --min-user-items and --min-item-users.",
        )


def core_of(dataset: Dataset) -> Core:
    """The pairs that are split: those of the shoppers and products that train. Raises TooSmallError where there are none."""
    check_trains(dataset)
    positives = dataset.positives
    user, item = rows_of(positives.indptr), positives.indices
    entry = np.flatnonzero(dataset.trains_users[user] & dataset.trains_items[item])
    return Core(dataset, user[entry], item[entry], entry)


def assemble(core: Core, parts: Parts, protocol: str, seed: int) -> Split:
    """The matrices of a split from the places of its pairs."""

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
        known=_all_but(core, parts.test),
    )


def _all_but(core: Core, test: Places) -> csr_matrix:
    """Every pair that is not tested. Those outside the k-core, or without a part, are in no part, and yet no list repeats them."""
    positives = core.dataset.positives
    left = np.ones(positives.nnz, dtype=bool)
    left[core.entry[test]] = False
    return from_pairs(rows_of(positives.indptr)[left], positives.indices[left], core.dataset.shape)
