"""Mean and log-variance of an exported encoder: equal to torch's."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from recsys_core.errors import UnsupportedError
from recsys_core.inference.scorers import build_scorer
from recsys_core.models.contract import FitContext
from recsys_core.models.history_torch import History
from recsys_core.models.registry import model_class

pytestmark = pytest.mark.unit

SMALL = {"hidden": 12, "latent": 4, "batch_size": 16, "epochs": 4}


@pytest.fixture
def matrix():
    return sparse.random(50, 20, 0.2, format="csr", random_state=5, data_rvs=np.ones).astype(np.float32)


def exported(name, matrix):
    model = model_class(name)(SMALL if name != "mult-dae" else {"latent": 4, "batch_size": 16, "epochs": 2})
    model.fit(matrix, FitContext(seed=0))
    description, arrays = model.export()
    return model, build_scorer(description, arrays.__getitem__)


@pytest.mark.parametrize(("name", "encoder"), [("mult-vae", "encode"), ("vae-gan", "encode"), ("recvae", "encoder")])
def test_mean_and_log_variance_equal_torch(matrix, name, encoder):
    model, scorer = exported(name, matrix)
    with torch.inference_mode():
        expected = getattr(model._network, encoder)(History.of(matrix))
    mean, log_variance = scorer.posterior(matrix)
    assert_allclose(mean, expected[0].numpy(), atol=1e-5)
    assert_allclose(log_variance, expected[1].numpy(), atol=1e-5)
    assert_array_equal(mean, scorer.encode(matrix))
    assert np.abs(log_variance).max() > 1e-3


def test_a_denoising_autoencoder_has_no_posterior(matrix):
    with pytest.raises(UnsupportedError, match="no posterior"):
        exported("mult-dae", matrix)[1].posterior(matrix)
