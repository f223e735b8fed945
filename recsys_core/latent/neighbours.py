"""Who is near whom: the nearest products or shoppers by a model's vectors and by what is known of them. Light: numpy and scipy.

Beside each neighbour stands how many shoppers bought both, against how many would by chance: that is what a person can check.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys_core.data.dataset import Dataset
from recsys_core.errors import InputError, NotFoundError, UnsupportedError
from recsys_core.latent.comparing import vectors_to_compare
from recsys_core.latent.nearest import exact_nearest, unit_rows
from recsys_core.models.runs import Run
from recsys_core.profiles.store import open_profile

MODEL, ATTRIBUTES = "model", "attributes"
WAYS = (MODEL, ATTRIBUTES)
_SOME = 100  # rows looked up together


@dataclass(frozen=True)
class Neighbours:
    """The k nearest of m products or shoppers, nearest first.

    of: int32 [m], their dataset indices. rows: int32 [m, k], dataset indices of the neighbours, -1 where there are no more. similarity:
    float32 [m, k], cosine, NaN there. shared: int32 [m, k], shoppers who have both products, or products that both shoppers have.
    expected: float32 [m, k], how many that would be if one said nothing of the other.
    """

    of: NDArray[np.int32]
    rows: NDArray[np.int32]
    similarity: NDArray[np.float32]
    shared: NDArray[np.int32]
    expected: NDArray[np.float32]


@dataclass(frozen=True)
class Space:
    """Something to be near in. what: "items" or "users". way: "model" or "attributes". vectors: float32 [n, d], rows of length 1.

    rows: int32 [n], ascending, the dataset indices. owned: csr [n_items, n_users] of "items", else its transpose: who has what.
    """

    what: str
    way: str
    vectors: NDArray[np.float32]
    rows: NDArray[np.int32]
    owned: csr_matrix

    def nearest(self, of: Sequence[int] | NDArray[np.integer], k: int = 10) -> Neighbours:
        """The k nearest of products or shoppers by their dataset indices; a row of -1 for one that nothing is known of."""
        wanted: NDArray[np.int32] = np.asarray(of, dtype=np.int32)
        rows = np.full((len(of), k), -1, np.int32)
        similarity = np.full((len(of), k), np.nan, np.float32)
        at = np.searchsorted(self.rows, wanted).clip(0, max(len(self.rows) - 1, 0))
        there = np.flatnonzero(self.rows[at] == wanted) if len(self.rows) else np.zeros(0, np.intp)
        for start in range(0, len(there), _SOME):
            some = there[start : start + _SOME]
            found, near = exact_nearest(self.vectors[at[some]], self.vectors, k + 1)
            for place, one, other, close in zip(some, at[some], found, near, strict=True):
                keep = np.flatnonzero(other != one)[:k]  # itself need not come first among those of one direction
                rows[place, : len(keep)] = self.rows[other[keep]]
                similarity[place, : len(keep)] = close[keep]
        return Neighbours(wanted, rows, similarity, *self._shared(wanted, rows))

    def _shared(self, of: NDArray[np.int32], rows: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        shared = np.zeros(rows.shape, np.int32)
        sizes = np.diff(self.owned.indptr)
        for place, (one, others) in enumerate(zip(of, rows, strict=True)):
            own = self.owned.indices[self.owned.indptr[one] : self.owned.indptr[one + 1]]
            mark = np.zeros(self.owned.shape[1], np.bool_)
            mark[own] = True
            for rank, other in enumerate(others):
                if other >= 0:
                    shared[place, rank] = mark[self.owned.indices[self.owned.indptr[other] : self.owned.indptr[other + 1]]].sum()
        expected = sizes[of][:, None] * np.where(rows >= 0, sizes[rows], 0) / max(self.owned.shape[1], 1)
        return shared, expected.astype(np.float32)


def model_space(run: Run, dataset: Dataset, what: str) -> Space:
    """By the model's vectors (`vectors_to_compare`). Raises UnsupportedError where it has none."""
    vectors, rows = vectors_to_compare(run, dataset, what)
    return _space(what, MODEL, vectors, rows, dataset)


def attribute_space(dataset: Dataset, what: str) -> Space:
    """By what is known of them: products by titles, categories and the like, shoppers by habits and by the groups and words they buy of.

    Raises UnsupportedError where no profile was made, or nothing is known."""
    profile = open_profile(dataset)
    noun = "products" if what == "items" else "shoppers"
    if profile is None or not profile.has(f"{what}.npy"):
        raise UnsupportedError(f"No profile of '{dataset.name}' says what its {noun} are like.", f"Make it: `profile {dataset.id}`.")
    table = np.asarray(profile.array(f"{what}.npy"), dtype=np.float32)
    if what == "users":
        table = _standardised(table)
    else:
        parts = [part for part in profile.json("columns.json")["items"] if part["part"] != "together"]
        keep = [np.arange(part["first"], part["first"] + part["columns"]) for part in parts]
        table = table[:, np.concatenate(keep).astype(np.intp)] if keep else table[:, :0]
    if not np.abs(table).sum():
        raise UnsupportedError(f"Nothing is known of the {noun} but what was bought.", "Use --by model, or give a catalogue with titles.")
    return _space(what, ATTRIBUTES, table, np.arange(len(table), dtype=np.int32), dataset)


def find_one(dataset: Dataset, what: str, id: str) -> int:
    """The index of a product or shopper. Raises NotFoundError with those of a like spelling."""
    ids = dataset.item_ids if what == "items" else dataset.user_ids
    try:
        return dataset.item_index(id) if what == "items" else dataset.user_index(id)
    except NotFoundError as error:
        near = difflib.get_close_matches(id, [str(each) for each in ids], n=3, cutoff=0.5) if len(ids) <= 200_000 else []
        hint = f"Did you mean {' or '.join(near)}?" if near else error.hint
        raise NotFoundError(error.message, hint) from error


def check_way(way: str) -> tuple[str, ...]:
    """The ways that "model", "attributes" or "both" stands for. Raises InputError."""
    if way == "both":
        return WAYS
    if way not in WAYS:
        raise InputError(f"The option by is '{way}'.", f"Use one of: {', '.join(WAYS)}, both.")
    return (way,)


def _space(what: str, way: str, vectors: NDArray[np.float32], rows: NDArray[np.int32], dataset: Dataset) -> Space:
    known = np.flatnonzero(np.linalg.norm(vectors, axis=1) > 1e-12)
    owned = dataset.positives if what == "users" else dataset.positives.T.tocsr()
    return Space(what, way, unit_rows(vectors[known]), np.asarray(rows[known], dtype=np.int32), csr_matrix(owned))


def _standardised(table: NDArray[np.float32]) -> NDArray[np.float32]:
    """Columns of mean 0 and deviation 1, amounts over magnitudes as logarithms first; what is not known counts as the mean."""
    table = np.where((np.nanmax(table, axis=0, initial=0) > 2)[None], np.log1p(np.maximum(table, 0)), table)
    middle, spread = np.nanmean(table, axis=0), np.nanstd(table, axis=0)
    return np.asarray(np.nan_to_num(np.clip((table - middle) / np.where(spread > 1e-6, spread, 1), -3, 3)), dtype=np.float32)
