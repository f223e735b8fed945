"""Histories as a bag: what a batch of csr rows looks like to a network whose first layer gathers rows of a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from scipy import sparse
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True)
class History:
    """Rows of a csr matrix, pair by pair. Nothing in it is as large as the catalogue.

    items, rows: int64 [pairs], column and row of each pair; offsets: int64 [n], where each row starts. values: float32 [pairs], the
    matrix's own numbers; weights: the same, scaled so that each row has L2 norm 1. shape: (n, items) of the matrix.
    """

    items: Tensor
    rows: Tensor
    offsets: Tensor
    values: Tensor
    weights: Tensor
    shape: tuple[int, int]

    @classmethod
    def of(cls, matrix: sparse.csr_matrix, device: torch.device | None = None) -> History:
        """The rows of `matrix`, csr float32 [n, items]."""
        data = matrix.data.astype(np.float32, copy=False)
        rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        norms = np.sqrt(np.bincount(rows, weights=data * data, minlength=matrix.shape[0]))
        weights = (data / np.maximum(norms, 1e-12)[rows]).astype(np.float32)
        items, offsets = matrix.indices.astype(np.int64), matrix.indptr[:-1].astype(np.int64)
        parts = [torch.from_numpy(array).to(device) for array in (items, rows, offsets, data, weights)]
        return cls(parts[0], parts[1], parts[2], parts[3], parts[4], matrix.shape)

    def thinned(self, dropout: float, generator: torch.Generator | None) -> History:
        """Without a share `dropout` of the pairs, the others' weights scaled up; as it is without a generator."""
        if dropout <= 0 or generator is None:
            return self
        kept = (torch.rand(self.weights.shape, generator=generator, device=generator.device) >= dropout).nonzero().squeeze(1)
        items, rows, values, weights = (part[kept] for part in (self.items, self.rows, self.values, self.weights))
        counts = torch.bincount(rows, minlength=self.shape[0])
        return History(items, rows, counts.cumsum(0) - counts, values, weights / (1 - dropout), self.shape)

    def through(self, table: Tensor, weights: Tensor, sparse_gradient: bool = False) -> Tensor:
        """The weighted sum of each row's own rows of `table` [items, d]: [n, d], equal to the dense product with the rows.

        sparse_gradient: the table's gradient is a sparse tensor over the items that occur.
        """
        if table.device.type == "cpu" and not weights.requires_grad:
            return cast(Tensor, _Bag.apply(table, weights, self, sparse_gradient))  # type: ignore[no-untyped-call]
        return F.embedding_bag(self.items, table, self.offsets, mode="sum", per_sample_weights=weights, sparse=sparse_gradient)

    def dense(self) -> Tensor:
        """The matrix itself, float32 [n, items]: for networks that need it, and for tests."""
        dense = torch.zeros(self.shape, device=self.values.device)
        dense[self.rows, self.items] = self.values
        return dense


class _Bag(torch.autograd.Function):
    """`F.embedding_bag` with a backward pass that is one too, over the transposed bag: a third of the time of torch's own."""

    @staticmethod
    def forward(ctx: Any, table: Tensor, weights: Tensor, history: History, sparse_gradient: bool) -> Tensor:
        ctx.history, ctx.weights, ctx.sparse_gradient = history, weights, sparse_gradient
        return F.embedding_bag(history.items, table, history.offsets, mode="sum", per_sample_weights=weights)

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor, None, None, None]:
        history: History = ctx.history
        starts = np.append(history.offsets.numpy(), len(history.items))
        columns = sparse.csr_matrix((ctx.weights.numpy(), history.items.numpy(), starts), shape=history.shape).tocsc()
        found = np.flatnonzero(np.diff(columns.indptr)) if ctx.sparse_gradient else slice(None)
        rows, offsets, weights = (torch.from_numpy(part) for part in (columns.indices, columns.indptr[:-1][found], columns.data))
        gradient = F.embedding_bag(rows, grad_outputs[0].contiguous(), offsets, mode="sum", per_sample_weights=weights)
        if ctx.sparse_gradient:
            size = (history.shape[1], gradient.shape[1])
            gradient = torch.sparse_coo_tensor(torch.from_numpy(found)[None], gradient, size, is_coalesced=True, check_invariants=False)
        return gradient, None, None, None
