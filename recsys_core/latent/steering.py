"""Moving about in a model's latent space: walks between two codes, directions that mean something, and what is shown at a place.

Light: codes come from exported encoders and go through exported decoders, in numpy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import InputError, UnsupportedError
from recsys_core.inference.contract import Floats, Scorer
from recsys_core.inference.principal import principal_components

Codes = NDArray[np.float32]
FOLDS = 5
PENALTIES = (0.1, 1.0, 10.0, 100.0)  # of a ridge on standardised codes, times the shoppers / 1000
FEWEST = 50  # shoppers for a direction
NEAR = 15  # points around a place on the map


class Coder(Protocol):
    """An exported model with a latent space."""

    def encode(self, histories: sparse.csr_matrix) -> Floats:
        """Codes [n, d] of histories [n, items]."""

    def decode(self, latent: Floats) -> Floats:
        """Scores [n, items] of codes [n, d]."""


def coder_of(scorer: Scorer, model: str) -> Coder:
    """The scorer, where it has a latent space to move in. Raises UnsupportedError for one without."""
    if not (hasattr(scorer, "encode") and hasattr(scorer, "decode")):
        raise UnsupportedError(f"The model {model} has no latent space to move in.", "Choose a run of mult-vae, recvae or mult-dae.")
    return scorer  # type: ignore[return-value]


@dataclass(frozen=True)
class Steps:
    """shares: float [steps], 0 at the start, 1 at the end. codes: float32 [steps, d]. lists: int32 [steps, k], scores with them."""

    shares: NDArray[np.float64]
    codes: Codes
    lists: NDArray[np.int32]
    scores: Floats


def walk(coder: Coder, start: Codes, end: Codes, *, steps: int, k: int, hidden: NDArray[np.bool_] | None = None) -> Steps:
    """Along the straight line from one code to another, both [d], with the decoded list at each of `steps` places.

    hidden: bool [items], what no list shows. Raises InputError for fewer than two steps.
    """
    if steps < 2:
        raise InputError(f"A walk of {steps} steps leads nowhere.", "Take at least 2.")
    shares = np.linspace(0.0, 1.0, steps)
    codes = np.asarray(start + shares[:, None] * (end.astype(np.float64) - start), np.float32)
    lists, scores = shown(coder, codes, k, hidden)
    return Steps(shares, codes, lists, scores)


def shown(coder: Coder, codes: Codes, k: int, hidden: NDArray[np.bool_] | None = None) -> tuple[NDArray[np.int32], Floats]:
    """The k best items of codes [n, d] and their scores, [n, k] each; ties go by the item's number."""
    scores = np.array(coder.decode(codes), np.float32)
    if hidden is not None:
        scores[:, hidden] = -np.inf
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k].astype(np.int32)
    return best, np.take_along_axis(scores, best, axis=1)


@dataclass(frozen=True)
class Direction:
    """A way to go. vector: float32 [d]; one step of length 1 along it changes the attribute by one standard deviation of the shoppers', or
    for a principal axis goes as far as one standard deviation of theirs. explained: share of the attribute that codes explain, in shoppers
    it was not learned from (R squared); for a principal axis its share of all variance.
    """

    name: str
    vector: Codes
    explained: float


def attribute_directions(codes: Codes, attributes: Mapping[str, NDArray[np.floating]], *, seed: int = 0) -> list[Direction]:
    """One direction for each attribute that codes tell something of, the best told first.

    codes: [n, d]. attributes: name -> float [n], NaN where unknown: "mean price", "share of kitchen". A ridge regression of the attribute
    on codes, its penalty by five folds; the direction is the least change of a code that raises the predicted attribute by one.
    """
    found = []
    for name, values in attributes.items():
        known = np.flatnonzero(np.isfinite(values))
        target = np.asarray(values, np.float64)[known]
        if len(known) < FEWEST or target.std() < 1e-12:
            continue
        target = (target - target.mean()) / target.std()
        table = codes[known].astype(np.float64)
        centre, spread = table.mean(axis=0), np.maximum(table.std(axis=0), 1e-9)
        table = (table - centre) / spread
        explained, penalty = _best_penalty(table, target, seed)
        weight = _ridge(table, target, penalty) / spread
        if explained > 0 and weight.any():
            found.append(Direction(name, np.asarray(weight / (weight @ weight), np.float32), explained))
    return sorted(found, key=lambda direction: -direction.explained)


def principal_directions(codes: Codes, count: int) -> list[Direction]:
    """The axes along which codes differ most, widest first."""
    count = min(count, codes.shape[1])
    coordinates, shares = principal_components(codes, count)
    centred = codes.astype(np.float64) - codes.mean(axis=0)
    found = []
    for place in range(count):
        along = coordinates[:, place].astype(np.float64)
        if along.std() > 1e-9:
            vector = centred.T @ along / (along @ along) * along.std()
            found.append(Direction(f"axis {place + 1}", np.asarray(vector, np.float32), float(shares[place])))
    return found


def moved(code: Codes, directions: Sequence[Direction], steps: Sequence[float]) -> Codes:
    """The code [d] after so many steps along each direction."""
    total = code.astype(np.float64)
    for direction, step in zip(directions, steps, strict=True):
        total = total + step * direction.vector
    return np.asarray(total, np.float32)


def code_at(place: NDArray[np.floating], coordinates: NDArray[np.floating], codes: Codes) -> Codes:
    """The code [d] of a place on the map: the mean of the nearest points' codes, nearer ones counting more.

    coordinates: [n, 2]; codes: [n, d], of the same points.
    """
    squared = np.square(coordinates.astype(np.float64) - np.asarray(place, np.float64)).sum(axis=1)
    near = np.argsort(squared, kind="stable")[:NEAR]
    weight = np.exp(-squared[near] / max(float(squared[near[-1]]), 1e-12) * 3)
    return np.asarray(weight @ codes[near] / weight.sum(), np.float32)


def _ridge(table: NDArray[np.float64], target: NDArray[np.float64], penalty: float) -> NDArray[np.float64]:
    gram = table.T @ table
    gram[np.diag_indices_from(gram)] += penalty * len(table) / 1000
    return np.asarray(np.linalg.solve(gram, table.T @ target))


def _best_penalty(table: NDArray[np.float64], target: NDArray[np.float64], seed: int) -> tuple[float, float]:
    """(R squared of held-out rows, penalty)."""
    fold = np.random.default_rng(seed).permutation(len(target)) % FOLDS
    best = (-np.inf, PENALTIES[0])
    for penalty in PENALTIES:
        missed = 0.0
        for place in range(FOLDS):
            out = fold == place
            missed += float(np.square(target[out] - table[out] @ _ridge(table[~out], target[~out], penalty)).sum())
        best = max(best, (1 - missed / float(target @ target), penalty))
    return best
