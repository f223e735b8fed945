"""A VAE beside a linear path that is fitted on what it leaves: what each part does, and what is said of it."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse

from recsys_core.inference.kinds.vae_linear import VaeLinearScorer, expected_counts
from recsys_core.models.contract import FitContext
from recsys_core.models.linear_part import fit_edlae
from recsys_core.models.vae_linear import SHARES, WEIGHTS, VaeLinear
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


def refitted(report, matrix, **learned):
    model = VaeLinear({**TINY, **{key: learned.pop(key) for key in ("part",) if key in learned}})
    return model, model.fit(matrix, FitContext(seed=0, epochs=report.epochs, learned={**report.learned, **learned}))


def test_expected_counts_are_a_share_of_what_was_had():
    found = expected_counts(np.log(np.array([[1, 3], [1, 1], [0.5, 2]], dtype=np.float32)), np.array([4, 2, 0]))
    assert_allclose(found, [[1, 3], [1, 1], [0.2, 0.8]], rtol=1e-6)


def test_it_says_what_each_part_is_worth(fitted):
    learned = fitted[1].learned
    assert learned["weight"] in WEIGHTS
    assert learned["share"] in SHARES
    assert set(learned["worth"]) == {"ndcg@10", "ndcg@100"}
    for found in learned["worth"].values():
        for gain, other in (("vae_adds", "linear"), ("over_edlae", "edlae")):
            assert found[gain]["low"] <= found[gain]["value"] <= found[gain]["high"]
            assert found[gain]["value"] == pytest.approx(found["both"] - found[other], abs=1e-6)


def test_a_share_of_none_leaves_edlae_beside_the_vae(fitted, matrix):
    model, _ = refitted(fitted[1], matrix, share=0.0)
    edlae, _ = fit_edlae({"l2": 5.0}, matrix, FitContext(seed=0))
    assert_allclose(model.linear.score(matrix), edlae.score(matrix), atol=1e-6)
    rest = model.score(matrix) - edlae.score(matrix)
    assert_allclose(rest.sum(axis=1), model.weight * np.diff(matrix.indptr), rtol=1e-4)


def test_the_linear_path_says_less_where_it_can_imitate_the_vae(fitted, matrix):
    full, none = (refitted(fitted[1], matrix, weight=0.5, share=share)[0].linear.weights_ for share in (1.0, 0.0))
    assert np.abs(full - none).max() > 1e-3
    assert np.diag(full).max() == 0
    assert full.mean() < none.mean()


@pytest.mark.parametrize("part", ["linear", "vae", "both"])
def test_lists_may_be_of_one_part_alone(fitted, matrix, part):
    alone, _ = refitted(fitted[1], matrix, part=part)
    expected = VaeLinearScorer(alone.vae, alone.linear, alone.weight, part).score(matrix)
    assert_allclose(alone.score(matrix), expected, atol=1e-6)
    assert alone.export()[0]["part"] == part


def test_a_refit_takes_what_was_chosen_as_it_is(fitted, matrix):
    learned = {**fitted[1].learned, "weight": 0.75, "share": 1.0, "linear": {"l2": 7.0}}
    model = VaeLinear(TINY)
    report = model.fit(matrix, FitContext(seed=0, learned=learned, epochs=1))
    assert report.learned == learned
    assert (model.linear.settings["l2"], model.weight) == (7.0, 0.75)


def test_an_empty_history_gets_what_the_vae_expects_of_anyone(fitted, matrix):
    found = fitted[0].score(sparse.csr_matrix((1, matrix.shape[1]), dtype=np.float32))
    assert found.sum() == pytest.approx(fitted[0].weight, rel=1e-4)
