"""The ends of runs: real optima to explore, and for later chapters to start from."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from ..points.subspaces import late
from ..specs import Spec
from ..store import memo
from .many import train
from .training import trajectory

HALF_ABOVE = 100_000
LATE = 10


@memo.stored(version=1)
def solution(spec: Spec) -> dict[str, Tensor]:
    """The end of one run: `point`, (D,), in half precision where D exceeds 100,000 (use `.float()`)."""
    return {"point": _small(trajectory(spec)["points"][-1])}


@memo.stored(version=1)
def late_checkpoints(spec: Spec, count: int = LATE) -> dict[str, Tensor]:
    """The last `count` checkpoints of one run (at most T): `points`, (count, D); the last one is the solution."""
    return {"points": _small(late(trajectory(spec)["points"], count))}


def ends(specs: Sequence[Spec]) -> Float[Tensor, "R D"]:
    """The solutions of R runs, from where `late_points` takes its points."""
    return late_points(specs, 1)[:, 0]


def late_points(specs: Sequence[Spec], count: int = LATE) -> Float[Tensor, "R K D"]:
    """The last `count` checkpoints of each of R runs of equal length, at most T; the last ones are the solutions.

    Stored trajectories serve where there are any; else what is published, which holds more than 100,000 weights in
    half precision; else the runs are trained, side by side.
    """

    if count < 1:
        raise ValueError(f"{count} late checkpoints were asked for; allowed: 1 or more")

    def kept(spec: Spec) -> int:
        return max(min(count, spec.epochs), LATE)

    def published(spec: Spec) -> dict:
        return solution.recipe(spec) if count == 1 else late_checkpoints.recipe(spec, kept(spec))

    if lacking := [s for s in specs if not memo.exists(trajectory.recipe(s)) and not memo.exists(published(s))]:
        train(lacking)

    def points(spec: Spec) -> Tensor:
        if run := memo.find(trajectory.recipe(spec)):
            return late(run["points"], count)
        if count == 1:
            return solution(spec)["point"].float()[None]
        return late_checkpoints(spec, kept(spec))["points"][-count:].float()

    return torch.stack([points(spec) for spec in specs])


def _small(points: Tensor) -> Tensor:
    return points.half() if points.shape[-1] > HALF_ABOVE else points.clone()
