"""RecVAE: a variational autoencoder held back by its own past (Shenbin, Alekseev, Tutubalina, Malykh & Nikolenko 2020).

Beside Mult-VAE: an encoder of five layers, each reading all before it; a prior that mixes N(0, I), the encoder of the round before, and a
wide N(0, e^10 I); a KL weight of gamma times the length of the history; a decoder of one linear layer. Encoder and decoder learn in
turns: an epoch here is one round of the authors' code, three passes for the encoder, then the older encoder is renewed, then one pass for
the decoder, which sees whole histories.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor, nn
from torch.nn import functional as F

from recsys_core.inference.contract import ArrayLoader
from recsys_core.inference.kinds.recvae import NORM_EPS, RecVAEScorer, build
from recsys_core.models.autoencoder_torch import Autoencoder
from recsys_core.models.history_torch import History
from recsys_core.models.likelihood_torch import output_loss
from recsys_core.models.network_size import Size
from recsys_core.models.spec import Value
from recsys_core.models.specs.recvae import RECVAE
from recsys_core.models.trainee_torch import Arrays, TorchTrainee, load_module
from recsys_core.training.device_torch import half_precision

DEPTH = 5
ENCODER_PASSES = 3
PRIOR = (3 / 20, 3 / 4, 1 / 10)  # shares of N(0, I), the older posterior, and N(0, e^10 I)
WIDE = 10.0


class Encoder(nn.Module):
    """Five layers of swish and LayerNorm; each adds up all outputs before it. The first one is a table of item rows."""

    def __init__(self, items: int, hidden: int, latent: int) -> None:
        super().__init__()
        self.items = nn.Parameter(torch.empty(items, hidden))
        self.bias = nn.Parameter(torch.empty(hidden))
        self.layers = nn.ModuleList(nn.Linear(hidden, hidden) for _ in range(DEPTH - 1))
        self.norms = nn.ModuleList(nn.LayerNorm(hidden, eps=NORM_EPS) for _ in range(DEPTH))
        self.mean = nn.Linear(hidden, latent)
        self.log_variance = nn.Linear(hidden, latent)

    def forward(self, history: History) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of q(z|x), each float32 [n, latent]."""
        hidden = self.norms[0](F.silu(history.through(self.items, history.weights) + self.bias))
        before = hidden
        for layer, norm in zip(self.layers, self.norms[1:], strict=True):
            hidden = norm(F.silu(layer(hidden) + before))
            before = before + hidden
        return self.mean(hidden).float(), self.log_variance(hidden).float()


class Network(nn.Module):
    """Encoder and linear decoder, started by Xavier's rule, biases at 0 (Glorot & Bengio 2010, eq. 12), as Mult-VAE is."""

    def __init__(self, items: int, hidden: int, latent: int, generator: torch.Generator) -> None:
        super().__init__()
        self.encoder = Encoder(items, hidden, latent)
        self.decoder = nn.Linear(latent, items)
        with torch.no_grad():
            for name, parameter in self.named_parameters():
                if parameter.dim() == 2:
                    nn.init.xavier_normal_(parameter, generator=generator)
                elif ".norms." not in name:
                    parameter.zero_()


def log_normal(z: Tensor, mean: Tensor | float, log_variance: Tensor | float) -> Tensor:
    """log N(z; mean, exp(log_variance)), number by number."""
    log_variance = torch.as_tensor(log_variance, device=z.device)
    return -0.5 * (log_variance + math.log(2 * math.pi) + (z - mean).square() / log_variance.exp())


def log_prior(z: Tensor, older: tuple[Tensor, Tensor]) -> Tensor:
    """The composite prior's log density, number by number, as in the authors' code. older: mean and log-variance of the older encoder."""
    parts = (log_normal(z, 0.0, 0.0), log_normal(z, *older), log_normal(z, 0.0, WIDE))
    return torch.logsumexp(torch.stack([part + math.log(share) for part, share in zip(parts, PRIOR, strict=True)]), dim=0)


class Trainee(TorchTrainee):
    """RecVAE in the hands of `training.loop`: an epoch is four passes over the users, `batches` steps each."""

    network: Network

    def __init__(
        self, network: Network, train: sparse.csr_matrix, settings: Mapping[str, Value], generator: torch.Generator, batches: int
    ) -> None:
        self.train, self.batches = train, batches
        self.dropout, self.gamma = float(settings["dropout"]), float(settings["gamma"])
        self.half = half_precision(str(settings["precision"]), generator.device, network.decoder.weight.numel())
        self.older = deepcopy(network.encoder).requires_grad_(False)
        rate = float(settings["learning_rate"])
        optimizers = {part: torch.optim.Adam(getattr(network, part).parameters(), lr=rate, fused=True) for part in ("encoder", "decoder")}
        super().__init__(network, optimizers, generator, {"older": self.older})

    def step(self, rows: NDArray[np.int64], update: int) -> dict[str, float]:
        """One step of the player whose turn it is."""
        history = History.of(self.train[rows], self.generator.device)
        place = update % ((ENCODER_PASSES + 1) * self.batches)
        encoding = place < ENCODER_PASSES * self.batches
        self.network.encoder.requires_grad_(encoding)
        self.network.decoder.requires_grad_(not encoding)
        if encoding:
            return self._encoder_step(history)
        if place == ENCODER_PASSES * self.batches:
            self.older.load_state_dict(self.network.encoder.state_dict())
        return self._decoder_step(history)

    def _encoder_step(self, history: History) -> dict[str, float]:
        """The encoder on the negative ELBO, of a thinned history."""
        with self._arithmetic():
            mean, log_variance = self.network.encoder(history.thinned(self.dropout, self.generator))
            older = self.older(history)
        z = self._drawn(mean, log_variance)
        likelihood = output_loss(z, self.network.decoder, history, half=self.half)
        lengths = torch.zeros(len(z), device=z.device).index_add_(0, history.rows, history.values)
        divergence = (log_normal(z, mean, log_variance) - log_prior(z, older)).sum(dim=1)
        penalty = self.gamma * (lengths * divergence).mean()
        self.descend(likelihood + penalty, "encoder")
        parts = {"likelihood": likelihood.item(), "kl": divergence.mean().item(), "kl_weight": self.gamma * lengths.mean().item()}
        return {"loss": parts["likelihood"] + penalty.item(), **parts}

    def _decoder_step(self, history: History) -> dict[str, float]:
        """The decoder on the likelihood of whole histories."""
        with torch.no_grad(), self._arithmetic():
            mean, log_variance = self.network.encoder(history)
        likelihood = output_loss(self._drawn(mean, log_variance), self.network.decoder, history, half=self.half)
        self.descend(likelihood, "decoder")
        return {"decoder_likelihood": likelihood.item()}

    def _drawn(self, mean: Tensor, log_variance: Tensor) -> Tensor:
        noise = torch.randn(mean.shape, generator=self.generator, device=mean.device)
        return mean + noise * torch.exp(0.5 * log_variance)

    def _arithmetic(self) -> torch.autocast:
        return torch.autocast(self.generator.device.type, torch.bfloat16, enabled=self.half)


class RecVAE(Autoencoder):
    """The paper's recommender: lists from the decoded posterior mean."""

    spec = RECVAE
    passes = ENCODER_PASSES + 1
    output = "decoder.weight"
    _network: Network

    def _new_network(self, items: int, size: Size, generator: torch.Generator) -> Network:
        return Network(items, size.hidden, size.latent, generator)

    def _new_trainee(self, network: nn.Module, train: sparse.csr_matrix, size: Size, generator: torch.Generator) -> TorchTrainee:
        assert isinstance(network, Network)
        return Trainee(network, train, self.settings, generator, -(-train.shape[0] // size.batch))

    @staticmethod
    def _scorer(weights: Arrays) -> RecVAEScorer:
        return build({"depth": DEPTH}, lambda name: weights[name.removeprefix("scorer/").removesuffix(".npy")])

    def _logits(self, history: History) -> Tensor:
        logits: Tensor = self._network.decoder(self._network.encoder(history)[0])
        return logits

    def export(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """The network's own arrays."""
        return {"kind": "recvae", "depth": DEPTH}, {f"scorer/{name}.npy": array for name, array in self._weights.items()}

    @classmethod
    def load(cls, settings: Mapping[str, Value], description: Mapping[str, Any], array: ArrayLoader) -> RecVAE:
        """The network back from its arrays."""
        model = cls(settings)
        items, latent = array("scorer/decoder.weight.npy").shape
        network = Network(items, len(array("scorer/encoder.bias.npy")), latent, torch.Generator().manual_seed(0))
        load_module(network, {name: array(f"scorer/{name}.npy") for name in network.state_dict()})
        model._keep(network)
        return model
