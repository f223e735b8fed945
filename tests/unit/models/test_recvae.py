"""RecVAE: its prior and its turns by hand, and resuming to the bit in the middle of them."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from torch.distributions import Normal

from recsys_core.inference.scorers import build_scorer
from recsys_core.models.contract import FitContext
from recsys_core.models.recvae_torch import RecVAE, log_prior
from recsys_core.training.checkpoint import CheckpointFile
from recsys_core.training.events import Listener

pytestmark = pytest.mark.unit

SMALL = {"hidden": 12, "latent": 4, "batch_size": 16, "epochs": 4}


@pytest.fixture
def matrix():
    return sparse.random(50, 20, 0.2, format="csr", random_state=5, data_rvs=np.ones).astype(np.float32)


def fit(matrix, settings=SMALL, **context):
    model = RecVAE(settings)
    report = model.fit(matrix, FitContext(seed=0, **context))
    return model, report


def test_the_prior_is_the_mixture_of_the_paper():
    z, mean, log_variance = torch.tensor([[0.3, -2.0]]), torch.tensor([[0.5, 1.0]]), torch.tensor([[0.2, -1.0]])
    densities = (
        0.15 * Normal(0.0, 1.0).log_prob(z).exp()
        + 0.75 * Normal(mean, (log_variance / 2).exp()).log_prob(z).exp()
        + 0.10 * Normal(0.0, float(np.exp(5))).log_prob(z).exp()
    )
    assert_allclose(log_prior(z, (mean, log_variance)).numpy(), densities.log().numpy(), rtol=1e-5)


def test_the_encoder_learns_for_three_passes_and_the_decoder_for_one(matrix):
    model = RecVAE(SMALL)
    network = model._new_network(20, model_size(), torch.Generator().manual_seed(0))
    trainee = model._new_trainee(network, matrix[:32], model_size(), torch.Generator().manual_seed(1))
    moved = []
    for update in range(8):  # 32 users in batches of 16: passes of two steps
        before = {name: array.copy() for name, array in (trainee.weights() | trainee.state()).items()}
        trainee.step(np.arange(16), update)
        after = trainee.weights() | trainee.state()
        parts = ("encoder.items", "decoder.weight", "kept/older/items")
        moved.append(tuple(bool(np.any(before[part] != after[part])) for part in parts))
    assert moved == [(True, False, False)] * 6 + [(False, True, True), (False, True, False)]


def model_size():
    from recsys_core.models.network_size import Size

    return Size(12, 4, 16, False)


class KillAt(Listener):
    def __init__(self, batches):
        self.left = batches

    def check(self):
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt


def test_a_resumed_training_ends_with_the_same_bits(matrix, tmp_path):
    whole, _ = fit(matrix)
    checkpoint = CheckpointFile(tmp_path / "c.safetensors")
    with pytest.raises(KeyboardInterrupt):
        fit(matrix, listener=KillAt(37), checkpoint=checkpoint)
    resumed, report = fit(matrix, checkpoint=checkpoint)
    assert len(report.curves) == 4
    assert_array_equal(whole.score(matrix), resumed.score(matrix))


def test_training_lowers_the_loss_and_numpy_scores_as_torch_does(matrix):
    model, report = fit(matrix, {**SMALL, "epochs": 30, "learning_rate": 0.01})
    assert report.curves[-1]["likelihood"] < report.curves[0]["likelihood"] - 1
    description, arrays = model.export()
    assert_allclose(build_scorer(description, arrays.__getitem__).score(matrix), model.score(matrix), atol=1e-5)
