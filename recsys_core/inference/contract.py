"""What a scorer is: the exported form of a model, in numpy and numba alone.

Histories are csr float32 [n, items] of the run's own items, 1 where the user had it; scores are float32 [n, items].
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import UnsupportedError

Floats = NDArray[np.float32]
Users = NDArray[np.integer]
Arrays = dict[str, NDArray[Any]]
ArrayLoader = Callable[[str], NDArray[Any]]


class Scorer(Protocol):
    """What every exported model offers: a score for each item."""

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """Float32 [n, items] of histories csr [n, items]; the history's own items get a score too (callers mask).

        users: int [n], the rows that these users had in the matrix the model was trained on, where they had one. A scorer that folds
        in reads the history alone. One that knows only its own users (item-based CFGAN) reads `users` alone, and raises
        UnsupportedError where it is None.
        """


def nested(arrays: Arrays, part: int) -> Arrays:
    """The arrays of a model that is part of another one, under names of their own: scorer/x.npy becomes scorer/<part>/x.npy."""
    return {name.replace("scorer/", f"scorer/{part}/", 1): array for name, array in arrays.items()}


def part_loader(array: ArrayLoader, part: int) -> ArrayLoader:
    """What `nested` did, undone: a loader for the arrays of one part."""
    return lambda name: array(name.replace("scorer/", f"scorer/{part}/", 1))


def need_users(users: Users | None, model: str) -> Users:
    """`users`, where they are known. Raises UnsupportedError: the model can only score those it was trained on."""
    if users is None:
        raise UnsupportedError(
            f"The model {model} scores only the shoppers that it was trained on, not a new history.",
            "Choose a run of a model that reads histories, such as edlae or mult-vae.",
        )
    return users
