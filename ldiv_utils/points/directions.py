"""Random directions through a solution, and the points of the line or the plane that they span."""

from collections.abc import Iterator
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ..networks.point import from_point, size
from ..specs import known
from .planes import filter_normalised
from .subspaces import OWN_STREAM

Norm = Literal["length", "filters"]


def random_direction(net: nn.Module, seed: int) -> Float[Tensor, " D"]:
    """Independent standard normal numbers for all weights, zeros for biases and batch normalisation."""
    numbers = torch.randn(size(net), generator=torch.Generator().manual_seed(OWN_STREAM + seed))
    return torch.cat([d.flatten() if d.dim() > 1 else torch.zeros_like(d) for d in from_point(net, numbers).values()])


def normalised(
    net: nn.Module, direction: Float[Tensor, " D"], theta: Float[Tensor, " D"], norm: Norm
) -> Float[Tensor, " D"]:
    """`direction` at `length` one as a whole, or with its `filters` as long as those of `theta`.

    Source: Li et al. (2018) for the latter.
    """
    known("norm", norm, Norm)
    return filter_normalised(net, direction, theta) if norm == "filters" else direction / direction.norm()


def axis(reach: float, half: int) -> Float[Tensor, " W"]:
    """2 half + 1 places from −reach to reach; the middle one is 0 exactly: the solution itself is among them."""
    return reach * torch.arange(-half, half + 1) / half


def along(
    theta: Float[Tensor, " D"], directions: Float[Tensor, "k D"], places: Float[Tensor, "M k"]
) -> Iterator[Float[Tensor, " D"]]:
    """θ + Σ_j x_j δ_j at M places x, one after the other: memory does not grow with M."""
    return (theta + place @ directions for place in places)
