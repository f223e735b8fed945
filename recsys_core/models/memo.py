"""What the fits of one job share: the last of each thing that was made from the same rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import numpy as np
from scipy import sparse

Made = TypeVar("Made")


def shared(memo: dict[str, Any], name: str, train: sparse.csr_matrix, settings: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` gives, kept in `memo` (`FitContext.memo`) for the next fit on the same rows with the same `settings`.

    Only the last one of each name is kept, since such things are large: a grid should change these settings last.
    """
    key = (train.shape, _digest(train), settings)
    if memo.get(name, (None,))[0] != key:
        memo.pop(name, None)
        memo[name] = (key, make())
    made: Made = memo[name][1]
    return made


def _digest(train: sparse.csr_matrix) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for array in (train.indptr, train.indices, train.data):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
