"""CSR arrays of a dataset: written once, then memory-mapped by whoever needs them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys_core.data.pairs import Pairs
from recsys_core.storage.atomic import write_array

Reader = Callable[[str], NDArray[Any]]


def write_matrices(folder: Path, pairs: Pairs, n_users: int) -> None:
    """Write the positives (with what is known of each pair), and the counts of all events and of each kind, into `folder`."""
    folder.mkdir()
    wanted = pairs.positive > 0
    ones = np.ones(int(wanted.sum()), dtype=np.float32)
    _write(folder, "positives", pairs.user[wanted], pairs.item[wanted], ones, n_users)
    write_array(folder / "positives.events.npy", pairs.positive[wanted])
    for name in ("time", "seq", "row", "part"):
        write_array(folder / f"positives.{name}.npy", getattr(pairs, name)[wanted])
    _write(folder, "events", pairs.user, pairs.item, pairs.events.astype(np.float32), n_users)
    for place, counts in enumerate(pairs.kinds):
        some = counts > 0
        _write(folder, f"kind-{place}", pairs.user[some], pairs.item[some], counts[some].astype(np.float32), n_users)


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


def _write(folder: Path, name: str, user: NDArray[np.int32], item: NDArray[np.int32], data: NDArray[np.float32], n_users: int) -> None:
    indptr = np.zeros(n_users + 1, dtype=np.int64)
    np.cumsum(np.bincount(user, minlength=n_users), out=indptr[1:])
    small = np.int32 if len(data) < np.iinfo(np.int32).max else np.int64
    write_array(folder / f"{name}.indptr.npy", indptr.astype(small))
    write_array(folder / f"{name}.indices.npy", item.astype(small))
    write_array(folder / f"{name}.data.npy", data)
