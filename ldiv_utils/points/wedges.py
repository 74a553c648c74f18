"""A toy landscape made of wedges, on which everything can be computed: n of D axes are long, any n of them.

Its loss asks of a point that it lie in the space of some n axes, in whichever is nearest. That is the same as
s = D − n of its components being zero.
Source: Fort and Jastrzebski (2019), section 3.
"""

import torch
from jaxtyping import Float
from torch import Tensor


def wedge_loss(points: Float[Tensor, "*M D"], short: int) -> Float[Tensor, "*M"]:
    """The distance of each point from the nearest wedge: the length of its `short` = D − n smallest components."""
    return wedge_gradient(points, short).norm(dim=-1)


def wedge_gradient(points: Float[Tensor, "*M D"], short: int) -> Float[Tensor, "*M D"]:
    """The gradient of half the squared loss: a point's `short` smallest components, its others zero.

    Taken from the point, it leaves the nearest point of a wedge. Raises ValueError unless 1 ≤ short ≤ D.
    """
    if not 1 <= short <= points.shape[-1]:
        raise ValueError(f"{short} short axes were given; allowed: 1 to {points.shape[-1]}")
    which = points.abs().topk(short, dim=-1, largest=False).indices
    return torch.zeros_like(points).scatter(-1, which, points.gather(-1, which))


def wedge_descent(
    points: Float[Tensor, "*M D"],
    short: int,
    normals: Float[Tensor, "*M D"] | None = None,
    steps: int = 100,
    rate: float = 0.2,
) -> Float[Tensor, "*M D"]:
    """Where gradient descent takes each point; none moves along its own normal, which has length one."""
    for _ in range(steps):
        gradient = wedge_gradient(points, short)
        if normals is not None:
            gradient = gradient - (gradient * normals).sum(-1, keepdim=True) * normals
        points = points - rate * gradient
    return points


def crossing(a: Float[Tensor, "*M D"], b: Float[Tensor, "*M D"]) -> Float[Tensor, "*M D"]:
    """Half-way between two optima, where both of their wedges meet: zero on every axis that is short to either."""
    return torch.where((a == 0) | (b == 0), 0.0, (a + b) / 2)
