"""The blend of an autoencoder, EDLAE and iALS."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from recsys_core.models.blend import Blend
from recsys_core.models.contract import FitContext
from tests.contract.planted import planted, validation

TINY = {"hidden": 8, "latent": 2, "batch_size": 60, "epochs": 3}

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def matrix():
    return planted()


@pytest.fixture(scope="module")
def fitted(matrix):
    model = Blend(TINY)
    return model, model.fit(matrix, FitContext(seed=0, validation=validation(matrix)))


def test_it_says_what_it_chose_and_what_each_part_is_worth(fitted):
    learned = fitted[1].learned
    assert set(learned) == {"linear", "form", "vae", "weights", "alone", "together", "by"}
    assert sum(learned["weights"]) == pytest.approx(1)
    assert set(learned["alone"]) == {"vae-linear", "edlae", "ials"}
    assert learned["together"] >= learned["alone"]["edlae"]
    assert learned["vae"]["linear"] == learned["linear"]


def test_a_refit_takes_what_was_chosen(fitted, matrix):
    model = Blend(TINY)
    learned = {**fitted[1].learned, "linear": {"l2": 7.0, "dropout": 0.5}, "weights": [0.25, 0.5, 0.25]}
    report = model.fit(matrix, FitContext(seed=0, learned=learned, epochs=2))
    assert model.weights == (0.25, 0.5, 0.25)
    assert (model.linear.settings["l2"], report.epochs) == (7.0, 2)


def test_the_weight_of_one_part_alone_gives_its_order(fitted, matrix):
    model = Blend(TINY)
    model.fit(matrix, FitContext(seed=0, learned={**fitted[1].learned, "weights": [0.0, 1.0, 0.0]}, epochs=1))
    both, alone = model.score(matrix[:5]), model.linear.score(matrix[:5])
    unseen = matrix[:5].toarray() == 0
    for row in range(5):
        assert np.corrcoef(both[row][unseen[row]], alone[row][unseen[row]])[0, 1] == pytest.approx(1, abs=1e-5)


def test_vectors_are_the_autoencoders(fitted, matrix):
    assert_allclose(fitted[0].user_vectors(matrix), fitted[0].vae.user_vectors(matrix))


def test_without_the_third_voice_and_with_a_plain_network_it_is_a_pair(matrix):
    model = Blend({**TINY, "vae": "mult-vae", "third": "none"})
    learned = model.fit(matrix, FitContext(seed=0, validation=validation(matrix))).learned
    assert set(learned["alone"]) == {"mult-vae", "edlae"}
    assert len(learned["weights"]) == 2
    description, arrays = model.export()
    again = Blend.load(model.settings, description, arrays.__getitem__)
    assert_allclose(again.score(matrix[:5]), model.score(matrix[:5]), atol=1e-5)
