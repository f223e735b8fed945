"""A VAE beside EDLAE: what each part does, and what is said of it."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from recsys_core.inference.kinds.vae_linear import VaeLinearScorer
from recsys_core.models.contract import FitContext
from recsys_core.models.vae_linear_torch import RAISES, VaeLinear
from tests.contract.planted import planted, validation

pytestmark = pytest.mark.unit

TINY = {"hidden": 8, "latent": 2, "batch_size": 60, "epochs": 3, "l2": 5.0}


@pytest.fixture(scope="module")
def matrix():
    return planted()


@pytest.fixture(scope="module")
def fitted(matrix):
    model = VaeLinear(TINY)
    return model, model.fit(matrix, FitContext(seed=0, validation=validation(matrix)))


def test_it_starts_as_the_linear_model(matrix):
    model = VaeLinear({**TINY, "learning_rate": 1e-6})
    model.fit(matrix, FitContext(seed=0, epochs=1))
    apart = model.score(matrix) - model._scale * model.linear.score(matrix)
    assert np.abs(apart).max() < 0.1
    assert model._scale == pytest.approx(10.0, rel=1e-3)


def test_it_says_what_each_part_is_worth(fitted):
    learned = fitted[1].learned
    assert learned["raise"] in RAISES
    assert set(learned["worth"]) == {"ndcg@10", "ndcg@100"}
    for found in learned["worth"].values():
        adds = found["vae_adds"]
        assert adds["low"] <= adds["value"] <= adds["high"]
        assert adds["value"] == pytest.approx(found["both"] - found["linear"], abs=1e-6)


@pytest.mark.parametrize("part", ["linear", "vae", "both"])
def test_lists_may_be_of_one_part_alone(fitted, matrix, part):
    report = fitted[1]
    alone = VaeLinear({**TINY, "part": part})
    alone.fit(matrix, FitContext(seed=0, epochs=report.epochs, learned=report.learned))
    expected = VaeLinearScorer(alone._vae(), alone.linear, alone._scale, part).score(matrix)
    assert_allclose(alone.score(matrix), expected, atol=1e-4)
    assert alone.export()[0]["part"] == part


def test_a_refit_takes_settings_and_raise_as_they_are(fitted, matrix):
    learned = {**fitted[1].learned, "raise": 2.0, "linear": {"l2": 7.0}}
    model = VaeLinear(TINY)
    report = model.fit(matrix, FitContext(seed=0, learned=learned, epochs=1))
    assert report.learned == learned
    assert model.linear.settings["l2"] == 7.0
    assert model._scale == pytest.approx(2 * float(model._network.log_scale.exp()), rel=1e-6)
