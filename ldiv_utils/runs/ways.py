"""Seven ways to predict with one run: from its solution, from the mean of its weights, or from samples around it.

The prediction of a way is the mean prediction of its points.
Source: Fort et al. (2020), section 5, figures 8 and 9; their released notebook.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from jaxtyping import Float
from torch import Tensor

from ..datasets.images import load
from ..measures.metrics import accuracy
from ..points.families import draw
from ..points.subspaces import random_samples
from ..predict import predict
from ..specs import Precision, Spec, known
from .solutions import LATE, ends, late_points

Way = Literal["original", "weight_average", "random", "random_low_rank", "diagonal", "low_rank", "low_rank_unit"]
WAYS: tuple[Way, ...] = get_args(Way)  # in the order of every table and figure
SUBSPACES = WAYS[1:-1]  # the five around one run; unit spread, which is fitted to none, stands alone
RANK = 5
TOLERANCE = 0.02
AT_ONCE = 10
TRIES = 1_000


@dataclass(frozen=True)
class Sampling:
    """How a run is sampled, and how precisely its samples predict."""

    count: int  # points of each subspace
    reach: float  # of the random ones: s is uniform between 0 and it
    precision: Precision


def train_for(specs: Sequence[Spec], way: str) -> None:
    """Train, side by side, those runs whose points for a way are not at hand."""
    late_points(specs, 1 if way == "original" else LATE)


def points_of(spec: Spec, way: Way, sampling: Sampling) -> Float[Tensor, "S D"]:
    """The points whose predictions a way of predicting with the run of `spec` averages.

    - `original`: the solution; `weight_average`: the mean of the last ten checkpoints (S = 1).
    - `diagonal`, `low_rank`, `low_rank_unit`: Gaussians from the last ten checkpoints, the low-rank
      ones of rank 5, with the components' own spread or with unit spread (the authors' notebook).
    - `random`: `good_random_samples`; `random_low_rank`: a Gaussian of rank 5 from these.

    Raises ValueError for another way.
    """
    known("way", way, Way)
    if way == "original":
        return ends([spec])
    checkpoints, seed, unscaled = late_points([spec])[0], spec.init_seed, torch.ones(sampling.count)
    match way:
        case "weight_average":
            return checkpoints.mean(0, keepdim=True)
        case "diagonal" | "low_rank" | "low_rank_unit":
            return draw(way, checkpoints, unscaled, seed, RANK)
    count, reach, precision = max(sampling.count, AT_ONCE), sampling.reach, sampling.precision
    random = good_random_samples(spec, checkpoints[-1], count, reach, precision)
    return random[: sampling.count] if way == "random" else draw("low_rank", random, unscaled, seed, RANK)


def good_random_samples(
    spec: Spec, theta: Float[Tensor, " D"], count: int, reach: float, precision: Precision
) -> Float[Tensor, "S D"]:
    """`count` points θ + s v, s uniform in [0, reach], of a held-out accuracy at most 0.02 below that of θ.

    Those that are worse are drawn again, as in the paper, whose bar is a fixed accuracy. Raises ValueError
    if hardly any of them is good.
    """
    held_out, kept = load(spec.dataset).validation, []

    def measured(points: Tensor) -> Tensor:
        return accuracy(predict(spec, points, held_out.images, precision), held_out.labels)

    floor = measured(theta[None]) - TOLERANCE - 1e-6  # a tie passes, whatever float32 makes of it
    generator = torch.Generator().manual_seed(1_000_003 + spec.init_seed)
    for attempt in range(TRIES):
        scales = reach * torch.rand(AT_ONCE, generator=generator)
        points = random_samples(theta, scales, TRIES * spec.init_seed + attempt)
        kept += points[measured(points) >= floor]
        if len(kept) >= count:
            return torch.stack(kept[:count])
    raise ValueError(f"of {TRIES * AT_ONCE} random samples up to {reach} away only {len(kept)} are good; lower reach")
