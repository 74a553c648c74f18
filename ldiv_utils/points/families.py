"""The families of samples around one run, each drawn by the same call."""

from typing import Literal, get_args

import torch
from jaxtyping import Float
from torch import Tensor

from ..specs import known
from .subspaces import diagonal_samples, dropout_samples, low_rank_samples, random_samples

Family = Literal["random", "dropout", "diagonal", "low_rank", "low_rank_unit"]
FAMILIES: tuple[Family, ...] = get_args(Family)  # in the order of every table and figure


def draw(
    family: Family, checkpoints: Float[Tensor, "K D"], scales: Float[Tensor, " S"], seed: int, rank: int = 5
) -> Float[Tensor, "S D"]:
    """S points of a family around one run, from its K late checkpoints, of which the last is the solution.

    - `random`: a scale is the distance from the solution;
    - `dropout`: a scale is the share of the solution's weights that are set to zero;
    - `diagonal`, `low_rank`, `low_rank_unit`: Gaussians around the checkpoints' mean, a scale times the spread; the
      last two of that rank, with the spread that the checkpoints have along each component, or with one.

    Raises ValueError for another family, and what the family's own function refuses.
    Source: Fort et al. (2020), section 4; the last, their released notebook.
    """
    known("family", family, Family)
    match family:
        case "random":
            return random_samples(checkpoints[-1], scales, seed)
        case "dropout":
            return dropout_samples(checkpoints[-1], scales, seed)
        case "diagonal":
            return diagonal_samples(checkpoints, scales, seed)
    return low_rank_samples(checkpoints, rank, scales, seed, "own" if family == "low_rank" else "unit")


def even_scales(furthest: float | Float[Tensor, ""], count: int) -> Float[Tensor, " S"]:
    """`count` scales evenly up to the furthest, each in the middle of its share: (k − ½)/S of it for k = 1 … S."""
    return furthest * (torch.arange(count) + 0.5) / count
