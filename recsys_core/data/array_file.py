"""A `.npy` file written in stretches, for arrays that are never whole in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from recsys_core.storage.atomic import new_file


class ArrayFile:
    """Takes in one stretch of a one-dimensional array after another; `size` is how many values it has."""

    def __init__(self, file: IO[bytes], dtype: DTypeLike) -> None:
        self._file, self._dtype = file, np.dtype(dtype)
        self.size = 0
        self._write_header()

    def extend(self, values: NDArray[Any]) -> None:
        """Write the next values, in the array's type."""
        self._file.write(np.ascontiguousarray(values, dtype=self._dtype).tobytes())
        self.size += len(values)

    def finish(self) -> None:
        """Say in the header how long the array has become: numpy leaves room for that."""
        start = self._file.tell()
        self._file.seek(0)
        self._write_header()
        self._file.seek(start)

    def _write_header(self) -> None:
        about = {"descr": np.lib.format.dtype_to_descr(self._dtype), "fortran_order": False, "shape": (self.size,)}
        np.lib.format.write_array_header_1_0(self._file, about)


@contextmanager
def new_array(path: Path, dtype: DTypeLike) -> Iterator[ArrayFile]:
    """An array to fill, which takes the name `path` once it is complete; gone if the body raises."""
    with new_file(path) as file:
        array = ArrayFile(file, dtype)
        yield array
        array.finish()
