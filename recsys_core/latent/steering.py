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
        raise UnsupportedError(
            f"The model {model} does not make its lists from a code alone, so there is nothing to walk in.",
            "Choose a run of mult-vae, recvae or mult-dae.",
        )
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
    """A way to go. vector: float32 [d]; a step of 1 along it is one standard deviation of the shoppers.

    explained: share of the attribute that codes tell, in shoppers it was not learned from (R squared); for a principal axis its share of
    all variance. rise: by how much a step raises what codes tell of the attribute, in its own unit; NaN for an axis.
    """

    name: str
    vector: Codes
    explained: float
    rise: float = float("nan")


def attribute_directions(codes: Codes, attributes: Mapping[str, NDArray[np.floating]], *, seed: int = 0) -> list[Direction]:
    """One direction for each attribute that codes tell something of, the best told first.

    codes: [n, d]. attributes: name -> float [n], NaN where unknown: "mean price", "share of kitchen". A ridge regression of the attribute
    on codes with coefficients w, its penalty by five folds; the direction is S w, S the covariance of codes: of all changes that raise
    the predicted attribute as much the likeliest one among shoppers (Haufe et al. 2014, eq. 6). w itself would go where no shopper is:
    along dimensions that hardly vary and say little, which a collapsed posterior has many of.
    """
    found = []
    for names, known in _known_alike(attributes):
        table = codes[known].astype(np.float64)
        centre, spread = table.mean(axis=0), table.std(axis=0)
        moves = spread > 1e-6 * max(float(spread.max(initial=0.0)), 1e-12)
        table = (table[:, moves] - centre[moves]) / spread[moves]
        target = np.array([np.asarray(attributes[name], np.float64)[known] for name in names]).T
        mean, scale = target.mean(axis=0), target.std(axis=0)
        weights, explained = _ridge((target - mean) / scale, table, seed)
        covariance = table.T @ table / len(table)
        for place, name in enumerate(names):
            weight = weights[:, place]
            length = float(np.sqrt(weight @ covariance @ weight))
            if explained[place] > 0 and length > 0:
                vector = np.zeros(codes.shape[1], np.float32)
                vector[moves] = covariance @ weight / length * spread[moves]
                found.append(Direction(name, vector, float(explained[place]), length * float(scale[place])))
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


def nearest(place: NDArray[np.floating] | Sequence[float], coordinates: NDArray[np.floating]) -> tuple[NDArray[np.intp], Codes]:
    """(points, weights) of the 15 points [n, 2] nearest to a place on the map, nearer ones counting more; weights float32, summing to 1."""
    squared = np.square(coordinates.astype(np.float64) - np.asarray(place, np.float64)).sum(axis=1)
    near = np.argsort(squared, kind="stable")[:NEAR]
    weight = np.exp(-squared[near] / max(float(squared[near[-1]]), 1e-12) * 3)
    return near, np.asarray(weight / weight.sum(), np.float32)


def code_at(place: NDArray[np.floating] | Sequence[float], coordinates: NDArray[np.floating], codes: Codes) -> Codes:
    """The code [d] of a place on the map: the mean of the nearest points' codes. coordinates: [n, 2]; codes: [n, d], of the same points."""
    near, weight = nearest(place, coordinates)
    return np.asarray(weight @ codes[near], np.float32)


def _known_alike(attributes: Mapping[str, NDArray[np.floating]]) -> list[tuple[list[str], NDArray[np.intp]]]:
    """Attributes that vary, those known of the same shoppers together, so that these share one decomposition."""
    found: dict[bytes, tuple[list[str], NDArray[np.intp]]] = {}
    for name, values in attributes.items():
        finite = np.isfinite(values)
        if finite.sum() >= FEWEST and np.asarray(values, np.float64)[finite].std() > 1e-12:
            found.setdefault(finite.tobytes(), ([], np.flatnonzero(finite)))[0].append(name)
    return list(found.values())


def _ridge(targets: NDArray[np.float64], table: NDArray[np.float64], seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coefficients [d, targets], each with the penalty that told most of held-out rows, and what it told of them, R squared [targets].

    targets: [n, targets], table: [n, d], both standardised.
    """
    fold = np.random.default_rng(seed).permutation(len(table)) % FOLDS
    missed = np.zeros((len(PENALTIES), targets.shape[1]))
    for place in range(FOLDS):
        out = fold == place
        found = _fits(targets[~out], table[~out])
        missed += np.array([np.square(targets[out] - table[out] @ weights).sum(axis=0) for weights in found])
    told = 1 - missed / np.square(targets).sum(axis=0)
    best = told.argmax(axis=0)
    return np.stack(_fits(targets, table))[best, :, np.arange(targets.shape[1])].T, told.max(axis=0)


def _fits(targets: NDArray[np.float64], table: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """The coefficients [d, targets] for each penalty."""
    values, axes = np.linalg.eigh(table.T @ table)
    along = axes.T @ (table.T @ targets)
    return [axes @ (along / (np.maximum(values, 0) + penalty * len(table) / 1000)[:, None]) for penalty in PENALTIES]
