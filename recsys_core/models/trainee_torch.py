"""The part of a `training.loop.Trainee` that every torch model shares: its weights and everything else it needs to resume, as arrays."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

Arrays = dict[str, NDArray[Any]]


class TorchTrainee(ABC):
    """A network with its optimisers and its generator; a model adds `step`.

    network: all that is weights of the model (parameters and buffers; several parts in one nn.ModuleDict). optimizers: by name, each
    over some of the network's parameters; their moments and learning rates resume. kept: modules that are no weights of the model and
    yet needed to resume (an older copy of the network, averaged weights).
    """

    def __init__(
        self,
        network: nn.Module,
        optimizers: Mapping[str, torch.optim.Optimizer],
        generator: torch.Generator,
        kept: Mapping[str, nn.Module] | None = None,
    ) -> None:
        self.network, self.optimizers, self.generator, self.kept = network, dict(optimizers), generator, dict(kept or {})
        self._names: dict[Tensor, str] = {parameter: name for name, parameter in network.named_parameters()}

    @abstractmethod
    def step(self, rows: NDArray[np.int64], update: int) -> dict[str, float]:
        """One step on these rows; see `training.loop.Trainee.step`."""

    def descend(self, loss: Tensor, *names: str) -> None:
        """One step of the optimisers with these names (of all, where none is given) down the gradient of `loss`."""
        optimizers = [self.optimizers[name] for name in names or self.optimizers]
        for optimizer in optimizers:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        for optimizer in optimizers:
            optimizer.step()

    def weights(self) -> Arrays:
        """All parameters and buffers, sharing their memory."""
        return module_arrays(self.network)

    def load_weights(self, arrays: Arrays) -> None:
        """Parameters and buffers back."""
        load_module(self.network, arrays)

    def state(self) -> Arrays:
        """The generator, what is kept, and of each optimiser its moments and learning rates, sharing their memory."""
        arrays: Arrays = {"generator": self.generator.get_state().cpu().numpy()}
        for part, module in self.kept.items():
            arrays |= {f"kept/{part}/{name}": array for name, array in module_arrays(module).items()}
        for part, optimizer in self.optimizers.items():
            arrays[f"rates/{part}"] = np.array([float(group["lr"]) for group in optimizer.param_groups])
            for parameter, moments in optimizer.state.items():
                name = self._names[parameter]
                arrays |= {f"moments/{part}/{key}/{name}": as_array(torch.as_tensor(value)) for key, value in moments.items()}
        return arrays

    def load_state(self, arrays: Arrays) -> None:
        """The opposite of `state`."""
        self.generator.set_state(torch.from_numpy(np.array(arrays["generator"])))
        for part, module in self.kept.items():
            load_module(module, _below(arrays, f"kept/{part}/"))
        for part, optimizer in self.optimizers.items():
            for group, rate in zip(optimizer.param_groups, arrays[f"rates/{part}"], strict=True):
                group["lr"] = float(rate)
            moments = _below(arrays, f"moments/{part}/")
            for parameter in (p for group in optimizer.param_groups for p in group["params"]):
                name = self._names[parameter]
                found = {key.partition("/")[0]: array for key, array in moments.items() if key.partition("/")[2] == name}
                if found:
                    optimizer.state[parameter] = {key: _moment(key, array, parameter) for key, array in found.items()}


def module_arrays(module: nn.Module) -> Arrays:
    """Parameters and buffers by name; on the CPU they share the module's memory, so copy what must outlive the next step."""
    return {name: as_array(value) for name, value in module.state_dict().items()}


def load_module(module: nn.Module, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Copy arrays into the parameters and buffers of the same names. Raises KeyError where one is missing."""
    with torch.no_grad():
        for name, value in module.state_dict().items():
            value.copy_(torch.from_numpy(np.array(arrays[name])))


def as_array(tensor: Tensor) -> NDArray[Any]:
    """A tensor as numpy; the same memory where it is on the CPU."""
    array: NDArray[Any] = tensor.detach().cpu().numpy()
    return array


def _moment(key: str, array: NDArray[Any], parameter: Tensor) -> Tensor | int:
    if array.ndim == 0 and array.dtype.kind == "i":  # SparseAdam counts its steps in a plain number
        return int(array)
    value = torch.from_numpy(np.array(array))
    return value if key == "step" and parameter.device.type == "cpu" else value.to(parameter.device)


def _below(arrays: Arrays, prefix: str) -> Arrays:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
