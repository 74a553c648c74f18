"""Curves through weight space: a few pivots, and what a point of the curve takes of each.

A curve of P pivots is a map from t in [0, 1] to coefficients, (P,), that sum to one: the point at t is
`coefficients @ pivots`. The first and the last pivot are its ends.
Source: Garipov et al. (2018), section 3.
"""

import math
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor

Kind = Literal["bezier", "polychain"]


def bezier(t: Float[Tensor, " S"], pivots: int) -> Float[Tensor, "S P"]:
    """The coefficients of a Bezier curve of P ≥ 2 pivots at S values of t in [0, 1].

    c_i(t) = C(n, i) tⁱ (1 − t)ⁿ⁻ⁱ, n = P − 1: the curve touches its two ends only.
    Source: Garipov et al. (2018), equation 4.
    """
    i, n = torch.arange(pivots), pivots - 1
    binomials = torch.tensor([float(math.comb(n, k)) for k in range(pivots)])
    return binomials * t[:, None] ** i * (1 - t)[:, None] ** (n - i)


def polychain(t: Float[Tensor, " S"], pivots: int) -> Float[Tensor, "S P"]:
    """The coefficients of a polygonal chain through P ≥ 2 pivots at S values of t in [0, 1].

    c_i(t) = max(0, 1 − |(P − 1) t − i|): each segment takes an equal share of t.
    Source: Garipov et al. (2018), equation 3.
    """
    return (1 - ((pivots - 1) * t[:, None] - torch.arange(pivots)).abs()).clamp(min=0)


CURVES: dict[Kind, Callable] = {"bezier": bezier, "polychain": polychain}


def segment(a: Float[Tensor, " D"], b: Float[Tensor, " D"], pivots: int) -> Float[Tensor, "P D"]:
    """P ≥ 2 points evenly from a to b, the ends as they are."""
    t = torch.linspace(0, 1, pivots)[:, None]
    return torch.cat([a[None], ((1 - t) * a + t * b)[1:-1], b[None]])


def arc_length(points: Float[Tensor, "M D"] | Iterable[Tensor]) -> Float[Tensor, " M"]:
    """How far along the polyline through M points each of them lies, from 0 at the first: a length in weight space.

    They may come one after the other, each (D,): then memory does not grow with M.
    """
    steps = torch.stack([(b - a).double().norm() for a, b in pairwise(points)])
    return torch.cat([steps.new_zeros(1), steps.cumsum(0)]).float()
