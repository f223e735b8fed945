"""Multi-layer autoencoders over histories with tanh between the layers: the mean path of Mult-VAE and VAE-GAN, and Mult-DAE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from recsys_core.errors import UnsupportedError
from recsys_core.inference.contract import ArrayLoader, Floats, Users


@dataclass(frozen=True)
class Layer:
    """y = x W + b with W [inputs, outputs]."""

    weight: Floats
    bias: Floats


@dataclass(frozen=True)
class AutoencoderScorer:
    """Normalise, encode with tanh, decode with tanh (Liang et al. 2018).

    variational: the encoder's last layer gives mean and log-variance, and the mean is the code; otherwise the code is its tanh.
    """

    encoder: tuple[Layer, ...]
    decoder: tuple[Layer, ...]
    variational: bool = True

    def encode(self, histories: sparse.csr_matrix) -> Floats:
        """The code of each history: float32 [n, latent]."""
        last = self._last(histories)
        return last[:, : last.shape[1] // 2] if self.variational else np.tanh(last)

    def posterior(self, histories: sparse.csr_matrix) -> tuple[Floats, Floats]:
        """Mean and log-variance of q(z|x) of each history, float32 [n, latent] each. Raises UnsupportedError without one."""
        if not self.variational:
            raise UnsupportedError("This autoencoder has no posterior.", "Choose a run of mult-vae or recvae.")
        last = self._last(histories)
        half = last.shape[1] // 2
        return last[:, :half], last[:, half:]

    def _last(self, histories: sparse.csr_matrix) -> Floats:
        """What the encoder's last layer says."""
        lengths = np.sqrt(np.asarray(histories.multiply(histories).sum(axis=1)).ravel())
        scale = sparse.diags((1.0 / np.maximum(lengths, 1e-12)).astype(np.float32))
        hidden = np.asarray((scale @ histories) @ self.encoder[0].weight, dtype=np.float32) + self.encoder[0].bias
        for layer in self.encoder[1:]:
            hidden = np.tanh(hidden) @ layer.weight + layer.bias
        return hidden

    def decode(self, latent: Floats) -> Floats:
        """Logits over the items, float32 [n, items], of latent vectors [n, latent]."""
        hidden = latent
        for layer in self.decoder[:-1]:
            hidden = np.tanh(hidden @ layer.weight + layer.bias)
        return np.asarray(hidden @ self.decoder[-1].weight + self.decoder[-1].bias, dtype=np.float32)

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """Logits of the decoded code."""
        return self.decode(self.encode(histories))


def build(description: Mapping[str, Any], array: ArrayLoader) -> AutoencoderScorer:
    """From the weights and biases of its layers."""
    encoder, decoder = (_layers(part, description[part], array) for part in ("encoder", "decoder"))
    return AutoencoderScorer(encoder, decoder, bool(description.get("variational", True)))


def _layers(part: str, count: int, array: ArrayLoader) -> tuple[Layer, ...]:
    return tuple(Layer(array(f"scorer/{part}_{i}_weight.npy"), array(f"scorer/{part}_{i}_bias.npy")) for i in range(count))
