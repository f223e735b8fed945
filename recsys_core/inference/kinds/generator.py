"""A generator of profiles with one sigmoid layer: user-based CFGAN's (Chae et al. 2018)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.special import expit

from recsys_core.inference.contract import ArrayLoader, Floats, Users


@dataclass(frozen=True)
class GeneratorScorer:
    """table: float32 [items, hidden], what each item of a history adds to the hidden layer; table_bias: [hidden].
    output: float32 [items, hidden], what each hidden unit says for an item; output_bias: [items].
    """

    table: Floats
    table_bias: Floats
    output: Floats
    output_bias: Floats

    def encode(self, histories: sparse.csr_matrix) -> Floats:
        """The hidden layer of each history: float32 [n, hidden]."""
        return np.asarray(expit(np.asarray(histories @ self.table, dtype=np.float32) + self.table_bias), dtype=np.float32)

    def decode(self, latent: Floats) -> Floats:
        """The logits of the made-up profile, float32 [n, items], of hidden layers [n, hidden]."""
        return np.asarray(latent @ self.output.T + self.output_bias, dtype=np.float32)

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """Those of the histories' own hidden layers."""
        return self.decode(self.encode(histories))


def build(description: Mapping[str, Any], array: ArrayLoader) -> GeneratorScorer:
    """From scorer/{table,table_bias,output,output_bias}.npy."""
    return GeneratorScorer(*(array(f"scorer/{name}.npy") for name in ("table", "table_bias", "output", "output_bias")))
