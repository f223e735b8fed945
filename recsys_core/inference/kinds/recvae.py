"""RecVAE's mean path: five layers of swish and LayerNorm, each reading all before it, and a linear decoder (Shenbin et al. 2020)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.special import expit

from recsys_core.inference.contract import ArrayLoader, Floats, Users
from recsys_core.inference.kinds.autoencoder import Layer

NORM_EPS = 0.1  # of the authors' LayerNorm


@dataclass(frozen=True)
class RecVAEScorer:
    """layers: y = x W + b, the first over items. norms: scale and shift after each layer. mean, log_variance: of the code.
    decoder: to the items.
    """

    layers: tuple[Layer, ...]
    norms: tuple[tuple[Floats, Floats], ...]
    mean: Layer
    log_variance: Layer
    decoder: Layer

    def encode(self, histories: sparse.csr_matrix) -> Floats:
        """The posterior mean of each history: float32 [n, latent]."""
        return _through(self._hidden(histories), self.mean)

    def posterior(self, histories: sparse.csr_matrix) -> tuple[Floats, Floats]:
        """Mean and log-variance of q(z|x) of each history, float32 [n, latent] each."""
        hidden = self._hidden(histories)
        return _through(hidden, self.mean), _through(hidden, self.log_variance)

    def _hidden(self, histories: sparse.csr_matrix) -> Floats:
        lengths = np.sqrt(np.asarray(histories.multiply(histories).sum(axis=1)).ravel())
        scale = sparse.diags((1.0 / np.maximum(lengths, 1e-12)).astype(np.float32))
        hidden = np.asarray((scale @ histories) @ self.layers[0].weight, dtype=np.float32) + self.layers[0].bias
        hidden = _normed(hidden, self.norms[0])
        before = hidden
        for layer, norm in zip(self.layers[1:], self.norms[1:], strict=True):
            hidden = _normed(hidden @ layer.weight + layer.bias + before, norm)
            before = before + hidden
        return hidden

    def decode(self, latent: Floats) -> Floats:
        """Logits over the items, float32 [n, items], of latent vectors [n, latent]."""
        return np.asarray(latent @ self.decoder.weight + self.decoder.bias, dtype=np.float32)

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """Logits of the decoded posterior mean."""
        return self.decode(self.encode(histories))


def _through(hidden: Floats, layer: Layer) -> Floats:
    return np.asarray(hidden @ layer.weight + layer.bias, dtype=np.float32)


def _normed(sums: Floats, norm: tuple[Floats, Floats]) -> Floats:
    """LayerNorm of swish."""
    swish = sums * expit(sums)
    centred = swish - swish.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.square(centred).mean(axis=1, keepdims=True) + np.float32(NORM_EPS))
    return np.asarray(centred / spread * norm[0] + norm[1], dtype=np.float32)


def build(description: Mapping[str, Any], array: ArrayLoader) -> RecVAEScorer:
    """From the network's arrays under torch's names, whose matrices are [outputs, inputs]."""
    depth = int(description["depth"])

    def linear(name: str) -> Layer:
        return Layer(array(f"scorer/{name}.weight.npy").T, array(f"scorer/{name}.bias.npy"))

    first = Layer(array("scorer/encoder.items.npy"), array("scorer/encoder.bias.npy"))
    return RecVAEScorer(
        (first, *(linear(f"encoder.layers.{i}") for i in range(depth - 1))),
        tuple((array(f"scorer/encoder.norms.{i}.weight.npy"), array(f"scorer/encoder.norms.{i}.bias.npy")) for i in range(depth)),
        linear("encoder.mean"),
        linear("encoder.log_variance"),
        linear("decoder"),
    )
