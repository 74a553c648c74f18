"""Simplexes in weight space: points drawn from inside, and how large one is.

Source: Benton et al. (2021), "Loss surface simplexes for mode connecting volumes and fast ensembling", and its code.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor


def inside(count: int, vertices: int, generator: torch.Generator) -> Float[Tensor, "S k"]:
    """Coefficients of S points drawn evenly from a simplex of k vertices: Dirichlet(1), as normalised exponentials."""
    drawn = torch.empty(count, vertices, dtype=torch.float64).exponential_(generator=generator)
    return (drawn / drawn.sum(1, keepdim=True)).float()


def squared_volume(vertices: Float[Tensor, "k D"]) -> Float[Tensor, ""]:
    """V², the squared volume of a simplex of k ≥ 2 vertices: of two the squared distance, of three the squared area.

    |det M| / ((k − 1)!² 2^{k−1}), M the squared distances bordered by ones (Cayley and Menger), in double precision.
    """
    k = len(vertices)
    if k < 2:
        raise ValueError(f"{k} vertices were given; allowed: 2 or more")
    points = vertices.double()
    bordered = points.new_ones(k + 1, k + 1)
    bordered[k, k] = 0
    bordered[:k, :k] = (points[:, None] - points[None]).square().sum(-1)
    return torch.linalg.det(bordered).abs() / (math.factorial(k - 1) ** 2 * 2 ** (k - 1))
