"""Learning to draw from an autoencoder's posterior: a Mult-VAE on the real shoppers, then a mixture of their codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from recsys_core.inference.kinds.autoencoder import AutoencoderScorer
from recsys_core.inference.scorers import build_scorer
from recsys_core.models.contract import FitContext
from recsys_core.models.network_size import network_size
from recsys_core.models.registry import model_class, model_spec
from recsys_core.synthesis.contract import RealShoppers
from recsys_core.synthesis.generators.posterior import PosteriorGenerator, enough, fit_posterior
from recsys_core.training.events import Listener

UPDATES = 1000  # of the autoencoder, where the epochs are left to the size of the log
PASSES = 50  # over each shopper: with more the map tells who it was learned from (the scorecard's P2)
FEWEST_UPDATES = 400  # with fewer there is no map yet
FEWEST_EPOCHS, MOST_EPOCHS = 12, 100


def fit_listening(real: RealShoppers, settings: Mapping[str, Any], seed: int, listener: Listener) -> PosteriorGenerator:
    """Settings: those of `specs.POSTERIOR`. Raises TooSmallError below 60 shoppers."""
    scorer = learn_codes(real, settings, seed, Part(listener, 0.0, 0.9))
    listener.progress(0.9, "fitting the mixture of tastes")
    listener.check()
    return fit_posterior(real, scorer, seed=seed)


def fit_against_critic(real: RealShoppers, settings: Mapping[str, Any], seed: int, listener: Listener) -> PosteriorGenerator:
    """The same with a VAE-GAN. Settings: those of `specs.VAE_GAN`. Raises TooSmallError below 60 shoppers."""
    scorer = learn_codes(real, settings, seed, Part(listener, 0.0, 0.9), "vae-gan")
    listener.progress(0.9, "fitting the mixture of tastes")
    listener.check()
    return fit_posterior(real, scorer, seed=seed)


def learn_codes(
    real: RealShoppers, settings: Mapping[str, Any], seed: int, listener: Listener, model_id: str = "mult-vae"
) -> AutoencoderScorer:
    """An autoencoder of all shoppers with a product, exported. settings: the model's, epochs 0 by the size of the log; others are left out.

    Raises TooSmallError below 60 shoppers.
    """
    sets = real.sets[enough(real)]
    epochs = int(settings["epochs"]) or by_size(sets.shape[0], network_size({}, *sets.shape).batch)
    known = {setting.key for setting in model_spec(model_id).settings}
    own = {key: value for key, value in settings.items() if key in known}
    model = model_class(model_id)({**own, "epochs": epochs, "anneal_epochs": max(epochs // 3, 1)})
    model.fit(sets, FitContext(seed=seed, epochs=epochs, listener=listener))
    description, arrays = model.export()
    return cast(AutoencoderScorer, build_scorer(description, arrays.__getitem__))


def by_size(shoppers: int, batch: int) -> int:
    """Epochs that make `UPDATES` updates, of a small log `PASSES` or as many as make `FEWEST_UPDATES`, within bounds."""
    steps = -(-shoppers // batch)
    return int(np.clip(max(min(UPDATES // steps, PASSES), FEWEST_UPDATES // steps), FEWEST_EPOCHS, MOST_EPOCHS))


@dataclass
class Part(Listener):
    """One of several trainings in a row, heard as one: epochs go on from `epochs`, progress runs from `start` over `share` of the whole."""

    inner: Listener
    start: float
    share: float
    epochs: int = 0
    heard: int = 0

    def epoch(self, values: Mapping[str, float]) -> None:
        """With its number among all."""
        self.heard = self.epochs + int(values["epoch"])
        self.inner.epoch({**values, "epoch": self.epochs + values["epoch"]})

    def progress(self, fraction: float, message: str) -> None:
        """As a share of the whole."""
        self.inner.progress(self.start + self.share * fraction, message)

    def alarm(self, name: str, message: str, epoch: int) -> None:
        """Passed on."""
        self.inner.alarm(name, message, self.epochs + epoch)

    def check(self) -> None:
        """Passed on."""
        self.inner.check()
