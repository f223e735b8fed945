"""Latent WGAN-GP: a generator of places on the taste map plays against a critic of them; the map's decoder unfolds them into products.

Codes are made round given activity and segment, by a linear regression and the square root of what it leaves (so that noise alone is the
best Gaussian), and the generator learns what is not Gaussian: code = mean(condition) + root (noise + network(noise, condition)), its
network beginning at 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from recsys_core.inference.kinds.autoencoder import Layer
from recsys_core.synthesis.contract import RealShoppers
from recsys_core.synthesis.generators.decoding import laws
from recsys_core.synthesis.generators.noise import NoiseGenerator, activity_of, conditions
from recsys_core.synthesis.generators.posterior import ROUNDS as CALIBRATIONS
from recsys_core.synthesis.generators.posterior import SHARPNESS, enough, posterior
from recsys_core.synthesis.generators.posterior_fit import Part, learn_codes
from recsys_core.synthesis.generators.wgan_torch import (
    WGAN,
    Critic,
    bent,
    exported,
    initialise,
    play,
    updates_of,
)
from recsys_core.training.device_torch import prepare
from recsys_core.training.events import Listener

BATCH = 256
UPDATES = 600  # of the generator, where the rounds are left to the log
VARIANCE = 1e-3  # added to each of what the regression leaves


class Player(nn.Module):
    """Noise [n, d] and condition [n, c] to a round code [n, d]."""

    def __init__(self, width: int, condition: int, hidden: int, generator: torch.Generator) -> None:
        super().__init__()
        last = nn.Linear(hidden, width)
        self.layers = nn.ModuleList([nn.Linear(width + condition, hidden), nn.Linear(hidden, hidden), last])
        initialise(self, generator)
        nn.init.zeros_(last.weight)

    def forward(self, noise: Tensor, condition: Tensor) -> Tensor:
        """The noise, moved."""
        return noise + bent(self.layers, torch.cat([noise, condition], dim=1))


class Trainee(WGAN):
    """mean, deviation: of each shopper's code, [n, d]; a code is sampled anew each time it is shown. centre: [1 + c, d]; root: [d, d]."""

    def __init__(
        self,
        mean: Tensor,
        deviation: Tensor,
        condition: Tensor,
        shape: tuple[Tensor, Tensor],
        settings: Mapping[str, Any],
        generator: torch.Generator,
        updates: int,
        start: torch.Generator,
    ) -> None:
        width, given = mean.shape[1], condition.shape[1]
        player = Player(width, given, int(settings["g_hidden"]), start)
        critic = Critic(width + given, int(settings["d_hidden"]), int(settings["packing"]), start)
        super().__init__(player, critic, settings, generator, len(mean), updates)
        self.mean, self.deviation, self.condition = mean, deviation, condition
        self.rest = torch.linalg.inv(shape[1]).T
        self.centred = mean - torch.cat([torch.ones(len(mean), 1), condition], dim=1) @ shape[0]

    def real(self, rows: Tensor) -> Tensor:
        """Sampled codes, made round."""
        noise = torch.randn((len(rows), self.mean.shape[1]), generator=self.generator)
        found: Tensor = (self.centred[rows] + self.deviation[rows] * noise) @ self.rest
        return found

    def made(self, player: nn.Module, rows: Tensor) -> Tensor:
        """Round codes of noise."""
        noise = torch.randn((len(rows), self.mean.shape[1]), generator=self.generator)
        made: Tensor = player(noise, self.condition[rows])
        return made


def fit_listening(real: RealShoppers, settings: Mapping[str, Any], seed: int, listener: Listener) -> NoiseGenerator:
    """Settings: those of `specs.LATENT_WGAN`. Raises TooSmallError below 60 shoppers."""
    kept = enough(real)
    first = Part(listener, 0.0, 0.4)
    scorer = learn_codes(real, {key: settings[key] for key in ("epochs", "latent", "kl_cap")}, seed, first)
    prepare(1)
    sets, lengths = real.sets[kept], real.lengths[kept]
    mean, deviation = posterior(scorer, sets)
    activity = activity_of(lengths)
    given = conditions(real.segment[kept], lengths, activity, len(real.segments))
    rng = np.random.default_rng(seed)
    centre, root = _shape(mean + deviation * rng.standard_normal(mean.shape), given)
    batch = min(BATCH, len(kept))
    epochs = int(settings["rounds"]) or max(1, UPDATES // updates_of(1, batch, len(kept)))
    trainee = Trainee(
        torch.from_numpy(np.ascontiguousarray(mean)),
        torch.from_numpy(np.ascontiguousarray(deviation)),
        torch.from_numpy(given),
        (torch.from_numpy(centre), torch.from_numpy(root)),
        {**settings, "epochs": epochs},
        torch.Generator().manual_seed(seed + 2),
        updates_of(epochs, batch, len(kept)),
        torch.Generator().manual_seed(seed + 1),
    )
    play(trainee, epochs, batch, seed, Part(listener, 0.4, 0.5, first.heard))
    listener.progress(0.9, "setting popularity by its own draws")
    listener.check()
    straight, moved = unrounded(trainee.average, centre, root)
    found = NoiseGenerator(
        activity=activity,
        width=np.array(mean.shape[1]),
        straight=(straight,),
        bent=moved,
        decoder=scorer.decoder,
        sharpness=1.0,
        **laws(real, kept),
    )
    return found.calibrated(sets, rounds=CALIBRATIONS, sharpness=SHARPNESS, rng=rng)


def unrounded(player: nn.Module, centre: Any, root: Any) -> tuple[Layer, tuple[Layer, ...]]:
    """The same generator of codes as they are, [1 + c, d] and [d, d] of `_shape` taken back: its straight part and its network."""
    *inner, last = exported(player.layers)  # type: ignore[arg-type]
    return Layer(np.concatenate([root.T, centre[1:]]), centre[0]), (*inner, Layer(last.weight @ root.T, last.bias @ root.T))


def _shape(codes: Any, given: Any) -> tuple[Any, Any]:
    """centre: float32 [1 + c, d], the codes' regression on a one and the condition; root: [d, d], of the covariance of what it leaves."""
    known = np.column_stack([np.ones(len(given)), given])
    centre = np.linalg.solve(known.T @ known + np.diag([0.0, *np.ones(given.shape[1])]), known.T @ codes)
    rest = codes - known @ centre
    covariance = rest.T @ rest / len(rest) + VARIANCE * np.eye(codes.shape[1])
    return centre.astype(np.float32), np.linalg.cholesky(covariance).astype(np.float32)
