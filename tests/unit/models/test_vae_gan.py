"""VAE-GAN: what the critic is shown, who learns from it, and that without a critic it is a Mult-VAE."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse

from recsys_core.models.contract import FitContext
from recsys_core.models.registry import model_class
from recsys_core.training.checkpoint import CheckpointFile
from recsys_core.training.events import Listener

pytestmark = pytest.mark.unit

SMALL = {"hidden": 12, "latent": 4, "batch_size": 16, "epochs": 4, "anneal_epochs": 2, "d_hidden": 6, "precision": "float32"}


@pytest.fixture
def matrix():
    return sparse.random(50, 20, 0.2, format="csr", random_state=5, data_rvs=np.ones).astype(np.float32)


def fit(matrix, settings=None, **context):
    model = model_class("vae-gan")({**SMALL, **(settings or {})})
    return model, model.fit(matrix, FitContext(seed=0, **context))


def drawn(matrix, logits, seed=0):
    import torch

    from recsys_core.models.history_torch import History
    from recsys_core.models.vae_gan_torch import drawn_profiles

    return drawn_profiles(logits, History.of(matrix), torch.Generator().manual_seed(seed))


def test_a_drawn_profile_has_as_many_distinct_products_as_the_real_one_and_length_1(matrix):
    import torch

    profile = drawn(matrix, torch.zeros(50, 20)).numpy()
    sizes = np.diff(matrix.indptr)
    assert_array_equal((profile > 1e-3).sum(axis=1), sizes)
    np.testing.assert_allclose(np.linalg.norm(profile, axis=1), (sizes > 0).astype(float), atol=1e-5)


def test_products_are_drawn_by_their_probability():
    import torch

    one = sparse.csr_matrix(np.tile([1.0, 0, 0], (4000, 1)).astype(np.float32))
    shares = (drawn(one, torch.log(torch.tensor([[0.6, 0.3, 0.1]])).repeat(4000, 1)) > 0.5).float().mean(dim=0)
    np.testing.assert_allclose(shares.numpy(), [0.6, 0.3, 0.1], atol=0.03)


def test_a_drawn_profile_passes_a_gradient_on(matrix):
    import torch

    logits = torch.zeros(50, 20, requires_grad=True)
    drawn(matrix, logits)[:, 0].sum().backward()
    assert (logits.grad[np.diff(matrix.indptr) > 0, 0] > 0).all()
    assert (logits.grad[:, 1] <= 0).all()


def step(matrix, **settings):
    import torch

    from recsys_core.models.mult_vae_torch import Network
    from recsys_core.models.vae_gan_torch import Critic, Trainee

    start = torch.Generator().manual_seed(1)
    network = Network(20, 12, 4, start)
    resolved = model_class("vae-gan")({**SMALL, **settings}).settings
    players = Trainee(network, Critic(20, 6, start), matrix, resolved, torch.Generator().manual_seed(2), batches=3)
    players.step(np.arange(16), update=6)
    return {name: p.grad.numpy().copy() for name, p in network.named_parameters()}


def test_the_decoder_learns_from_the_critic_and_the_encoder_does_not(matrix):
    with_critic, without = step(matrix, adversarial_weight=5.0), step(matrix, adversarial_weight=0.0)
    for name in ("encode_items", "encode_latent.weight"):
        assert_array_equal(with_critic[name], without[name])
    assert np.abs(with_critic["decode_items.weight"] - without["decode_items.weight"]).max() > 1e-4


def test_only_the_critics_rate_follows_the_balance(matrix):
    """The VAE's is the likelihood's too."""
    _, report = fit(matrix, {"rate_bound": 4.0, "d_learning_rate": 0.05, "epochs": 10})
    assert all(row["g_lr"] == pytest.approx(1e-3) for row in report.curves)
    assert report.curves[-1]["d_lr"] != pytest.approx(0.05, rel=1e-3)


class KillAt(Listener):
    def __init__(self, epoch):
        self.at = epoch

    def epoch(self, values):
        if values["epoch"] == self.at:
            raise KeyboardInterrupt


def test_a_resumed_training_ends_with_the_same_bits(matrix, tmp_path):
    whole, _ = fit(matrix)
    checkpoint = CheckpointFile(tmp_path / "c.safetensors")
    with pytest.raises(KeyboardInterrupt):
        fit(matrix, listener=KillAt(2), checkpoint=checkpoint)
    resumed, report = fit(matrix, checkpoint=checkpoint)
    assert len(report.curves) == 4
    assert_array_equal(whole.score(matrix), resumed.score(matrix))


def test_each_epoch_tells_of_the_likelihood_and_of_both_players(matrix):
    _, report = fit(matrix)
    keys = {"likelihood", "kl", "kl_weight", "d_loss", "g_loss", "d_grad", "g_grad", "d_lr", "g_lr", "d_real", "d_fake", "coverage"}
    assert all(keys < set(row) for row in report.curves)
    assert report.curves[-1]["likelihood"] < report.curves[0]["likelihood"]


def test_its_encoder_gives_shoppers_vectors_and_its_decoder_products(matrix):
    model, _ = fit(matrix)
    assert model.user_vectors(matrix).shape == (50, 4)
    assert model.item_vectors().shape[0] == 20
