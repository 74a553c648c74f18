"""SWAG: a Gaussian from the points that a run passes on its tail, half diagonal, half of low rank.

Source: Maddox et al. (2019), "A simple baseline for Bayesian uncertainty in deep learning", and their code.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import torch
from jaxtyping import Float
from torch import Tensor

from ..specs import known
from .subspaces import OWN_STREAM

Part = Literal["mean", "diagonal", "low_rank", "swag", "swag_diagonal"]
PARTS: tuple[Part, ...] = get_args(Part)


@dataclass(frozen=True, eq=False)
class Swag:
    """Mean and standard deviation of the points, weight by weight, and how the last K lay off the running mean."""

    mean: Float[Tensor, " D"]
    deviation: Float[Tensor, " D"]
    columns: Float[Tensor, "K D"]


def swag(points: Float[Tensor, "T D"], rank: int = 20) -> Swag:
    """The Gaussian of T points, in the order in which a run passes them, with K = `rank` columns.

    Column t is θ_t − m_t, with m_t the mean of the first t points, θ_t among them: the first is zero, and the columns
    are smaller than deviations from the final mean. The standard deviation divides by T. All sums are in double
    precision: in single precision the mean square less the squared mean drowns where weights vary little.

    Raises ValueError unless 2 ≤ rank ≤ T: K − 1 divides, so missing columns would make the Gaussian too narrow.
    """
    if not 2 <= rank <= len(points):
        raise ValueError(f"rank {rank} was given; allowed with {len(points)} points: 2 to {len(points)}")
    exact = points.double()
    running = exact.cumsum(0) / torch.arange(1, len(points) + 1)[:, None]
    columns = (exact - running)[-rank:]
    return Swag(running[-1].float(), exact.std(0, correction=0).float(), columns.float())


def swag_samples(gaussian: Swag, part: Part, count: int, seed: int) -> Float[Tensor, "S D"]:
    """S points m + √½ (σ z₁ + Δ z₂ / √(K − 1)) of the Gaussian `swag`, or of a part of it.

    `diagonal` and `low_rank` leave the other half out, with the same z₁ and z₂; `mean` leaves out both, and is the one
    point m, whatever the count. `swag_diagonal` is m + σ z₁. One z₂ serves all layers, so that their weights vary
    together. Raises ValueError for another part.
    """
    known("part", part, Part)
    if part == "mean":
        return gaussian.mean[None]
    generator, rank = torch.Generator().manual_seed(OWN_STREAM + seed), len(gaussian.columns)
    z2 = torch.randn(count, rank, generator=generator)
    z1 = torch.randn(count, len(gaussian.mean), generator=generator)
    diagonal, low_rank = gaussian.deviation * z1, z2 @ gaussian.columns / (rank - 1) ** 0.5
    match part:
        case "diagonal":
            return gaussian.mean + 0.5**0.5 * diagonal
        case "low_rank":
            return gaussian.mean + 0.5**0.5 * low_rank
        case "swag_diagonal":
            return gaussian.mean + diagonal
    return gaussian.mean + 0.5**0.5 * (diagonal + low_rank)
