"""Mult-DAE: a denoising autoencoder with a multinomial likelihood (Liang, Krishnan, Hoffman & Jebara 2018).

Network [items - latent - items], tanh, L2-normalised input with dropout, an L2 penalty on the weights (.01 a batch of 500 in the paper's
code, whose gradient is that of a weight decay of 4e-5).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor, nn

from recsys_core.inference.contract import ArrayLoader
from recsys_core.inference.kinds.autoencoder import AutoencoderScorer, Layer
from recsys_core.models.autoencoder_torch import Autoencoder
from recsys_core.models.history_torch import History
from recsys_core.models.likelihood_torch import output_loss
from recsys_core.models.mult_vae_torch import export_layers, import_layers, initialise
from recsys_core.models.network_size import Size
from recsys_core.models.spec import Value
from recsys_core.models.specs.mult_dae import MULT_DAE
from recsys_core.models.trainee_torch import Arrays, TorchTrainee, load_module
from recsys_core.training.device_torch import half_precision


class Network(nn.Module):
    """Two layers; the first is a table of item rows."""

    def __init__(self, items: int, latent: int, generator: torch.Generator) -> None:
        super().__init__()
        self.encode_items = nn.Parameter(torch.empty(items, latent))
        self.encode_bias = nn.Parameter(torch.empty(latent))
        self.decode_items = nn.Linear(latent, items)
        initialise(self, generator)

    def encode(self, history: History) -> Tensor:
        """The code: [n, latent]."""
        return torch.tanh(history.through(self.encode_items, history.weights) + self.encode_bias)


class Trainee(TorchTrainee):
    """Mult-DAE in the hands of `training.loop`."""

    network: Network

    def __init__(self, network: Network, train: sparse.csr_matrix, settings: Mapping[str, Value], generator: torch.Generator) -> None:
        self.train, self.dropout = train, float(settings["dropout"])
        self.half = half_precision(str(settings["precision"]), generator.device, network.decode_items.weight.numel())
        groups = [
            {"params": [network.encode_items, network.decode_items.weight], "weight_decay": float(settings["weight_decay"])},
            {"params": [network.encode_bias, network.decode_items.bias], "weight_decay": 0.0},
        ]
        adam = torch.optim.Adam(groups, lr=float(settings["learning_rate"]), fused=True)
        super().__init__(network, {"adam": adam}, generator)

    def step(self, rows: NDArray[Any], update: int) -> dict[str, float]:
        """One Adam step on the likelihood of whole histories, given thinned ones."""
        history = History.of(self.train[rows], self.generator.device)
        code = self.network.encode(history.thinned(self.dropout, self.generator))
        likelihood = output_loss(code, self.network.decode_items, history, half=self.half)
        self.descend(likelihood)
        return {"loss": likelihood.item()}


class MultDAE(Autoencoder):
    """The paper's recommender."""

    spec = MULT_DAE
    output = "decode_items.weight"
    _network: Network

    def _new_network(self, items: int, size: Size, generator: torch.Generator) -> Network:
        return Network(items, size.latent, generator)

    def _new_trainee(self, network: nn.Module, train: sparse.csr_matrix, size: Size, generator: torch.Generator) -> TorchTrainee:
        assert isinstance(network, Network)
        return Trainee(network, train, self.settings, generator)

    @staticmethod
    def _scorer(weights: Arrays) -> AutoencoderScorer:
        first = Layer(weights["encode_items"], weights["encode_bias"])
        last = Layer(weights["decode_items.weight"].T, weights["decode_items.bias"])
        return AutoencoderScorer((first,), (last,), variational=False)

    def _logits(self, history: History) -> Tensor:
        logits: Tensor = self._network.decode_items(self._network.encode(history))
        return logits

    def export(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Two layers as [inputs, outputs] matrices."""
        return export_layers(self._scorer(self._weights))

    @classmethod
    def load(cls, settings: Mapping[str, Value], description: Mapping[str, Any], array: ArrayLoader) -> MultDAE:
        """The network back from its layers."""
        model = cls(settings)
        first, last = import_layers(description, array)
        items, latent = first.weight.shape
        network = Network(items, latent, torch.Generator().manual_seed(0))
        load_module(
            network,
            {
                "encode_items": first.weight,
                "encode_bias": first.bias,
                "decode_items.weight": last.weight.T,
                "decode_items.bias": last.bias,
            },
        )
        model._keep(network)
        return model
