"""Multi-layer autoencoders over histories: the mean path of Mult-VAE, Mult-DAE, VAE-GAN, and user-based CFGAN's generator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from recsys_core.inference.contract import ArrayLoader, Floats, Users


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

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """Logits of the decoded posterior mean."""
        return self.decode(self.encode(histories))


def build(description: Mapping[str, Any], array: ArrayLoader) -> AutoencoderScorer:
    """From the weights and biases of its layers."""
    return AutoencoderScorer(_layers("encoder", description["encoder"], array), _layers("decoder", description["decoder"], array))


def _layers(part: str, count: int, array: ArrayLoader) -> tuple[Layer, ...]:
    return tuple(Layer(array(f"scorer/{part}_{i}_weight.npy"), array(f"scorer/{part}_{i}_bias.npy")) for i in range(count))
