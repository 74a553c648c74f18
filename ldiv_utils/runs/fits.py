"""Many small fits side by side: gradient descent of each row of a tensor, by Adam, on all data at every step."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from ..store.audit import before_training
from .tunnels import curve_rates

Loss = Callable[[Float[Tensor, "M D"]], Float[Tensor, " M"]]


def fitted(loss: Loss, starts: Float[Tensor, "M D"], steps: int, rate: float) -> Float[Tensor, "M D"]:
    """Where M descents end that begin at the rows of `starts`; row m follows the gradient of loss m alone.

    Adam's step is taken entry by entry, so that rows do not touch each other. The rate is constant for half of the
    steps, falls in a line to 1 % at 90 %, then stays.
    Raises ValueError if a loss is no longer finite.
    """
    before_training()
    points = starts.clone().requires_grad_()
    optimizer = torch.optim.Adam([points])
    for now in curve_rates(rate, steps).tolist():
        optimizer.param_groups[0]["lr"] = now
        total = loss(points).sum()
        points.grad = torch.autograd.grad(total, points)[0]
        optimizer.step()
    if not total.isfinite():
        raise ValueError(f"a loss of {total.item()} was reached at rate {rate:g}; allowed: finite ones, at lower rates")
    return points.detach()
