"""Mult-VAE: a variational autoencoder with a multinomial likelihood (Liang, Krishnan, Hoffman & Jebara 2018).

Network [items - hidden - latent - hidden - items], tanh, L2-normalised input with dropout. Loss (eq. 7 of the paper):
    -sum_i x_i log softmax(f(z))_i + beta KL(q(z|x) || N(0, I)),   beta rising from 0 to its cap over the warm-up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor, nn

from recsys_core.inference.contract import ArrayLoader
from recsys_core.inference.kinds.autoencoder import AutoencoderScorer, Layer
from recsys_core.models.autoencoder_torch import Autoencoder
from recsys_core.models.history_torch import History
from recsys_core.models.likelihood_torch import output_loss, sampled_loss
from recsys_core.models.network_size import Size
from recsys_core.models.spec import Value
from recsys_core.models.specs.mult_vae import MULT_VAE
from recsys_core.models.trainee_torch import Arrays, TorchTrainee, load_module
from recsys_core.training.device_torch import half_precision


class Network(nn.Module):
    """The four linear layers. The first one is a table of item rows, so that only a history's own rows are gathered."""

    def __init__(self, items: int, hidden: int, latent: int, generator: torch.Generator) -> None:
        super().__init__()
        self.encode_items = nn.Parameter(torch.empty(items, hidden))
        self.encode_bias = nn.Parameter(torch.empty(hidden))
        self.encode_latent = nn.Linear(hidden, 2 * latent)
        self.decode_hidden = nn.Linear(latent, hidden)
        self.decode_items = nn.Linear(hidden, items)
        initialise(self, generator)

    def encode(self, history: History, sparse_gradient: bool = False) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of q(z|x), each [n, latent]. sparse_gradient: of the table, over the items of the history alone."""
        hidden = history.through(self.encode_items, history.weights, sparse_gradient)
        mean, log_variance = self.encode_latent(torch.tanh(hidden + self.encode_bias)).chunk(2, dim=1)
        return mean, log_variance

    def unfold(self, latent: Tensor) -> Tensor:
        """What the output layer reads: [n, hidden]."""
        return torch.tanh(self.decode_hidden(latent))

    def decode(self, latent: Tensor) -> Tensor:
        """Logits [n, items]."""
        logits: Tensor = self.decode_items(self.unfold(latent))
        return logits


def initialise(network: nn.Module, generator: torch.Generator) -> None:
    """As the paper's code: biases from a truncated normal of .001, weights by Xavier."""
    for name, parameter in network.named_parameters():
        if "bias" in name:
            nn.init.trunc_normal_(parameter, std=0.001, generator=generator)
        else:
            nn.init.xavier_normal_(parameter, generator=generator)


class Trainee(TorchTrainee):
    """Mult-VAE in the hands of `training.loop`."""

    network: Network

    def __init__(
        self,
        network: Network,
        train: sparse.csr_matrix,
        settings: Mapping[str, Value],
        generator: torch.Generator,
        warm_up: int,
        *,
        sampled: bool = False,
    ) -> None:
        self.train, self.settings, self.warm_up, self.sampled = train, settings, warm_up, sampled
        self.half = half_precision(str(settings["precision"]), generator.device, network.decode_items.weight.numel())
        rate = float(settings["learning_rate"])
        tables = [network.encode_items, network.decode_items.weight] if sampled else []
        others = [p for p in network.parameters() if not any(p is table for table in tables)]
        optimizers: dict[str, torch.optim.Optimizer] = {
            "adam": torch.optim.Adam(others, lr=rate, weight_decay=float(settings["weight_decay"]), fused=True)
        }
        if sampled:
            optimizers["rows"] = torch.optim.SparseAdam(tables, lr=rate)
        super().__init__(network, optimizers, generator)

    def step(self, rows: NDArray[np.int64], update: int) -> dict[str, float]:
        """One Adam step on the negative ELBO with an annealed KL term."""
        history = History.of(self.train[rows], self.generator.device)
        kl_weight = float(self.settings["kl_cap"]) * min(1.0, update / self.warm_up)
        with torch.autocast(self.generator.device.type, torch.bfloat16, enabled=self.half):
            mean, log_variance = self.network.encode(history.thinned(float(self.settings["dropout"]), self.generator), self.sampled)
            mean, log_variance = mean.float(), log_variance.float()
            noise = torch.randn(mean.shape, generator=self.generator, device=mean.device)
            hidden = self.network.unfold(mean + noise * torch.exp(0.5 * log_variance))
        if self.sampled:
            sample = int(self.settings["sample"])
            likelihood = sampled_loss(hidden, self.network.decode_items, history, sample=sample, generator=self.generator, half=self.half)
        else:
            likelihood = output_loss(hidden, self.network.decode_items, history, half=self.half)
        kl = (-0.5 * (1 + log_variance - mean.square() - log_variance.exp())).sum(dim=1).mean()
        self.descend(likelihood + kl_weight * kl)
        return {"loss": likelihood.item() + kl_weight * kl.item(), "likelihood": likelihood.item(), "kl": kl.item(), "kl_weight": kl_weight}


class MultVAE(Autoencoder):
    """The paper's recommender: lists from the decoded posterior mean."""

    spec = MULT_VAE
    output = "decode_items.weight"
    _network: Network

    def _new_network(self, items: int, size: Size, generator: torch.Generator) -> Network:
        return Network(items, size.hidden, size.latent, generator)

    def _new_trainee(self, network: nn.Module, train: sparse.csr_matrix, size: Size, generator: torch.Generator) -> TorchTrainee:
        assert isinstance(network, Network)
        warm_up = int(self.settings["anneal_epochs"]) * -(-train.shape[0] // size.batch)
        return Trainee(network, train, self.settings, generator, warm_up, sampled=size.sampled)

    @staticmethod
    def _scorer(weights: Arrays) -> AutoencoderScorer:
        first = Layer(weights["encode_items"], weights["encode_bias"])
        others = [
            Layer(weights[f"{name}.weight"].T, weights[f"{name}.bias"]) for name in ("encode_latent", "decode_hidden", "decode_items")
        ]
        return AutoencoderScorer((first, others[0]), (others[1], others[2]))

    def _logits(self, history: History) -> Tensor:
        return self._network.decode(self._network.encode(history)[0])

    def export(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Four layers as [inputs, outputs] matrices."""
        return export_layers(self._scorer(self._weights))

    @classmethod
    def load(cls, settings: Mapping[str, Value], description: Mapping[str, Any], array: ArrayLoader) -> MultVAE:
        """The network back from its layers."""
        model = cls(settings)
        layers = import_layers(description, array)
        weights = {"encode_items": layers[0].weight, "encode_bias": layers[0].bias}
        for name, layer in zip(("encode_latent", "decode_hidden", "decode_items"), layers[1:], strict=True):
            weights |= {f"{name}.weight": layer.weight.T, f"{name}.bias": layer.bias}
        latent, hidden = layers[2].weight.shape
        network = Network(len(layers[0].weight), hidden, latent, torch.Generator().manual_seed(0))
        load_module(network, weights)
        model._keep(network)
        return model


def export_layers(scorer: AutoencoderScorer) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """(description, arrays) of a scorer's layers."""
    arrays: dict[str, NDArray[Any]] = {}
    for part, layers in (("encoder", scorer.encoder), ("decoder", scorer.decoder)):
        for i, layer in enumerate(layers):
            arrays[f"scorer/{part}_{i}_weight.npy"] = np.ascontiguousarray(layer.weight)
            arrays[f"scorer/{part}_{i}_bias.npy"] = layer.bias
    description = {"kind": "autoencoder", "encoder": len(scorer.encoder), "decoder": len(scorer.decoder)}
    return (description if scorer.variational else {**description, "variational": False}), arrays


def import_layers(description: Mapping[str, Any], array: ArrayLoader) -> list[Layer]:
    """The layers that `export_layers` wrote, first to last."""
    stems = [f"scorer/{part}_{i}" for part in ("encoder", "decoder") for i in range(description[part])]
    return [Layer(array(f"{stem}_weight.npy"), array(f"{stem}_bias.npy")) for stem in stems]
