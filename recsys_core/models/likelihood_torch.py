"""The multinomial log-likelihood of sparse histories under dense logits, without a dense target and without a second softmax."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from recsys_core.models.history_torch import History


def multinomial_loss(logits: Tensor, history: History) -> Tensor:
    """-sum_i x_i log softmax(logits)_i, the mean over the rows of `history`: a scalar (Liang et al. 2018, eq. 3).

    logits: float [n, items]; they are OVERWRITTEN with their gradient, (sum_i x_i) softmax(logits) - x over n, so they must be the
    fresh output of a layer that does not need its output again (a linear one), and cannot be read afterwards. An item whose share is
    below 1e-38 counts with that in the value; the gradient is exact.
    """
    return cast(Tensor, _MultinomialLoss.apply(logits, history))  # type: ignore[no-untyped-call]


def output_loss(inputs: Tensor, layer: nn.Linear, history: History, *, half: bool) -> Tensor:
    """`multinomial_loss` under the logits of an output layer; `half` multiplies in bfloat16."""
    with torch.autocast(inputs.device.type, torch.bfloat16, enabled=half):
        logits = layer(inputs)
    return multinomial_loss(logits, history)


def sampled_loss(inputs: Tensor, layer: nn.Linear, history: History, *, sample: int, generator: torch.Generator, half: bool) -> Tensor:
    """`output_loss` with the sum over the catalogue estimated: exactly over all items of the batch's histories, and over `sample` others.

    The others are drawn evenly without replacement and stand for all that were not drawn: their logits are raised by
    log(others / drawn), so that the estimated sum is right on average (the correction of Bengio & Senécal 2008 for an even draw), and is
    the sum itself where all are drawn. The gradient of the layer's weight is sparse: only the drawn rows are in it.
    """
    own, places = torch.unique(history.items, return_inverse=True)
    others = torch.ones(layer.out_features, dtype=torch.bool, device=own.device)
    others[own] = False
    pool = others.nonzero().squeeze(1)
    drawn = pool[torch.randperm(len(pool), generator=generator, device=own.device)[:sample]]
    columns = torch.cat([own, drawn])
    raised = torch.zeros(len(columns), device=own.device)
    raised[len(own) :] = math.log(len(pool) / max(1, len(drawn))) if len(pool) else 0.0
    weight, bias = F.embedding(columns, layer.weight, sparse=True), layer.bias[columns] + raised
    with torch.autocast(inputs.device.type, torch.bfloat16, enabled=half):
        logits = F.linear(inputs, weight, bias)
    return multinomial_loss(logits, replace(history, items=places, shape=(history.shape[0], len(columns))))


class _MultinomialLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, logits: Tensor, history: History) -> Tensor:
        n, width = logits.shape
        places = history.rows * width + history.items
        totals = torch.zeros(n, device=logits.device).index_add_(0, history.rows, history.values)
        softmax = torch.softmax(logits, dim=1, out=logits)
        shares = softmax.view(-1)[places].float().clamp_min(torch.finfo(torch.float32).tiny)
        gradient = softmax.mul_((totals / n).to(logits.dtype)[:, None])
        gradient.view(-1).index_add_(0, places, (history.values / -n).to(gradient.dtype))
        ctx.gradient = gradient
        return -(shares.log() @ history.values) / n

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor, None]:
        (scale,) = grad_outputs
        gradient: Tensor = ctx.gradient
        del ctx.gradient
        return (gradient if scale == 1 else gradient.mul_(scale)), None
