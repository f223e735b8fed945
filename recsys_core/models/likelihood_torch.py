"""The multinomial log-likelihood of sparse histories under dense logits, without a dense target and without a second softmax."""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor

from recsys_core.models.history_torch import History


def multinomial_loss(logits: Tensor, history: History) -> Tensor:
    """-sum_i x_i log softmax(logits)_i, the mean over the rows of `history`: a scalar (Liang et al. 2018, eq. 3).

    logits: float [n, items]; they are OVERWRITTEN with their gradient, (sum_i x_i) softmax(logits) - x over n, so they must be the
    fresh output of a layer that does not need its output again (a linear one), and cannot be read afterwards.
    """
    return cast(Tensor, _MultinomialLoss.apply(logits, history))  # type: ignore[no-untyped-call]


class _MultinomialLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, logits: Tensor, history: History) -> Tensor:
        n, width = logits.shape
        places = history.rows * width + history.items
        totals = torch.zeros(n, device=logits.device).index_add_(0, history.rows, history.values)
        wanted = logits.view(-1)[places].float() @ history.values
        highest = logits.amax(dim=1)
        softmax = torch.softmax(logits, dim=1, out=logits)
        log_sum = highest.float() - softmax.amax(dim=1).float().log()  # the likeliest item's share never underflows
        gradient = softmax.mul_((totals / n)[:, None])
        gradient.view(-1).index_add_(0, places, (history.values / -n).to(gradient.dtype))
        ctx.gradient = gradient
        return (totals @ log_sum - wanted) / n

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor, None]:
        (scale,) = grad_outputs
        gradient: Tensor = ctx.gradient
        del ctx.gradient
        return (gradient if scale == 1 else gradient.mul_(scale)), None
