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

from recsys_core.inference.contract import ArrayLoader, Floats, Users
from recsys_core.inference.kinds.autoencoder import AutoencoderScorer, Layer
from recsys_core.inference.principal import principal_components
from recsys_core.models.contract import FitContext, FitReport, Recommender, as_float32
from recsys_core.models.history_torch import History
from recsys_core.models.likelihood_torch import multinomial_loss
from recsys_core.models.spec import Value
from recsys_core.models.specs.mult_vae import MULT_VAE
from recsys_core.models.trainee_torch import TorchTrainee
from recsys_core.training.loop import LoopSettings, run_epochs

Arrays = dict[str, NDArray[Any]]
ITEM_DIMENSIONS = 64


class Network(nn.Module):
    """The four linear layers. The first one is a table of item rows, so that only a history's own rows are gathered."""

    def __init__(self, items: int, hidden: int, latent: int, generator: torch.Generator) -> None:
        super().__init__()
        self.encode_items = nn.Parameter(torch.empty(items, hidden))
        self.encode_bias = nn.Parameter(torch.empty(hidden))
        self.encode_latent = nn.Linear(hidden, 2 * latent)
        self.decode_hidden = nn.Linear(latent, hidden)
        self.decode_items = nn.Linear(hidden, items)
        for name, parameter in self.named_parameters():
            if "bias" in name:  # the paper's code: biases from a truncated normal of .001, weights by Xavier
                nn.init.trunc_normal_(parameter, std=0.001, generator=generator)
            else:
                nn.init.xavier_normal_(parameter, generator=generator)

    def encode(self, history: History) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of q(z|x), each [n, latent]."""
        hidden = history.through(self.encode_items, history.weights)
        mean, log_variance = self.encode_latent(torch.tanh(hidden + self.encode_bias)).chunk(2, dim=1)
        return mean, log_variance

    def decode(self, latent: Tensor) -> Tensor:
        """Logits [n, items]."""
        logits: Tensor = self.decode_items(torch.tanh(self.decode_hidden(latent)))
        return logits


class Trainee(TorchTrainee):
    """Mult-VAE in the hands of `training.loop`."""

    network: Network

    def __init__(
        self, network: Network, train: sparse.csr_matrix, settings: Mapping[str, Value], generator: torch.Generator, warm_up: int
    ) -> None:
        self.train, self.settings, self.warm_up = train, settings, warm_up
        self.optimizer = torch.optim.Adam(
            network.parameters(), lr=float(settings["learning_rate"]), weight_decay=float(settings["weight_decay"]), fused=True
        )
        super().__init__(network, {"adam": self.optimizer}, generator)

    def step(self, rows: NDArray[np.int64], update: int) -> dict[str, float]:
        """One Adam step on the negative ELBO with an annealed KL term."""
        history = History.of(self.train[rows])
        kl_weight = float(self.settings["kl_cap"]) * min(1.0, update / self.warm_up)
        mean, log_variance = self.network.encode(history.thinned(float(self.settings["dropout"]), self.generator))
        noise = torch.randn(mean.shape, generator=self.generator)
        likelihood = multinomial_loss(self.network.decode(mean + noise * torch.exp(0.5 * log_variance)), history)
        kl = (-0.5 * (1 + log_variance - mean.square() - log_variance.exp())).sum(dim=1).mean()
        self.optimizer.zero_grad(set_to_none=True)
        (likelihood + kl_weight * kl).backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        return {"loss": likelihood.item() + kl_weight * kl.item(), "likelihood": likelihood.item(), "kl": kl.item(), "kl_weight": kl_weight}


class MultVAE(Recommender):
    """The paper's recommender: lists from the decoded posterior mean."""

    spec = MULT_VAE

    def fit(self, train: sparse.csr_matrix, context: FitContext) -> FitReport:
        """Train until validation stops improving, or for exactly `context.epochs`; rows without a history are left out."""
        torch.set_num_threads(context.threads)
        torch.use_deterministic_algorithms(True)
        train = as_float32(train)
        train = train[np.diff(train.indptr) > 0]
        generator = torch.Generator().manual_seed(context.seed)
        self._network = Network(train.shape[1], int(self.settings["hidden"]), int(self.settings["latent"]), generator)
        batch_size = min(int(self.settings["batch_size"]), max(1, train.shape[0]))
        warm_up = int(self.settings["anneal_epochs"]) * -(-train.shape[0] // batch_size)
        trainee = Trainee(self._network, train, self.settings, generator, warm_up)
        validate = context.validation
        result = run_epochs(
            trainee,
            train.shape[0],
            LoopSettings(
                epochs=context.epochs or int(self.settings["epochs"]),
                batch_size=batch_size,
                seed=context.seed,
                patience=int(self.settings["patience"]) if validate is not None and context.epochs is None else None,
            ),
            listener=context.listener,
            validate=None if validate is None else lambda: validate(self._scorer(trainee.weights())),
            metric=context.metric,
            checkpoint=context.checkpoint,
        )
        self._weights = trainee.weights()
        return FitReport(result.curves, result.best_epoch)

    @staticmethod
    def _scorer(weights: Arrays) -> AutoencoderScorer:
        first = Layer(weights["encode_items"], weights["encode_bias"])
        others = [
            Layer(weights[f"{name}.weight"].T, weights[f"{name}.bias"]) for name in ("encode_latent", "decode_hidden", "decode_items")
        ]
        return AutoencoderScorer((first, others[0]), (others[1], others[2]))

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """Logits of the decoded posterior mean, by the torch network itself (the exported numpy path must equal it to 1e-5)."""
        histories = as_float32(histories)
        with torch.inference_mode():
            mean, _ = self._network.encode(History.of(histories))
            scores: Floats = self._network.decode(mean).numpy()
        return scores

    def item_vectors(self) -> Floats:
        """The decoder's last row of each item on its 64 leading components: items that the same tastes call for lie close together.

        Measured on online_retail: as near to titles and to held-out baskets as all 600 columns, and nearer than encoded one-item
        histories, at a tenth of the cost of a re-ranking.
        """
        rows = self._weights["decode_items.weight"]
        return principal_components(rows, min(ITEM_DIMENSIONS, *rows.shape))[0]

    def user_vectors(self, histories: sparse.csr_matrix) -> Floats:
        """The posterior mean of each history."""
        return self._scorer(self._weights).encode(as_float32(histories))

    def export(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Four layers as [inputs, outputs] matrices."""
        scorer = self._scorer(self._weights)
        arrays: dict[str, NDArray[Any]] = {}
        for part, layers in (("encoder", scorer.encoder), ("decoder", scorer.decoder)):
            for i, layer in enumerate(layers):
                arrays[f"scorer/{part}_{i}_weight.npy"] = np.ascontiguousarray(layer.weight)
                arrays[f"scorer/{part}_{i}_bias.npy"] = layer.bias
        return {"kind": "autoencoder", "encoder": len(scorer.encoder), "decoder": len(scorer.decoder)}, arrays

    @classmethod
    def load(cls, settings: Mapping[str, Value], description: Mapping[str, Any], array: ArrayLoader) -> MultVAE:
        """The network back from its layers."""
        model = cls(settings)
        stems = ("encoder_0", "encoder_1", "decoder_0", "decoder_1")
        weights, biases = (
            [np.array(array(f"scorer/{stem}_{part}.npy"), dtype=np.float32) for stem in stems] for part in ("weight", "bias")
        )
        model._weights = {"encode_items": weights[0], "encode_bias": biases[0]}
        for name, weight, bias in zip(("encode_latent", "decode_hidden", "decode_items"), weights[1:], biases[1:], strict=True):
            model._weights |= {f"{name}.weight": np.ascontiguousarray(weight.T), f"{name}.bias": bias}
        hidden, latent = model._weights["decode_hidden.weight"].shape
        model._network = Network(len(model._weights["encode_items"]), hidden, latent, torch.Generator().manual_seed(0))
        with torch.no_grad():
            for name, parameter in model._network.named_parameters():
                parameter.copy_(torch.from_numpy(model._weights[name]))
        return model
