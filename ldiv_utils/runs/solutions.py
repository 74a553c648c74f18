"""The published networks: real optima to explore, and for later chapters to start from."""

from torch import Tensor

from ..points.subspaces import late
from ..specs import Spec
from ..store.memo import stored
from .training import trajectory

HALF_ABOVE = 100_000


@stored(version=1)
def solution(spec: Spec) -> dict[str, Tensor]:
    """The end of one run: `point`, (D,), in half precision where D exceeds 100,000 (use `.float()`)."""
    return {"point": _small(trajectory(spec)["points"][-1])}


@stored(version=1)
def late_checkpoints(spec: Spec, count: int = 10) -> dict[str, Tensor]:
    """The last `count` checkpoints of one run (at most T): `points`, (count, D); the last one is the solution."""
    return {"points": _small(late(trajectory(spec)["points"], count))}


def _small(points: Tensor) -> Tensor:
    return points.half() if points.shape[-1] > HALF_ABOVE else points.clone()
