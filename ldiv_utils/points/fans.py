"""A chain of points and the origin, as triangles unfolded side by side: a fan, whose every place is a network.

Each triangle lies flat, and lengths and angles within it stay. Across a fold they do not: the next triangle turns
about the spoke that both share, out of the plane of the one before.
Source: Fort et al. (2020), appendix A; figure S3.
"""

from collections.abc import Iterator
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor

from .planes import plane_through


def spokes(pivots: Float[Tensor, "P D"], each: int) -> Iterator[Float[Tensor, " D"]]:
    """J = (P − 1) · `each` + 1 points of the chain, one after the other, evenly on each of its segments: the pivots
    among them, as they are."""
    for a, b in pairwise(pivots):
        yield a
        yield from ((1 - k / each) * a + k / each * b for k in range(1, each))
    yield pivots[-1]


def unfolded(pivots: Float[Tensor, "P D"], each: int) -> Float[Tensor, "J 2"]:
    """Where the `spokes` lie on the fan, the origin at (0, 0) and the first pivot on the first axis; in lengths of θ.

    A triangle keeps its place in its own plane, turned by the angles of all triangles before it. Raises ValueError
    where two neighbours lie on one line with the origin.
    """
    places, turned = [], torch.zeros((), dtype=torch.float64)
    shares = torch.arange(each + 1, dtype=torch.float64)[:, None] / each
    for a, b in pairwise(pivots):
        first, last = plane_through(torch.zeros_like(a), a, b).coordinates(torch.stack([a, b])).double()
        flat = torch.view_as_complex(((1 - shares) * first + shares * last).contiguous())
        places.append(flat * torch.polar(torch.ones_like(turned), turned))
        turned = turned + torch.atan2(last[1], last[0])
    joined = torch.cat([*(part[:-1] for part in places), places[-1][-1:]])
    return torch.view_as_real(joined).float()
