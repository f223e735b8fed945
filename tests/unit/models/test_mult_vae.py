"""Mult-VAE: its loss by hand, determinism, and resuming to the bit."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from recsys_core.models.contract import FitContext
from recsys_core.models.registry import model_class
from recsys_core.training.checkpoint import CheckpointFile
from recsys_core.training.events import Listener

pytestmark = pytest.mark.unit

SIZES = {"hidden": 300, "latent": 100}
SMALL = {"hidden": 12, "latent": 4, "batch_size": 16, "epochs": 6, "anneal_epochs": 3}


@pytest.fixture
def matrix():
    return sparse.random(50, 20, 0.2, format="csr", random_state=5, data_rvs=np.ones).astype(np.float32)


def fit(matrix, **context):
    model = model_class("mult-vae")(SMALL)
    report = model.fit(matrix, FitContext(seed=context.pop("seed", 0), **context))
    return model, report


def test_the_loss_is_the_multinomial_likelihood_plus_weighted_kl(matrix):
    import torch

    from recsys_core.models.mult_vae_torch import Network, Trainee

    generator = torch.Generator().manual_seed(1)
    network = Network(20, 12, 4, generator)
    settings = model_class("mult-vae")({**SMALL, "dropout": 0.0, "kl_cap": 0.3}).settings
    before = {name: p.detach().clone().numpy() for name, p in network.named_parameters()}
    noise_state = generator.get_state()
    parts = Trainee(network, matrix, settings, generator, warm_up=4).step(np.arange(8), update=2)
    x = matrix[:8].toarray()
    hidden = np.tanh(x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12) @ before["encode_items"] + before["encode_bias"])
    mean, log_variance = np.split(hidden @ before["encode_latent.weight"].T + before["encode_latent.bias"], 2, axis=1)
    noise = torch.randn((8, 4), generator=torch.Generator().set_state(noise_state)).numpy()
    z = mean + noise * np.exp(log_variance / 2)
    logits = np.tanh(z @ before["decode_hidden.weight"].T + before["decode_hidden.bias"]) @ before["decode_items.weight"].T
    logits += before["decode_items.bias"]
    log_softmax = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    kl = 0.5 * (np.exp(log_variance) + mean**2 - 1 - log_variance).sum(axis=1).mean()
    assert parts["kl_weight"] == pytest.approx(0.15)
    assert parts["kl"] == pytest.approx(kl, rel=1e-4)
    assert parts["likelihood"] == pytest.approx(-(log_softmax * x).sum(axis=1).mean(), rel=1e-4)
    assert parts["loss"] == pytest.approx(parts["likelihood"] + 0.15 * parts["kl"], rel=1e-6)


def test_training_lowers_the_loss(matrix):
    _, report = fit(matrix, epochs=40)
    assert report.curves[-1]["likelihood"] < report.curves[0]["likelihood"]


def test_the_same_seed_gives_the_same_bits_and_another_does_not(matrix):
    first, second, other = fit(matrix)[0], fit(matrix)[0], fit(matrix, seed=1)[0]
    assert_array_equal(first.score(matrix), second.score(matrix))
    assert np.abs(first.score(matrix) - other.score(matrix)).max() > 1e-3


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
        fit(matrix, listener=KillAt(3), checkpoint=checkpoint)
    resumed, report = fit(matrix, checkpoint=checkpoint)
    assert len(report.curves) == 6
    assert_array_equal(whole.score(matrix), resumed.score(matrix))


def test_empty_histories_are_left_out_of_training_and_still_scored(matrix):
    with_empty = sparse.vstack([matrix, sparse.csr_matrix((5, 20), dtype=np.float32)]).tocsr()
    model, _ = fit(with_empty)
    assert_allclose(model.score(matrix), fit(matrix)[0].score(matrix))
    assert np.isfinite(model.score(with_empty)).all()


SAMPLED = {**SMALL, "likelihood": "sampled", "sample": 6}


def test_a_sampled_training_learns_and_resumes_to_the_bit(matrix, tmp_path):
    def run(**context):
        model = model_class("mult-vae")(SAMPLED)
        return model, model.fit(matrix, FitContext(seed=0, **context))

    whole, report = run()
    assert report.curves[-1]["likelihood"] < report.curves[0]["likelihood"]
    checkpoint = CheckpointFile(tmp_path / "c.safetensors")
    with pytest.raises(KeyboardInterrupt):
        run(listener=KillAt(3), checkpoint=checkpoint)
    assert_array_equal(whole.score(matrix), run(checkpoint=checkpoint)[0].score(matrix))


def test_half_precision_learns_the_same_and_repeats_itself(matrix):
    losses = {}
    for precision in ("float32", "bfloat16", "bfloat16"):
        model = model_class("mult-vae")({**SMALL, "precision": precision, "epochs": 20})
        found = model.fit(matrix, FitContext(seed=0)).curves[-1]["likelihood"]
        assert losses.setdefault(precision, found) == found
    assert losses["bfloat16"] == pytest.approx(losses["float32"], rel=0.02)
    assert losses["bfloat16"] != losses["float32"]


@pytest.mark.parametrize("model", ["mult-vae", "mult-dae", "vae-gan"])
def test_a_refit_on_more_shoppers_has_the_network_that_was_chosen(matrix, monkeypatch, model):
    from recsys_core.models import network_size

    monkeypatch.setattr(network_size, "SMALL_LOG", 60)
    report = model_class(model)({"epochs": 1}).fit(matrix, FitContext(seed=0))
    refitted = model_class(model)({"epochs": 1})
    again = refitted.fit(sparse.vstack([matrix, matrix]).tocsr(), FitContext(seed=0, epochs=1, learned=report.learned))
    assert report.learned == again.learned == {key: value for key, value in SIZES.items() if key in refitted.settings}
    assert refitted.user_vectors(matrix).shape == (50, 100)
