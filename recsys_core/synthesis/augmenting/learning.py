"""Generators as an experiment fits them: many times, on few shoppers, told to nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from recsys_core.synthesis.augmenting.learners import Quiet
from recsys_core.synthesis.augmenting.trial import Fit, Items
from recsys_core.synthesis.contract import FittedGenerator, RealShoppers
from recsys_core.synthesis.generators.fitting import fit_generator
from recsys_core.synthesis.generators.specs import SEQUENTIAL
from recsys_core.training.events import Listener

# Epochs of the sequential generator on a log of few shoppers, whose epochs are one to three updates. NDCG@10 of EDLAE on both together over
# that on real alone, a tenth of the shoppers of ml-100k (94) and online_retail (430): +.4 % and +4 % with its usual 60 epochs, +2 % and
# +10 % with 240; 480 or 960 epochs, a wider or narrower matrix or more decay bring less (chosen on draws of shoppers with other seeds).
FEW, EPOCHS = 768, 240


def fitter(generator: str, settings: Mapping[str, Any], listener: Listener) -> Fit:
    """What a trial fits its generators by."""
    quiet = Quiet(listener)

    def fit(real: RealShoppers, items: Items, seed: int) -> FittedGenerator:
        few = generator == SEQUENTIAL.id and not settings.get("epochs") and np.count_nonzero(real.lengths) <= FEW
        return fit_generator(generator, real, {**settings, "epochs": EPOCHS} if few else settings, seed=seed, listener=quiet)

    return fit
