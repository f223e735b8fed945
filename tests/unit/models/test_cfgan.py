"""CFGAN: its two losses by hand, its maskings, both sides it is based on, resuming to the bit, and what becomes of a divergence."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse

from recsys_core.errors import UnsupportedError
from recsys_core.models.contract import FitContext
from recsys_core.models.registry import model_class, model_spec
from recsys_core.training.checkpoint import CheckpointFile
from recsys_core.training.events import Listener

pytestmark = pytest.mark.unit

SMALL = {"hidden": 6, "d_hidden": 4, "batch_size": 8, "epochs": 4, "g_steps": 2, "d_steps": 1}


@pytest.fixture
def matrix():
    return sparse.random(30, 20, 0.25, format="csr", random_state=5, data_rvs=np.ones).astype(np.float32)


def fit(matrix, settings=None, **context):
    model = model_class("cfgan")({**SMALL, **(settings or {})})
    report = model.fit(matrix, FitContext(seed=context.pop("seed", 0), **context))
    return model, report


def trainee(matrix, **settings):
    import torch

    from recsys_core.models.cfgan_torch import Trainee, new_players

    resolved = model_class("cfgan")({**SMALL, **settings}).settings
    generator = torch.Generator().manual_seed(3)
    return Trainee(*new_players(20, resolved, generator), matrix, resolved, generator, updates=12)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def arrays(module):
    return {name: p.detach().numpy().copy() for name, p in module.named_parameters()}


def logits(critic, condition, vector):
    first = condition @ critic["condition_table"] + critic["table_bias"] + vector @ critic["vector_table"]
    return sigmoid(first) @ critic["others.0.weight"].T + critic["others.0.bias"]


def test_both_losses_are_the_papers(matrix):
    """Everything that was not bought shown and pulled to zero, so that nothing is left to chance; a rate of next to nothing."""
    still = {"g_learning_rate": 1e-6, "d_learning_rate": 1e-6, "g_steps": 1, "pm_ratio": 1.0, "zr_ratio": 1.0}
    players = trainee(matrix, **still)
    made, critic = arrays(players.player), arrays(players.critic)
    parts = players.step(np.arange(8), 0)
    x = matrix[:8].toarray()
    y = sigmoid(sigmoid(x @ made["table"] + made["table_bias"]) @ made["output"].T + made["output_bias"])
    on_real, on_made = logits(critic, x, x), logits(critic, x, y)
    assert parts["d_loss"] == pytest.approx(np.log1p(np.exp(-on_real)).mean() + np.log1p(np.exp(on_made)).mean(), rel=1e-4)
    assert parts["g_loss"] == pytest.approx(np.log1p(np.exp(-on_made)).mean(), rel=1e-4)
    assert parts["zero_loss"] == pytest.approx((y**2 * (x == 0)).sum(axis=1).mean(), rel=1e-4)
    assert (parts["d_real"], parts["d_fake"]) == pytest.approx((sigmoid(on_real).mean(), sigmoid(on_made).mean()), rel=1e-4)


def test_the_critic_sees_only_what_was_bought_without_partial_masking(matrix):
    import torch

    bought = torch.from_numpy(matrix[:8].toarray()) > 0
    assert torch.equal(trainee(matrix, masking="ZR")._mask(bought), bought)
    shown = trainee(matrix, masking="ZP", pm_ratio=0.5)._mask(bought)
    assert shown[bought].all()
    assert 0.3 < shown[~bought].float().mean() < 0.7


def test_the_two_samples_of_what_was_not_bought_are_drawn_apart(matrix):
    import torch

    players = trainee(matrix, pm_ratio=0.5, zr_ratio=0.5)
    shape = torch.Size((40, 20))
    first, second = players._drawn(shape, 0.5), players._drawn(shape, 0.5)
    assert 0.3 < (first == second).float().mean() < 0.7


def test_partial_masking_alone_pulls_nothing_to_zero(matrix):
    assert trainee(matrix, masking="PM").step(np.arange(8), 0)["zero_loss"] == 0
    assert trainee(matrix, masking="ZR").step(np.arange(8), 0)["zero_loss"] > 0


def test_item_based_scores_the_users_it_was_trained_on(matrix):
    model, _ = fit(matrix)
    assert not model.folds_in
    assert model.export()[1]["scorer/users.npy"].shape == (30, 6)
    scores = model.score(matrix, np.arange(30))
    assert_array_equal(model.score(sparse.csr_matrix((2, 20), dtype=np.float32), np.array([7, 3])), scores[[7, 3]])
    with pytest.raises(UnsupportedError, match="only the shoppers that it was trained on"):
        model.score(matrix)


def test_user_based_reads_histories(matrix):
    model, _ = fit(matrix, {"based_on": "users"})
    assert model.folds_in
    assert model.score(matrix[[4, 1]]).shape == (2, 20)
    assert not model_spec("cfgan").folds_in_with(model_class("cfgan")({}).settings)


def test_averaged_weights_are_what_scores(matrix):
    last, _ = fit(matrix, {"ema_decay": 0.0})
    averaged, _ = fit(matrix, {"ema_decay": 0.9})
    assert np.abs(last.score(matrix, np.arange(30)) - averaged.score(matrix, np.arange(30))).max() > 1e-6


def test_a_long_gradient_is_clipped(matrix):
    import torch

    players = trainee(matrix, clip_norm=1e-3, d_steps=1)
    norm = players.step(np.arange(8), 0)["g_grad"]
    clipped = torch.linalg.vector_norm(torch.stack([p.grad.norm() for p in players.player.parameters()]))
    assert norm > 1e-3
    assert float(clipped) == pytest.approx(1e-3, rel=1e-3)


class KillAt(Listener):
    def __init__(self, epoch):
        self.at = epoch

    def epoch(self, values):
        if values["epoch"] == self.at:
            raise KeyboardInterrupt


@pytest.mark.parametrize("based_on", ["items", "users"])
def test_a_resumed_training_ends_with_the_same_bits(matrix, tmp_path, based_on):
    settings = {"based_on": based_on, "rate_bound": 4.0, "schedule": "cosine", "warm_up": 1}
    whole, report = fit(matrix, settings)
    checkpoint = CheckpointFile(tmp_path / "c.safetensors")
    with pytest.raises(KeyboardInterrupt):
        fit(matrix, settings, listener=KillAt(2), checkpoint=checkpoint)
    resumed, again = fit(matrix, settings, checkpoint=checkpoint)
    assert_array_equal(whole.score(matrix, np.arange(30)), resumed.score(matrix, np.arange(30)))
    assert [row["d_lr"] for row in again.curves] == [row["d_lr"] for row in report.curves]


def test_each_epoch_tells_of_both_players(matrix):
    _, report = fit(matrix)
    keys = {"d_loss", "g_loss", "d_grad", "g_grad", "d_lr", "g_lr", "d_real", "d_fake", "coverage"}
    assert all(keys < set(row) for row in report.curves)
    assert report.alarms == []


class Heard(Listener):
    def __init__(self):
        self.alarms = []

    def alarm(self, name, message, epoch):
        self.alarms.append((name, message, epoch))


def diverging(monkeypatch, after):
    """From its n-th step on, the generator's loss is not a number."""
    from recsys_core.models.adversarial_torch import TwoPlayers

    improve, calls = TwoPlayers.improve_generator, []

    def worse(self, loss):
        calls.append(1)
        return improve(self, loss * float("nan") if len(calls) > after else loss)

    monkeypatch.setattr(TwoPlayers, "improve_generator", worse)


def test_a_divergence_keeps_the_best_epoch_and_raises_an_alarm(matrix, monkeypatch):
    wanted, _ = fit(matrix, epochs=2)
    diverging(monkeypatch, after=2 * 3 * 2 + 1)  # 20 items in batches of 8, two steps each: within the third epoch
    heard = Heard()
    model, report = fit(matrix, listener=heard)
    assert [(name, epoch) for name, _, epoch in heard.alarms] == [("divergence", 3)]
    assert "Epoch 2 is kept" in heard.alarms[0][1]
    assert report.alarms[0]["name"] == "divergence"
    assert (report.epochs, len(report.curves)) == (2, 2)
    assert_array_equal(model.score(matrix, np.arange(30)), wanted.score(matrix, np.arange(30)))


def test_a_divergence_in_the_first_epoch_leaves_a_model_that_scores(matrix, monkeypatch):
    diverging(monkeypatch, after=0)
    model, report = fit(matrix)
    assert "Nothing was learned" in report.alarms[0]["message"]
    assert report.epochs == 1
    assert np.isfinite(model.score(matrix, np.arange(30))).all()
