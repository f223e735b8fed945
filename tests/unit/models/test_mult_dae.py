"""Mult-DAE: its loss by hand, the penalty on weights and not on biases, determinism."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from recsys_core.models.contract import FitContext
from recsys_core.models.mult_dae_torch import MultDAE, Network, Trainee

pytestmark = pytest.mark.unit

SMALL = {"latent": 6, "batch_size": 16, "epochs": 5}


@pytest.fixture
def matrix():
    return sparse.random(50, 20, 0.2, format="csr", random_state=5, data_rvs=np.ones).astype(np.float32)


def test_the_loss_is_the_multinomial_likelihood_of_the_whole_history(matrix):
    generator = torch.Generator().manual_seed(1)
    network = Network(20, 6, generator)
    before = {name: p.detach().clone().numpy() for name, p in network.named_parameters()}
    loss = Trainee(network, matrix, MultDAE({**SMALL, "dropout": 0.0}).settings, generator).step(np.arange(8), 0)["loss"]
    x = matrix[:8].toarray()
    code = np.tanh(x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12) @ before["encode_items"] + before["encode_bias"])
    logits = code @ before["decode_items.weight"].T + before["decode_items.bias"]
    log_softmax = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    assert loss == pytest.approx(-(log_softmax * x).sum(axis=1).mean(), rel=1e-4)


def test_the_penalty_is_on_weights_and_not_on_biases(matrix):
    found = []
    for decay in (0.0, 0.5):
        network = Network(20, 6, torch.Generator().manual_seed(1))
        settings = MultDAE({**SMALL, "weight_decay": decay}).settings
        Trainee(network, matrix, settings, torch.Generator().manual_seed(2)).step(np.arange(16), 0)
        found.append({name: p.detach().numpy() for name, p in network.named_parameters()})
    for name, array in found[0].items():
        assert np.array_equal(array, found[1][name]) == ("bias" in name), name


def test_the_same_seed_gives_the_same_bits_and_loads_back(matrix):
    first, second = MultDAE(SMALL), MultDAE(SMALL)
    for model in (first, second):
        report = model.fit(matrix, FitContext(seed=0))
    assert report.curves[-1]["loss"] < report.curves[0]["loss"]
    assert_array_equal(first.score(matrix), second.score(matrix))
    description, arrays = first.export()
    assert_allclose(MultDAE.load(first.settings, description, arrays.__getitem__).score(matrix), first.score(matrix), atol=1e-6)
