"""A small log whose taste is known, what is held out of it, and what a dataset would say beside it."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from recsys_core.data.splits import Split
from recsys_core.models.contract import Side, Validation

GROUPS, PER_GROUP = 4, 8


def planted(users=120, seed=0):
    """Users who buy from one group of items only, so that what a model should learn is known: csr [users, 32], four items each."""
    rng = np.random.default_rng(seed)
    dense = np.zeros((users, GROUPS * PER_GROUP), dtype=np.float32)
    for user in range(users):
        dense[user, (user % GROUPS) * PER_GROUP + rng.choice(PER_GROUP, 4, replace=False)] = 1
    return sparse.csr_matrix(dense)


def validation(train):
    """Every user, and one thing held out of each: something that the user has not, of the same group of eight where there is one."""
    users, items = train.shape
    rng = np.random.default_rng(1)
    targets = np.zeros((users, items), dtype=np.float32)
    for user, had in enumerate(train.toarray() > 0):
        group = (user % GROUPS) * PER_GROUP + np.arange(PER_GROUP)
        group = group[group < items]
        free = group[~had[group]]
        targets[user, rng.choice(free if len(free) else np.flatnonzero(~had))] = 1
    return Validation(train, sparse.csr_matrix(targets), np.arange(users))


class PlantedSide(Side):
    """Times, strengths and a catalogue for any matrix: a purchase is the older the smaller its item, a category is eight items."""

    def __init__(self, train):
        self.items = train.shape[1]

    def ages(self, pairs):
        return (100.0 - pairs.indices).astype(np.float32)

    def strengths(self, pairs):
        return (1 + pairs.indices % 2).astype(np.float32)

    def item_features(self):
        group = np.arange(self.items) // PER_GROUP
        return sparse.csr_matrix((np.ones(self.items, dtype=np.float32), (np.arange(self.items), group)))


def one_item_split():
    """A split of a log in which everybody bought the same product."""
    one = sparse.csr_matrix(np.array([[0, 1, 0]] * 5, dtype=np.float32))
    none = sparse.csr_matrix(one.shape, dtype=np.float32)
    return Split("random", 0, one, one, none, one, none, one, one)
