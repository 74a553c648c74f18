"""The same function with its units scaled otherwise: where ReLU allows it, and where the point is shortest."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ..networks.point import from_point
from .alignment import NORMS, axes_of, sizes


def rescaled(net: nn.Module, point: Float[Tensor, " D"], scales: dict[str, Float[Tensor, "_"]]) -> Float[Tensor, " D"]:
    """The point whose units are scaled: all that makes a unit times s > 0, all that reads it divided by s.

    ReLU and max-pooling pass a positive factor on, so that without normalisation the function stays.
    Source: Dinh et al. (2017).
    """
    if any(isinstance(module, NORMS) for module in net.modules()):
        raise ValueError("a network with normalisation was given; allowed: one without")
    pieces = []
    for name, tensor in from_point(net, point).items():
        for axis, group in enumerate(axes_of(net)[name]):
            if group in scales:
                s = scales[group] if axis == 0 else 1 / scales[group]
                s = s.to(tensor.dtype).repeat_interleave(tensor.shape[axis] // len(s))
                tensor = tensor * s.view(-1, *[1] * (tensor.dim() - 1 - axis))
        pieces.append(tensor.flatten())
    return torch.cat(pieces)


def balanced(net: nn.Module, point: Float[Tensor, " D"], sweeps: int = 50) -> Float[Tensor, " D"]:
    """The shortest point that `rescaled` reaches: for each unit what makes it is as long as what reads it.

    One sweep scales each group in turn by the root of (length of what reads / of what makes).
    """
    theta, axes = point.double(), axes_of(net)
    for _ in range(sweeps):
        for group, n in sizes(net).items():
            makes, reads = torch.zeros(2, n, dtype=torch.float64)
            for name, tensor in from_point(net, theta).items():
                if group in axes[name]:
                    axis = axes[name].index(group)
                    squares = tensor.movedim(axis, 0).reshape(n, -1).square().sum(1)
                    makes, reads = (makes + squares, reads) if axis == 0 else (makes, reads + squares)
            alive = (makes > 0) & (reads > 0)
            theta = rescaled(net, theta, {group: torch.where(alive, reads / makes, 1.0) ** 0.25})
    return theta.float()
