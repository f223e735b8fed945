"""Vector WGAN-GP: whole histories of made-up shoppers against real ones; products by straight-through Gumbel top-n, packed.

The generator's logits begin at the products' log-odds, so that it starts as a draw by popularity.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from scipy import sparse
from torch import Tensor, nn
from torch.nn import functional as F

from recsys_core.models.history_torch import History
from recsys_core.models.vae_gan_torch import drawn_profiles
from recsys_core.synthesis.contract import RealShoppers
from recsys_core.synthesis.generators.decoding import laws
from recsys_core.synthesis.generators.noise import LEAK, NoiseGenerator, activity_of, conditions
from recsys_core.synthesis.generators.posterior import ROUNDS, SHARPNESS, enough
from recsys_core.synthesis.generators.posterior_fit import Part
from recsys_core.synthesis.generators.wgan_torch import WGAN, bent, exported, initialise, play, updates_of
from recsys_core.training.device_torch import prepare
from recsys_core.training.events import Listener

BATCH = 256
UPDATES = 600  # of the generator, where the epochs are left to the log
CELLS = 900_000_000  # shoppers x products of all these together: fewer of them above 6,000 products
QUIET = 0.1  # of the usual size of its weights, the output layer begins with


class Player(nn.Module):
    """Noise [n, w] and condition [n, c] to logits [n, items], tanh between the layers as exported decoders have it."""

    def __init__(self, inputs: int, hidden: int, share: Tensor, generator: torch.Generator) -> None:
        super().__init__()
        last = nn.Linear(hidden, len(share))
        self.layers = nn.ModuleList([nn.Linear(inputs, hidden), nn.Linear(hidden, hidden), last])
        for layer in self.layers:
            nn.init.xavier_normal_(layer.weight, QUIET if layer is last else 1.0, generator=generator)  # type: ignore[arg-type]
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
        with torch.no_grad():
            last.bias.copy_(torch.log(share))

    def forward(self, given: Tensor) -> Tensor:
        """Logits of noise and condition, side by side."""
        hidden = given
        for place, layer in enumerate(self.layers):
            hidden = layer(torch.tanh(hidden) if place else hidden)
        return hidden


class VectorCritic(nn.Module):
    """A layer over each profile, then two over `packing` of them and their conditions at once, to one number a pack."""

    def __init__(self, items: int, condition: int, hidden: int, packing: int, generator: torch.Generator) -> None:
        super().__init__()
        self.packing = packing
        self.each = nn.Linear(items, hidden)
        self.layers = nn.ModuleList([nn.Linear((hidden + condition) * packing, hidden), nn.Linear(hidden, 1)])
        initialise(self, generator)

    def forward(self, profiles: Tensor, condition: Tensor) -> Tensor:
        """[n / packing, 1] of profiles [n, items], rows of length 1, and conditions [n, c]."""
        hidden = torch.cat([F.leaky_relu(self.each(profiles), LEAK), condition], dim=1)
        return bent(self.layers, hidden.view(len(profiles) // self.packing, -1))


class Trainee(WGAN):
    """sets: csr float32 of ones [shoppers, items]; width: numbers of noise."""

    def __init__(
        self,
        sets: sparse.csr_matrix,
        share: Tensor,
        condition: Tensor,
        settings: Mapping[str, Any],
        generator: torch.Generator,
        updates: int,
        start: torch.Generator,
    ) -> None:
        self.sets, self.condition, self.width = sets, condition, int(settings["noise"])
        given = condition.shape[1]
        player = Player(self.width + given, int(settings["g_hidden"]), share, start)
        critic = VectorCritic(sets.shape[1], given, int(settings["d_hidden"]), int(settings["packing"]), start)
        super().__init__(player, critic, settings, generator, sets.shape[0], updates)

    def real(self, rows: Tensor) -> Tensor:
        """Profiles of length 1."""
        chosen = self.sets[rows.numpy()]
        scale = sparse.diags((1 / np.sqrt(np.diff(chosen.indptr))).astype(np.float32))
        return torch.from_numpy((scale @ chosen).toarray())

    def made(self, player: nn.Module, rows: Tensor) -> Tensor:
        """As many products as each of these shoppers has, drawn from the generator's logits."""
        noise = torch.randn((len(rows), self.width), generator=self.generator)
        logits = player(torch.cat([noise, self.condition[rows]], dim=1))
        return drawn_profiles(logits, History.of(self.sets[rows.numpy()]), self.generator)


def fit_listening(real: RealShoppers, settings: Mapping[str, Any], seed: int, listener: Listener) -> NoiseGenerator:
    """Settings: those of `specs.VECTOR_WGAN`. Raises TooSmallError below 60 shoppers."""
    kept = enough(real)
    prepare(1)
    sets, lengths = real.sets[kept], real.lengths[kept]
    fields = laws(real, kept)
    activity = activity_of(lengths)
    given = conditions(real.segment[kept], lengths, activity, len(real.segments))
    batch = min(BATCH, len(kept))
    affordable = int(min(UPDATES, CELLS / (batch * real.n_items)))
    epochs = int(settings["epochs"]) or max(1, affordable // updates_of(1, batch, len(kept)))
    trainee = Trainee(
        sets,
        torch.from_numpy(fields["share"].astype(np.float32)),
        torch.from_numpy(given),
        {**settings, "epochs": epochs},
        torch.Generator().manual_seed(seed + 2),
        updates_of(epochs, batch, len(kept)),
        torch.Generator().manual_seed(seed + 1),
    )
    play(trainee, epochs, batch, seed, Part(listener, 0.0, 0.9))
    listener.progress(0.9, "setting popularity by its own draws")
    listener.check()
    found = NoiseGenerator(
        activity=activity,
        width=np.array(trainee.width),
        straight=(),
        bent=(),
        decoder=exported(trainee.average.layers),  # type: ignore[arg-type]
        sharpness=1.0,
        **fields,
    )
    return found.calibrated(sets, rounds=ROUNDS, sharpness=SHARPNESS, rng=np.random.default_rng(seed))
