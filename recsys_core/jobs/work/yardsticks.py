"""What every run on a split is measured by beside its hits: one popularity, one space of products, one grouping for all models."""

from __future__ import annotations

import numpy as np

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import Split
from recsys_core.evaluation.list_measures import Yardsticks
from recsys_core.models.spectral import spectral_vectors
from recsys_core.profiles.groups import load_groups

DIMENSIONS = 32


def yardsticks(dataset: Dataset, split: Split) -> Yardsticks:
    """From what is known before the test: the train and validation rows of `split`, and the groups of products where there are any.

    Distances are in the leading directions of the training matrix, never in a model's own vectors; the same bits for the same split.
    """
    known = split.refit
    holders = np.asarray(known.getnnz(axis=0))
    there = np.flatnonzero(holders)
    users = np.flatnonzero(np.diff(known.indptr))
    vectors = None
    if len(there) > 1 and len(users) > 1:
        found = spectral_vectors(known[users][:, there].tocsr(), DIMENSIONS)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        vectors = np.zeros((dataset.n_items, found.shape[1]), dtype=np.float32)
        vectors[there] = np.where(lengths > 1e-6 * lengths.max(), found / np.maximum(lengths, 1e-30), 0.0)
    groups = load_groups(dataset)
    return Yardsticks(holders, len(users), vectors, groups.codes if groups.labels else None, split.test_fold_in)
