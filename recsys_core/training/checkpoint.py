"""Checkpoints: arrays as safetensors and a JSON head in one file, written whole or not at all. Never pickle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from recsys_core.storage.atomic import new_file

# numpy's names -> safetensors'. The file is written here, array by array: the library's own `save` holds two more copies of everything.
_DTYPES = {"f8": "F64", "f4": "F32", "f2": "F16", "i8": "I64", "i4": "I32", "i2": "I16", "i1": "I8", "u1": "U8", "b1": "BOOL"}


@dataclass(frozen=True)
class Checkpoint:
    """Arrays by name and a JSON-able head (epoch, history, random states)."""

    arrays: dict[str, NDArray[Any]]
    head: dict[str, Any]

    def part(self, prefix: str) -> dict[str, NDArray[Any]]:
        """The arrays whose names start with `prefix`, without it."""
        return {name.removeprefix(prefix): array for name, array in self.arrays.items() if name.startswith(prefix)}


@dataclass(frozen=True)
class CheckpointFile:
    """One file that holds the newest checkpoint. A half-written one never replaces a whole one."""

    path: Path

    def save(self, arrays: Mapping[str, NDArray[Any]], head: Mapping[str, Any]) -> None:
        """Replace what is there."""
        tensors = sorted(((name, np.asarray(array, order="C")) for name, array in arrays.items()), key=lambda pair: -pair[1].itemsize)
        header: dict[str, Any] = {"__metadata__": {"head": json.dumps(head)}}
        end = 0
        for name, tensor in tensors:
            header[name] = {"dtype": _DTYPES[tensor.dtype.str[1:]], "shape": tensor.shape, "data_offsets": (end, end + tensor.nbytes)}
            end += tensor.nbytes
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        with new_file(self.path) as file:
            file.write(len(text).to_bytes(8, "little") + text)
            for _, tensor in tensors:
                file.write(tensor.reshape(-1).view(np.uint8).data)

    def load(self) -> Checkpoint | None:
        """The newest checkpoint, None where there is none or it cannot be read (training then starts over)."""
        if not self.path.exists():
            return None
        try:
            with safe_open(self.path, framework="numpy") as file:
                names = list(file.keys())
                return Checkpoint({name: file.get_tensor(name) for name in names}, json.loads(file.metadata()["head"]))
        except (SafetensorError, KeyError, ValueError, OSError):
            return None

    def clear(self) -> None:
        """Forget it."""
        self.path.unlink(missing_ok=True)
