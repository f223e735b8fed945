"""CSR arrays of a dataset: written once, then memory-mapped by whoever needs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys_core.data.array_file import new_array
from recsys_core.data.pairs import Pairs
from recsys_core.storage.atomic import write_array

Reader = Callable[[str], NDArray[Any]]
_KNOWN: dict[str, type[np.generic]] = {"events": np.int32, "time": np.int64, "seq": np.int64, "row": np.int64, "part": np.int8}


@dataclass(frozen=True)
class Counted:
    """What the matrices hold. pairs: distinct (user, item). rows: positive events.

    items_of, users_of: distinct positive items of each user and users of each item, int64.
    """

    pairs: int
    rows: int
    items_of: NDArray[np.int64]
    users_of: NDArray[np.int64]


def write_matrices(folder: Path, blocks: Iterable[Pairs], n_users: int, n_items: int, n_kinds: int) -> Counted:
    """Write the positives (with what is known of each pair), and the counts of all events and of each kind, into `folder`.

    blocks: the pairs in order, some at a time, which is how they are written: memory does not grow with the log.
    """
    folder.mkdir()
    rows, users_of = 0, np.zeros(n_items, dtype=np.int64)
    with ExitStack() as files:
        positives, events, *kinds = (
            _MatrixFiles(folder, name, n_users, files) for name in ("positives", "events", *(f"kind-{place}" for place in range(n_kinds)))
        )
        known = {name: files.enter_context(new_array(folder / f"positives.{name}.npy", type)) for name, type in _KNOWN.items()}
        for block in blocks:
            wanted = block.positive > 0
            positives.extend(block, wanted, np.ones(len(wanted), dtype=np.float32))
            known["events"].extend(block.positive[wanted])
            for name in ("time", "seq", "row", "part"):
                known[name].extend(getattr(block, name)[wanted])
            events.extend(block, np.ones(len(wanted), dtype=np.bool_), block.events)
            for kind, counts in zip(kinds, block.kinds, strict=True):
                kind.extend(block, counts > 0, counts)
            rows += int(block.positive.sum())
            users_of += np.bincount(block.item[wanted], minlength=n_items)
        for matrix in (positives, events, *kinds):
            matrix.finish()
    return Counted(events.size, rows, positives.of_user, users_of)


def read_matrix(array: Reader, name: str, shape: tuple[int, int]) -> csr_matrix:
    """The matrix called `name`, float32 with sorted indices, on memory-mapped arrays. array: reads a stored array by its name."""
    data, indices, indptr = (array(f"csr/{name}.{part}.npy") for part in ("data", "indices", "indptr"))
    matrix = csr_matrix((data, indices, indptr), shape=shape, copy=False)
    matrix.has_sorted_indices = True
    matrix.has_canonical_format = True
    return matrix


def from_pairs(user: NDArray[np.integer], item: NDArray[np.integer], shape: tuple[int, int]) -> csr_matrix:
    """A matrix of ones, float32 with sorted indices, from distinct pairs in any order."""
    matrix = csr_matrix((np.ones(len(user), dtype=np.float32), (user, item)), shape=shape)
    matrix.sort_indices()
    return matrix


def rows_of(indptr: NDArray[np.integer]) -> NDArray[np.int32]:
    """The row of each stored entry."""
    return np.repeat(np.arange(len(indptr) - 1, dtype=np.int32), np.diff(indptr))


class _MatrixFiles:
    """The three arrays of one CSR matrix, as its entries come in order."""

    def __init__(self, folder: Path, name: str, n_users: int, files: ExitStack) -> None:
        self._path = folder / f"{name}.indptr.npy"
        self._indices = files.enter_context(new_array(folder / f"{name}.indices.npy", np.int32))
        self._data = files.enter_context(new_array(folder / f"{name}.data.npy", np.float32))
        self.of_user = np.zeros(n_users, dtype=np.int64)

    @property
    def size(self) -> int:
        """Entries so far."""
        return self._indices.size

    def extend(self, pairs: Pairs, some: NDArray[np.bool_], values: NDArray[Any]) -> None:
        """Take in some of the pairs, one value each."""
        user = pairs.user[some]
        if len(user):
            first = int(user[0])
            counts = np.bincount(user - first)
            self.of_user[first : first + len(counts)] += counts
            self._indices.extend(pairs.item[some])
            self._data.extend(values[some])

    def finish(self) -> None:
        """Write where each user's entries begin."""
        small = np.int32 if self.size < np.iinfo(np.int32).max else np.int64
        write_array(self._path, np.concatenate([[0], np.cumsum(self.of_user)]).astype(small))
