"""Scorers over exported arrays: what a run can do without the library that trained it.

A scorer takes histories, csr [n, items] of the run's own items (1 where the user had it), and gives float32 [n, items].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import CorruptArtifactError
from recsys_core.inference.top_k import mask_seen, top_k

Floats = NDArray[np.float32]
ArrayLoader = Callable[[str], NDArray[Any]]


class Scorer(Protocol):
    """What every exported model offers: a score for each item from a history alone (fold-in)."""

    def score(self, histories: sparse.csr_matrix) -> Floats:
        """Float32 [n, items] from histories csr [n, items]."""


@dataclass(frozen=True)
class ConstantScorer:
    """The same score for everyone: popularity, and the fallback of users without a history."""

    scores: Floats

    def score(self, histories: sparse.csr_matrix) -> Floats:
        """One copy of the scores a row."""
        return np.repeat(np.asarray(self.scores, dtype=np.float32)[None], histories.shape[0], axis=0)


@dataclass(frozen=True)
class ItemItemScorer:
    """A history times an item-item matrix B [items, items]: EASE and its kin."""

    weights: Floats

    def score(self, histories: sparse.csr_matrix) -> Floats:
        """Sum of the history's rows of B."""
        return np.asarray(histories @ self.weights, dtype=np.float32)


@dataclass(frozen=True)
class Layer:
    """y = x W + b with W [inputs, outputs]."""

    weight: Floats
    bias: Floats


@dataclass(frozen=True)
class AutoencoderScorer:
    """The mean path of a variational autoencoder: normalise, encode with tanh, take the mean, decode with tanh (Liang et al. 2018)."""

    encoder: tuple[Layer, ...]
    decoder: tuple[Layer, ...]

    def encode(self, histories: sparse.csr_matrix) -> Floats:
        """The posterior mean of each history: float32 [n, latent]."""
        lengths = np.sqrt(np.asarray(histories.multiply(histories).sum(axis=1)).ravel())
        scale = sparse.diags((1.0 / np.maximum(lengths, 1e-12)).astype(np.float32))
        hidden = np.asarray((scale @ histories) @ self.encoder[0].weight, dtype=np.float32) + self.encoder[0].bias
        for layer in self.encoder[1:]:
            hidden = np.tanh(hidden) @ layer.weight + layer.bias
        return hidden[:, : hidden.shape[1] // 2]

    def decode(self, latent: Floats) -> Floats:
        """Logits over the items, float32 [n, items], of latent vectors [n, latent]."""
        hidden = latent
        for layer in self.decoder[:-1]:
            hidden = np.tanh(hidden @ layer.weight + layer.bias)
        return np.asarray(hidden @ self.decoder[-1].weight + self.decoder[-1].bias, dtype=np.float32)

    def score(self, histories: sparse.csr_matrix) -> Floats:
        """Logits of the decoded posterior mean."""
        return self.decode(self.encode(histories))


def build_scorer(description: Mapping[str, Any], array: ArrayLoader) -> Scorer:
    """The scorer that a run's manifest describes: {"kind": ..., and the counts it needs}. `array` loads an exported array by name."""
    kind = description.get("kind")
    if kind == "constant":
        return ConstantScorer(array("scorer/scores.npy"))
    if kind == "item-item":
        return ItemItemScorer(array("scorer/weights.npy"))
    if kind == "autoencoder":
        return AutoencoderScorer(_layers("encoder", description["encoder"], array), _layers("decoder", description["decoder"], array))
    raise CorruptArtifactError(f"This run names a scorer '{kind}' that this version of Aisle does not know.", "Train the model again.")


def _layers(part: str, count: int, array: ArrayLoader) -> tuple[Layer, ...]:
    return tuple(Layer(array(f"scorer/{part}_{i}_weight.npy"), array(f"scorer/{part}_{i}_bias.npy")) for i in range(count))


def rank(
    scorer: Scorer, histories: sparse.csr_matrix, k: int, *, seen: sparse.csr_matrix | None = None
) -> tuple[NDArray[np.int32], Floats]:
    """The k best unseen items of each history: indices [n, k] (-1 where short) and scores. `seen` defaults to the history itself."""
    return top_k(mask_seen(scorer.score(histories), histories if seen is None else seen), k)
