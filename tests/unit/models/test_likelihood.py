"""The sparse likelihood against plain torch, and the bag of a batch against the dense matrix."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy import sparse
from torch.nn import functional as F

from recsys_core.models.history_torch import History
from recsys_core.models.likelihood_torch import multinomial_loss, output_loss, sampled_loss

pytestmark = pytest.mark.unit


@pytest.fixture
def matrix():
    rows = sparse.random(9, 40, 0.2, format="lil", random_state=3, dtype=np.float32)
    rows[4] = 0  # a row without anything
    return rows.tocsr()


def losses(matrix, loss, scale=1.0):
    """Loss and gradients of a linear layer under it."""
    layer = torch.nn.Linear(5, 40, bias=True)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=torch.Generator().manual_seed(2)) * 3)
    inputs = torch.randn((9, 5), generator=torch.Generator().manual_seed(3)).requires_grad_()
    value = loss(layer(inputs), History.of(matrix)) * scale
    value.backward()
    return value.item(), [p.grad.numpy() for p in (inputs, *layer.parameters())]


def plain(logits, history):
    return -(F.log_softmax(logits, dim=1) * history.dense()).sum(dim=1).mean()


@pytest.mark.parametrize("scale", [1.0, 0.25])
def test_the_sparse_likelihood_and_its_gradient_equal_plain_torch(matrix, scale):
    ours, gradients = losses(matrix, multinomial_loss, scale)
    oracle, expected = losses(matrix, plain, scale)
    assert ours == pytest.approx(oracle, rel=1e-6)
    for one, other in zip(gradients, expected, strict=True):
        assert_allclose(one, other, atol=1e-6)


def test_a_hopeless_logit_costs_much_and_has_the_whole_gradient():
    one = sparse.csr_matrix(([1.0], ([0], [0])), shape=(1, 3)).astype(np.float32)
    logits = torch.tensor([[-500.0, 0.0, 0.0]], requires_grad=True)
    loss = multinomial_loss(logits * 1, History.of(one))
    loss.backward()
    assert 80 < loss.item() < 501
    assert_allclose(logits.grad.numpy(), [[-1, 0.5, 0.5]], atol=1e-6)


def test_a_bag_is_the_matrix_pair_by_pair(matrix):
    history = History.of(matrix)
    assert_allclose(history.dense().numpy(), matrix.toarray())
    table = torch.randn((40, 6), generator=torch.Generator().manual_seed(0))
    norms = np.maximum(np.linalg.norm(matrix.toarray(), axis=1, keepdims=True), 1e-12)
    assert_allclose(history.through(table, history.weights).numpy(), matrix.toarray() / norms @ table.numpy(), atol=1e-6)


def test_the_gradient_of_a_bag_is_that_of_the_dense_product(matrix):
    history = History.of(matrix)
    table = torch.randn((40, 6), generator=torch.Generator().manual_seed(0))
    gradients = []
    for product in (lambda t: history.through(t, history.values), lambda t: history.dense() @ t):
        leaf = table.clone().requires_grad_()
        (product(leaf).square().sum() / 7).backward()
        gradients.append(leaf.grad.numpy())
    assert_allclose(gradients[0], gradients[1], atol=1e-5)


def test_dropout_hides_pairs_and_scales_the_rest(matrix):
    history = History.of(matrix)
    thinned = history.thinned(0.5, torch.Generator().manual_seed(1))
    before, after = (
        sparse.csr_matrix((h.weights.numpy(), (h.rows.numpy(), h.items.numpy())), shape=h.shape).toarray() for h in (history, thinned)
    )
    assert 0 < len(thinned.items) < len(history.items)
    assert_allclose(after[after > 0], 2 * before[after > 0])
    assert_allclose(thinned.through(torch.eye(40), thinned.weights).numpy(), after)
    assert history.thinned(0.5, None) is history


def sampled(matrix, sample, seed):
    """The sampled loss and its gradient for the layer's weight, dense."""
    layer = torch.nn.Linear(5, 40)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=torch.Generator().manual_seed(2)))
    inputs = torch.randn((9, 5), generator=torch.Generator().manual_seed(3))
    generator = torch.Generator().manual_seed(seed)
    value = sampled_loss(inputs, layer, History.of(matrix), sample=sample, generator=generator, half=False)
    value.backward()
    exact = output_loss(inputs, layer, History.of(matrix), half=False)
    return value.item(), layer.weight.grad.to_dense().numpy(), exact.item()


def test_a_sample_of_everything_is_the_likelihood_itself(matrix):
    few = matrix[:, :40].multiply(np.arange(40) < 12).tocsr().astype(np.float32)  # most items are in no history of the batch
    value, _, exact = sampled(few, 40, 0)
    assert value == pytest.approx(exact, rel=1e-6)


def test_the_estimated_sum_over_the_catalogue_is_right_on_average(matrix):
    one = sparse.csr_matrix(([1.0], ([0], [3])), shape=(9, 40)).astype(np.float32)
    found = [sampled(one, 8, seed) for seed in range(400)]
    # loss = (log of the sum - logit of item 3) / 9: the exponential of 9 times it is linear in the sum
    assert np.mean([np.exp(9 * value) for value, _, _ in found]) == pytest.approx(np.exp(9 * found[0][2]), rel=0.03)
    touched = np.flatnonzero(np.abs(found[0][1]).sum(axis=1))
    assert 3 in touched
    assert len(touched) <= 9
