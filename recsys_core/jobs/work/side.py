"""What a dataset knows beside who had what, cut to a run's items, for the models that ask for it (`models.contract.Side`)."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.data.dataset import Dataset
from recsys_core.data.pairs import NO_TIME
from recsys_core.inference.contract import Floats
from recsys_core.models.contract import Side
from recsys_core.models.refusals import other_split
from recsys_core.models.runs import Run
from recsys_core.profiles.material import read_material
from recsys_core.storage.workspace import Workspace

MICROSECONDS_A_DAY = 86_400_000_000


class DatasetSide(Side):
    """A dataset's times, event weights and catalogue. items: int32 [run items], dataset item indices.

    split: (protocol, seed) of the training; runs of another have seen what it tests and are not opened for it.
    """

    def __init__(self, dataset: Dataset, items: NDArray[np.int32], workspace: Workspace, split: tuple[str, int] | None = None) -> None:
        self._dataset, self._items, self._workspace, self._split = dataset, items, workspace, split

    @cached_property
    def _places(self) -> sparse.csr_matrix:
        """Where in `dataset.positives` each pair of the run's items is, plus 1: csr int64 [users, run items]."""
        positives = self._dataset.positives
        places = sparse.csr_matrix(
            (np.arange(1, positives.nnz + 1, dtype=np.int64), positives.indices, positives.indptr), shape=positives.shape
        )
        return places[:, self._items].tocsr()

    def _at(self, pairs: sparse.csr_matrix) -> NDArray[np.int64]:
        """The place in `dataset.positives` of each entry of `pairs`."""
        ones = sparse.csr_matrix((np.ones(pairs.nnz, dtype=np.int64), pairs.indices, pairs.indptr), shape=pairs.shape)
        found = self._places.multiply(ones).tocsr()
        found.sort_indices()
        order = np.argsort(sparse.csr_matrix((np.arange(pairs.nnz), pairs.indices, pairs.indptr), shape=pairs.shape).sorted_indices().data)
        return np.asarray(found.data - 1)[order]

    def ages(self, pairs: sparse.csr_matrix) -> Floats | None:
        """Days before the newest event; pairs without a time are as old as the oldest."""
        if not self._dataset.has_times:
            return None
        times = np.asarray(self._dataset.positive_array("time"))[self._at(pairs)].astype(np.float64)
        known = times != NO_TIME
        if not known.any():
            return None
        times[~known] = times[known].min()
        days: Floats = ((times[known].max() - times) / MICROSECONDS_A_DAY).astype(np.float32)
        return days

    def strengths(self, pairs: sparse.csr_matrix) -> Floats | None:
        """By the dataset's event weights."""
        return np.asarray(self._dataset.positive_array("weight"), dtype=np.float32)[self._at(pairs)]

    def item_features(self) -> sparse.csr_matrix | None:
        """Words, categories, maker and price band of each item; None where the dataset has no catalogue to speak of."""
        return self._features

    @cached_property
    def _features(self) -> sparse.csr_matrix | None:
        from recsys_core.profiles.item_features_sklearn import item_features  # here, since few models read a catalogue

        found = item_features(read_material(self._dataset))
        return None if found is None else found[self._items]

    def open_run(self, id: str) -> Any:
        """Another run of the workspace. Raises NotFoundError, InputError for a run of another dataset or split."""
        run = Run.open(self._workspace.run_dir(self._workspace.registry.run(id).id), verify=True)
        protocol, seed = str(run.manifest["protocol"]), int(run.manifest["seed"])
        if self._split is not None and (run.dataset_id, protocol, seed) != (self._dataset.id, *self._split):
            raise other_split(id, run.dataset_id, protocol, seed)
        return run
