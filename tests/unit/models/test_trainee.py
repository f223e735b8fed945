"""What a torch model hands to a checkpoint: with it another one goes on bit for bit, optimisers, buffers and random numbers included."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal

from recsys_core.models.trainee_torch import TorchTrainee

pytestmark = pytest.mark.unit


class Pair(TorchTrainee):
    """Two players with an optimiser each, a buffer, a module that is kept aside, and a rate that moves."""

    def __init__(self):
        generator = torch.Generator().manual_seed(0)
        network = torch.nn.ModuleDict({"one": torch.nn.Linear(3, 2), "two": torch.nn.Linear(2, 3), "norm": torch.nn.BatchNorm1d(2)})
        kept = torch.nn.Linear(3, 2)
        for parameter in (*network.parameters(), *kept.parameters()):
            torch.nn.init.normal_(parameter, generator=generator)
        optimizers = {
            "first": torch.optim.Adam(network["one"].parameters(), lr=0.1, fused=True),
            "second": torch.optim.SGD([*network["two"].parameters(), *network["norm"].parameters()], lr=0.1, momentum=0.9),
        }
        super().__init__(network, optimizers, generator, {"older": kept})

    def step(self, rows, update):
        self.kept["older"].load_state_dict(self.network["one"].state_dict())
        given = torch.randn((len(rows), 3), generator=self.generator)
        loss = (self.network["two"](self.network["norm"](self.network["one"](given))) - given).square().mean()
        for optimizer in self.optimizers.values():
            optimizer.zero_grad()
        loss.backward()
        for optimizer in self.optimizers.values():
            optimizer.step()
            optimizer.param_groups[0]["lr"] *= 0.9
        return {"loss": loss.item()}


def copied(arrays):
    return {name: array.copy() for name, array in arrays.items()}


def test_another_one_goes_on_from_the_arrays_to_the_same_bits():
    whole, first, second = Pair(), Pair(), Pair()
    rows = np.arange(6)
    for update in range(5):
        whole.step(rows, update)
    for update in range(2):
        first.step(rows, update)
    second.load_weights(copied(first.weights()))
    second.load_state(copied(first.state()))
    for update in range(2, 5):
        second.step(rows, update)
    for arrays, others in ((whole.weights(), second.weights()), (whole.state(), second.state())):
        assert arrays.keys() == others.keys()
        for name, array in arrays.items():
            assert_array_equal(array, others[name], err_msg=name)


def test_weights_are_the_models_own_memory():
    pair = Pair()
    before = pair.weights()["one.weight"]
    kept = before.copy()
    pair.step(np.arange(6), 0)
    assert np.abs(before - kept).max() > 0
