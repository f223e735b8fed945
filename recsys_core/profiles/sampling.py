"""Of very many shoppers a sample says the same: which of them are read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

ENTRIES = 1_500_000  # of the table of shoppers and products that is read
_FEWEST = 1_000  # shoppers


def shoppers_read(positives: csr_matrix, rng: np.random.Generator) -> NDArray[np.intp]:
    """Numbers of the shoppers, in order, who are read: all who have a product, or so many that their entries stay within ENTRIES."""
    able = np.flatnonzero(np.diff(positives.indptr) > 0)
    if positives.nnz <= ENTRIES:
        return able
    most = max(_FEWEST, int(len(able) * ENTRIES / positives.nnz))
    return able if len(able) <= most else np.sort(rng.choice(able, most, replace=False))
