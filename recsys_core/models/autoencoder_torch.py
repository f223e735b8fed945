"""What Mult-VAE, Mult-DAE and RecVAE share: the fit around their steps, and their vectors."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Protocol

import numpy as np
import torch
from scipy import sparse
from torch import Tensor, nn

from recsys_core.inference.contract import Floats, Scorer, Users
from recsys_core.inference.principal import principal_components
from recsys_core.models.contract import FitContext, FitReport, Recommender, Validation, as_float32
from recsys_core.models.history_torch import History
from recsys_core.models.network_size import Size, network_size
from recsys_core.models.trainee_torch import Arrays, TorchTrainee
from recsys_core.training.device_torch import give_back_freed_memory, prepare
from recsys_core.training.loop import LoopSettings, run_epochs

ITEM_DIMENSIONS = 64
CHECKPOINT_SHARE = 0.05


class Coder(Scorer, Protocol):
    """An exported autoencoder."""

    def encode(self, histories: sparse.csr_matrix) -> Floats:
        """The code of each history: float32 [n, latent]."""


class Autoencoder(Recommender):
    """An autoencoder over histories in the hands of `training.loop`; a model says how its network and its steps are made.

    passes: how often an epoch goes over the users. output: the name of the last layer, [items, d].
    """

    passes: ClassVar[int] = 1
    output: ClassVar[str]
    _network: nn.Module
    _weights: Arrays

    @abstractmethod
    def _new_network(self, items: int, size: Size, generator: torch.Generator) -> nn.Module:
        """A network with its starting weights, on the CPU."""

    @abstractmethod
    def _new_trainee(self, network: nn.Module, train: sparse.csr_matrix, size: Size, generator: torch.Generator) -> TorchTrainee:
        """What the loop trains: csr float32 [users, items], every user with a history."""

    @staticmethod
    @abstractmethod
    def _scorer(weights: Arrays) -> Coder:
        """The exported form of these weights."""

    @abstractmethod
    def _logits(self, history: History) -> Tensor:
        """Logits [n, items] of the code without noise."""

    def fit(self, train: sparse.csr_matrix, context: FitContext) -> FitReport:
        """Train until validation stops improving, or for exactly `context.epochs`; rows without a history are left out.

        `learned` has the network's sizes: a refit has more shoppers, and what follows the log's size would follow it.
        """
        place = prepare(context.threads)
        train = as_float32(train)
        train = train[np.diff(train.indptr) > 0]
        size = network_size({**self.settings, **context.learned}, *train.shape)
        network = self._new_network(train.shape[1], size, torch.Generator().manual_seed(context.seed)).to(place)
        trainee = self._new_trainee(network, train, size, torch.Generator(place).manual_seed(context.seed + 1))
        validate = context.validation
        result = run_epochs(
            trainee,
            train.shape[0],
            LoopSettings(
                epochs=context.epochs or int(self.settings["epochs"]),
                batch_size=size.batch,
                seed=context.seed,
                patience=int(self.settings["patience"]) if validate is not None and context.epochs is None else None,
                passes=self.passes,
                checkpoint_share=CHECKPOINT_SHARE,
            ),
            listener=context.listener,
            validate=None if validate is None else lambda: self._validated(validate, trainee.weights()),
            metric=context.metric,
            checkpoint=context.checkpoint,
        )
        self._keep(network)
        return FitReport(result.curves, result.best_epoch, size.learned(self.settings), result.alarms)

    def _validated(self, validate: Validation, weights: Arrays) -> float:
        give_back_freed_memory()
        value = validate(self._scorer(weights))
        give_back_freed_memory()
        return value

    def _keep(self, network: nn.Module) -> None:
        """This trained network is the model from now on."""
        self._network = network.cpu().requires_grad_(False)
        self._weights = {name: value.numpy() for name, value in network.state_dict().items()}

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """Logits by the torch network itself (the exported numpy path must equal it to 1e-5)."""
        with torch.inference_mode():
            scores: Floats = self._logits(History.of(as_float32(histories))).numpy()
        return scores

    def item_vectors(self) -> Floats:
        """The output layer's row of each item on its 64 leading components: items that the same tastes call for lie close together.

        Measured for Mult-VAE on online_retail: as near to titles and to held-out baskets as all 600 columns, and nearer than encoded
        one-item histories, at a tenth of the cost of a re-ranking.
        """
        rows = self._weights[self.output]
        return principal_components(rows, min(ITEM_DIMENSIONS, *rows.shape))[0]

    def user_vectors(self, histories: sparse.csr_matrix) -> Floats:
        """The code of each history."""
        return self._scorer(self._weights).encode(as_float32(histories))
