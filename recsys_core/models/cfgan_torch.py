"""CFGAN: a generator of whole purchase vectors against a critic that sees them beside the real one (Chae, Kang, Kim & Lee, CIKM 2018).

Item-based (the default, the paper's better one): a vector is an item's, over the users; user-based: a user's, over the items. With
c the vector itself as condition, y = G(c) in (0, 1), e what was bought, k and r two separate samples of what was not (eq. 5-9):
    critic     log D(c, c) + log(1 - D(c, y * (e + k)))       k: partial masking (PM); without it the product is with e alone
    generator  -log D(c, y * (e + k)) + alpha sum_r y^2       r: zero reconstruction (ZR); ZP is both
The generator's loss is the non-saturating one; y is a sigmoid (linear, as in the paper's code, it learns the same and ranks worse:
NDCG@100 on validation of the paper's ML-100K .292 against .336, the same epochs and rates).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor, nn
from torch.nn import functional as F

from recsys_core.inference.contract import ArrayLoader, Floats, Scorer, Users, need_users
from recsys_core.inference.kinds.generator import GeneratorScorer
from recsys_core.inference.kinds.user_item import UserItemScorer
from recsys_core.inference.principal import principal_components
from recsys_core.models.adversarial_torch import TwoPlayers, train_players
from recsys_core.models.contract import FitContext, FitReport, Recommender, as_float32
from recsys_core.models.history_torch import History
from recsys_core.models.player_memory import cfgan_bytes, check_players_memory
from recsys_core.models.spec import Value
from recsys_core.models.specs.cfgan import CFGAN_SPEC
from recsys_core.models.trainee_torch import as_array, module_arrays
from recsys_core.training.device_torch import prepare

ITEM_DIMENSIONS = 64


class Generator(nn.Module):
    """One hidden sigmoid layer. Its first layer is a table, so that only the rows of what was bought are gathered."""

    def __init__(self, width: int, hidden: int, generator: torch.Generator) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.empty(width, hidden))
        self.table_bias = nn.Parameter(torch.zeros(hidden))
        self.output = nn.Parameter(torch.empty(width, hidden))
        self.output_bias = nn.Parameter(torch.zeros(width))
        for table in (self.table, self.output):
            nn.init.xavier_uniform_(table, generator=generator)

    def hidden(self, vectors: History) -> Tensor:
        """The hidden layer of each vector: [n, hidden]."""
        return torch.sigmoid(vectors.through(self.table, vectors.values) + self.table_bias)

    def forward(self, vectors: History) -> Tensor:
        """Logits [n, width] of the made-up vectors."""
        return F.linear(self.hidden(vectors), self.output, self.output_bias)


class Critic(nn.Module):
    """Sigmoid layers over (condition, vector), to one logit. The first one is two tables: the condition's half is a gather."""

    def __init__(self, width: int, hidden: int, layers: int, generator: torch.Generator) -> None:
        super().__init__()
        self.condition_table = nn.Parameter(torch.empty(width, hidden))
        self.vector_table = nn.Parameter(torch.empty(width, hidden))
        self.table_bias = nn.Parameter(torch.zeros(hidden))
        sizes = [hidden] * layers + [1]
        self.others = nn.ModuleList(nn.Linear(before, after) for before, after in pairwise(sizes))
        for name, parameter in self.named_parameters():
            if "bias" in name:
                nn.init.zeros_(parameter)
            else:
                nn.init.xavier_uniform_(parameter, generator=generator)

    def condition(self, vectors: History) -> Tensor:
        """The condition's share of the first layer: [n, hidden]."""
        return vectors.through(self.condition_table, vectors.values) + self.table_bias

    def forward(self, condition: Tensor, vectors: Tensor) -> Tensor:
        """Logits [n, 1]: how real each vector looks, given its condition's share. vectors: their share, [n, hidden]."""
        hidden = condition + vectors
        for layer in self.others:
            hidden = layer(torch.sigmoid(hidden))
        return hidden


def new_players(width: int, settings: Mapping[str, Value], generator: torch.Generator) -> tuple[Generator, Critic]:
    """Both players with their starting weights, on the CPU."""
    made = Generator(width, int(settings["hidden"]), generator)
    return made, Critic(width, int(settings["d_hidden"]), int(settings["d_layers"]), generator)


class Trainee(TwoPlayers):
    """CFGAN in the hands of `training.loop`; the rows of the loop are those of `vectors`, csr float32 [n, width]."""

    player: Generator
    critic: Critic

    def __init__(
        self,
        made: Generator,
        critic: Critic,
        vectors: sparse.csr_matrix,
        settings: Mapping[str, Value],
        generator: torch.Generator,
        updates: int,
    ) -> None:
        super().__init__(made, critic, settings, generator, updates)
        self.vectors = vectors
        masking = str(settings["masking"])
        self.shown = float(settings["pm_ratio"]) if masking in ("PM", "ZP") else 0.0
        self.pulled = float(settings["zr_ratio"]) if masking in ("ZR", "ZP") else 0.0

    def step(self, rows: NDArray[np.int64], update: int) -> dict[str, float]:
        """The critic's steps, then the generator's, on the same vectors with fresh samples of what was not bought."""
        values = self.begin(update)
        real = History.of(self.vectors[rows], self.generator.device)
        bought = real.dense() > 0
        with torch.no_grad():
            made = torch.sigmoid(self.player(real))
        for _ in range(int(self.settings["d_steps"])):
            values |= self._critic_step(real, made * self._mask(bought))
        with self.frozen_critic():
            condition = self.critic.condition(real)
            for _ in range(int(self.settings["g_steps"])):
                values |= self._generator_step(real, bought, condition)
        self.end(update)
        return values

    def _critic_step(self, real: History, shown: Tensor) -> dict[str, float]:
        condition = self.critic.condition(real)
        on_real = self.critic(condition, real.through(self.critic.vector_table, real.values))
        on_made = self.critic(condition, shown @ self.critic.vector_table)
        loss = F.softplus(-on_real).mean() + F.softplus(on_made).mean()
        norm = self.improve_critic(loss)
        real_mean, made_mean = torch.sigmoid(on_real.detach()).mean(), torch.sigmoid(on_made.detach()).mean()
        return {"d_loss": loss.item(), "d_grad": norm, "d_real": real_mean.item(), "d_fake": made_mean.item()}

    def _generator_step(self, real: History, bought: Tensor, condition: Tensor) -> dict[str, float]:
        made = torch.sigmoid(self.player(real))
        loss = F.softplus(-self.critic(condition, (made * self._mask(bought)) @ self.critic.vector_table)).mean()
        zeros = torch.zeros((), device=made.device)
        if self.pulled:
            zeros = (made.square() * (self._drawn(bought.shape, self.pulled) & ~bought)).sum(dim=1).mean()
        norm = self.improve_generator(loss + float(self.settings["zr_weight"]) * zeros)
        return {"g_loss": loss.item(), "zero_loss": zeros.item(), "g_grad": norm}

    def _mask(self, bought: Tensor) -> Tensor:
        return bought | self._drawn(bought.shape, self.shown) if self.shown else bought

    def _drawn(self, shape: torch.Size, ratio: float) -> Tensor:
        return torch.rand(shape, generator=self.generator, device=self.generator.device) < ratio


class CFGAN(Recommender):
    """The paper's recommender. Fitted, it is two tables: of items and of users where it is item-based, of items twice where user-based."""

    spec = CFGAN_SPEC

    def fit(self, train: sparse.csr_matrix, context: FitContext) -> FitReport:
        """Train until validation stops improving, or for exactly `context.epochs`; empty vectors are left out.

        Raises InputError before it starts where memory is short.
        """
        place = prepare(context.threads)
        train = as_float32(train)
        check_players_memory(self.spec.id, cfgan_bytes(self.settings, *train.shape), *train.shape)
        every = train if self.folds_in else train.T.tocsr()
        vectors = every[np.diff(every.indptr) > 0]
        batch_size = min(int(self.settings["batch_size"]), vectors.shape[0])
        updates = int(self.settings["epochs"]) * -(-vectors.shape[0] // batch_size)
        made, critic = new_players(vectors.shape[1], self.settings, torch.Generator().manual_seed(context.seed))
        generator = torch.Generator(place).manual_seed(context.seed + 1)
        trainee = Trainee(made.to(place), critic.to(place), vectors, self.settings, generator, updates)

        def scorer() -> Scorer:
            self._take(trainee.average, every)
            return self._scorer()

        report = train_players(trainee, vectors.shape[0], batch_size, context, scorer, train)
        self._take(trainee.average, every)
        return report

    def _take(self, generator: nn.Module, every: sparse.csr_matrix) -> None:
        assert isinstance(generator, Generator)
        self._arrays = module_arrays(generator)
        if not self.folds_in:
            with torch.inference_mode():
                hidden = as_array(generator.hidden(History.of(every, generator.table.device)))
            self._arrays = {"items": hidden, "users": self._arrays["output"], "bias": self._arrays["output_bias"]}

    def _scorer(self) -> GeneratorScorer | UserItemScorer:
        return GeneratorScorer(**self._arrays) if self.folds_in else UserItemScorer(**self._arrays, model=self.spec.id)

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """The generator's logits, by torch: of `users` alone where item-based (UnsupportedError without them), else of the histories."""
        tables = {name: torch.from_numpy(array) for name, array in self._arrays.items()}
        with torch.inference_mode():
            if not self.folds_in:
                rows = torch.from_numpy(np.asarray(need_users(users, self.spec.id), dtype=np.int64))
                scores = tables["users"][rows] @ tables["items"].T + tables["bias"][rows][:, None]
            else:
                bag = History.of(as_float32(histories))
                hidden = torch.sigmoid(bag.through(tables["table"], bag.values) + tables["table_bias"])
                scores = F.linear(hidden, tables["output"], tables["output_bias"])
            found: Floats = scores.numpy()
        return found

    def item_vectors(self) -> Floats:
        """64 leading components of an item's hidden layer (item-based) or of its row of the output layer (user-based)."""
        rows = self._arrays["output" if self.folds_in else "items"]
        return principal_components(rows, min(ITEM_DIMENSIONS, *rows.shape))[0]

    def export(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """The fitted tables."""
        description = {"kind": "generator"} if self.folds_in else {"kind": "user-item", "model": self.spec.id}
        return description, {f"scorer/{name}.npy": np.array(array) for name, array in self._arrays.items()}

    @classmethod
    def load(cls, settings: Mapping[str, Value], description: Mapping[str, Any], array: ArrayLoader) -> CFGAN:
        """The tables back."""
        model = cls(settings)
        names = ("table", "table_bias", "output", "output_bias") if model.folds_in else ("items", "users", "bias")
        model._arrays = {name: np.array(array(f"scorer/{name}.npy"), dtype=np.float32) for name in names}
        return model
