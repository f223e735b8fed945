"""What speaks for showing a new product to a shopper, several ways: each a number for every shopper and new product.

- likeness: the mean of what the shopper had of the products most like it, likeness to a power for its weight (content-kNN).
- local: the same with weights by kernel ridge regression among these neighbours, so that twenty near-twins do not speak twenty times
  (a Gaussian process on the neighbourhood; Rasmussen & Williams 2006, eq. 2.25).
- taste: a ridge regression from content to the products' factors in who bought what (as Gantner et al. 2010 map attributes to factors).
- sold: a ridge regression from content to the logarithm of the number of buyers: the same for every shopper.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.inference.contract import Floats
from recsys_core.inference.top_k import top_k
from recsys_core.models.spectral import leading_directions
from recsys_core.synthesis.cold.ridge import ridge

NEIGHBOURS, LOCAL = 300, 60
RANK = 64
_BLOCK = 256
Users = NDArray[np.integer] | slice | None
_NOISE = 0.3  # of the local kernel, on its diagonal


@dataclass(frozen=True)
class Likeness:
    """Content-kNN. k: neighbours; power: of the likeness; shrink: added to the sum of the weights."""

    k: int
    power: float
    shrink: float


@dataclass(frozen=True)
class Known:
    """What the signals read. rows: csr float32 [n, width], content of the known products. pairs: csr float32 of ones [users, n].

    factors: float32 [users, d]; to_factors: float32 [width + 1, d], the last row is the mean; to_sold: float32 [width + 1].
    """

    rows: sparse.csr_matrix
    pairs: sparse.csr_matrix
    factors: Floats
    to_factors: Floats
    to_sold: Floats

    @property
    def n_items(self) -> int:
        """Known products."""
        return int(self.rows.shape[0])


def learn_known(rows: sparse.csr_matrix, pairs: sparse.csr_matrix, penalty: float = 3.0, check: Callable[[], None] = lambda: None) -> Known:
    """Factors of who bought what, and both regressions on content. rows: csr [n, width]; pairs: csr of ones [users, n]."""
    rank = max(1, min(RANK, min(pairs.shape) - 1))
    values, directions = leading_directions(pairs.astype(np.float32), rank, check)
    factors = (np.asarray(pairs @ directions) / np.maximum(values, 1e-12)).astype(np.float32)
    sold = np.log1p(np.asarray(pairs.sum(axis=0), dtype=np.float64).ravel())
    targets = np.column_stack([(directions * values).astype(np.float64), sold])
    mean = targets.mean(axis=0)
    found = np.vstack([ridge(rows, targets - mean, penalty, check), mean]).astype(np.float32)
    return Known(rows.astype(np.float32), pairs.astype(np.float32), factors, found[:, :-1], found[:, -1])


@dataclass(frozen=True)
class Neighbours:
    """The known products most like each new one, best first: places int32 [m, k] and likeness float32 [m, k]."""

    places: NDArray[np.int32]
    likeness: Floats

    def weights(self, how: Likeness, n_items: int) -> sparse.csr_matrix:
        """Content-kNN's weights: csr float32 [m, n_items]."""
        k = min(how.k, self.places.shape[1])
        found = np.maximum(self.likeness[:, :k], 0.0) ** how.power
        found /= np.maximum(found.sum(axis=1, keepdims=True) + how.shrink, 1e-12)
        return _as_matrix(self.places[:, :k], found, n_items)


def neighbours_of(new: sparse.csr_matrix, rows: sparse.csr_matrix, k: int = NEIGHBOURS) -> Neighbours:
    """The k known products (or all) with the highest cosine to each new one, ties by place. new: csr [m, width]; rows: csr [n, width]."""
    k = min(k, rows.shape[0])
    places = np.zeros((new.shape[0], k), np.int32)
    likeness = np.zeros((new.shape[0], k), np.float32)
    turned = rows.T.tocsr()
    for start in range(0, new.shape[0], _BLOCK):
        found = top_k((new[start : start + _BLOCK] @ turned).toarray().astype(np.float32), k)
        places[start : start + _BLOCK], likeness[start : start + _BLOCK] = found
    return Neighbours(places, likeness)


def local_weights(near: Neighbours, rows: sparse.csr_matrix, width: float, n_items: int) -> sparse.csr_matrix:
    """(K + noise I)^-1 k among the LOCAL nearest, with the kernel exp(-(1 - cosine) / width): csr float32 [m, n_items]."""
    k = min(LOCAL, near.places.shape[1])
    found = np.zeros((len(near.places), k), np.float32)
    for row, places in enumerate(near.places[:, :k]):
        own = rows[places]
        kernel = np.exp(((own @ own.T).toarray().astype(np.float64) - 1.0) / width)
        kernel[np.diag_indices(k)] += _NOISE
        found[row] = np.linalg.solve(kernel, np.exp((near.likeness[row, :k].astype(np.float64) - 1.0) / width))
    return _as_matrix(near.places[:, :k], found, n_items)


def taste(known: Known, new: sparse.csr_matrix) -> Floats:
    """The factors expected of each new product: float32 [m, d]."""
    return np.asarray(new @ known.to_factors[:-1] + known.to_factors[-1], dtype=np.float32)


def sold(known: Known, new: sparse.csr_matrix) -> Floats:
    """ln(1 + buyers) expected of each new product: float32 [m]."""
    return np.asarray(new @ known.to_sold[:-1] + known.to_sold[-1], dtype=np.float32)


@dataclass(frozen=True)
class Signal:
    """One way of judging, as JSON-able words. kind: "likeness", "local", "taste" or "sold". logarithm: of the number, above `floor`."""

    kind: str
    k: int = 0
    power: float = 1.0
    shrink: float = 0.0
    width: float = 0.0
    logarithm: bool = False
    floor: float = 0.0

    @property
    def source(self) -> Signal:
        """The same without its logarithm: what is computed once for both."""
        return Signal(self.kind, self.k, self.power, self.shrink, self.width)

    @property
    def words(self) -> str:
        """For people."""
        named = {
            "likeness": f"what was had of the {self.k} most alike",
            "local": "the same, near-twins counted once" + (" (narrow)" if self.width < 0.2 else ""),
            "taste": "taste expected of its content",
            "sold": "buyers expected of its content",
        }[self.kind]
        return f"{named}, logarithm" if self.logarithm else named

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


class Asked:
    """New products that are asked about: their nearest, and what each signal needs of them, made once."""

    def __init__(self, known: Known, new: sparse.csr_matrix) -> None:
        self.known, self.new = known, new
        self.near = neighbours_of(new, known.rows)
        self._made: dict[Signal, Any] = {}

    def __len__(self) -> int:
        return int(self.new.shape[0])

    def raw(self, signal: Signal, users: Users = None) -> Floats:
        """The signal's number before any logarithm: float32 [users, m], [1, m] of "sold". users: rows of `known.pairs`, None for all."""
        made = self._needed(signal.source)
        if signal.kind == "sold":
            return np.asarray(made[None, :])
        if signal.kind == "taste":
            own = self.known.factors if users is None else self.known.factors[users]
            return np.asarray(own @ made, dtype=np.float32)
        pairs = self.known.pairs if users is None else self.known.pairs[users]
        return np.asarray((pairs @ made).toarray(), dtype=np.float32)

    def weights(self, signal: Signal) -> sparse.csr_matrix:
        """How much each known product says of the new ones, by a signal of kind "likeness" or "local": csr float32 [m, n_items]."""
        if signal.kind == "local":
            return local_weights(self.near, self.known.rows, signal.width, self.known.n_items)
        return self.near.weights(Likeness(signal.k, signal.power, signal.shrink), self.known.n_items)

    def _needed(self, source: Signal) -> Any:
        if source not in self._made:
            if source.kind == "sold":
                self._made[source] = sold(self.known, self.new)
            elif source.kind == "taste":
                self._made[source] = taste(self.known, self.new).T
            else:
                self._made[source] = self.weights(source).T.tocsr()
        return self._made[source]


def shaped(signal: Signal, raw: Floats) -> Floats:
    """With the logarithm, where the signal has one."""
    return np.log(np.maximum(raw, 0.0) + np.float32(signal.floor)).astype(np.float32) if signal.logarithm else raw


def _as_matrix(places: NDArray[np.int32], weights: NDArray[np.floating], n_items: int) -> sparse.csr_matrix:
    m, k = places.shape
    indptr = np.arange(0, m * k + 1, k) if k else np.zeros(m + 1, np.int64)
    return sparse.csr_matrix((weights.ravel().astype(np.float32), places.ravel(), indptr), shape=(m, n_items))
