"""What whole trajectories predict."""

from collections.abc import Sequence

import torch
from torch import Tensor

from ..datasets.images import load
from ..predict import predict
from ..specs import Spec
from ..store.memo import stored
from .many import train


@stored()
def predictions_along(specs: Sequence[Spec]) -> dict[str, Tensor]:
    """`probs`, (R, T + 1, N, C) in half precision: all checkpoints of R runs of equal length on the held-out images."""
    images = load(specs[0].dataset).validation.images
    probs = [predict(spec, run["points"], images) for spec, run in zip(specs, train(specs), strict=True)]
    return {"probs": torch.stack(probs).half()}
