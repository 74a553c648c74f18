"""A mixture of Gaussians in the plane: a landscape of many valleys, all equally good, for samplers to be tried on."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor


def lattice(side: int) -> Float[Tensor, "K 2"]:
    """K = side² centres in the plane, a unit apart, their mean at the origin; in double precision."""
    line = torch.arange(side, dtype=torch.float64) - (side - 1) / 2
    return torch.cartesian_prod(line, line)


def mixture_gradient(theta: Float[Tensor, "M 2"], centres: Float[Tensor, "K 2"], width: float) -> Float[Tensor, "M 2"]:
    """The gradient of −ln Σ_k exp(−|θ − c_k|² / 2σ²) at M points: equal Gaussians of standard deviation σ, `width`."""
    away = theta[:, None] - centres
    near = (-away.square().sum(-1) / (2 * width**2)).softmax(1)
    return (near[..., None] * away).sum(1) / width**2


def visited(path: Float[Tensor, "steps M 2"], centres: Float[Tensor, "K 2"], within: float) -> Bool[Tensor, "M K"]:
    """Which of K centres each of M chains came nearer to than `within`."""
    return torch.stack([(torch.cdist(chain, centres) < within).any(0) for chain in path.unbind(1)])
