"""Cuts through the loss along straight lines between solutions, and how wide a Gaussian around one of them is there.

Source: Fort et al. (2020), figure 1, a cartoon.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from ..datasets.images import load
from ..measures.metrics import log_likelihood
from ..predict import predict
from ..runs.solutions import ends, late_points
from ..specs import Spec
from ..store.memo import stored


def negative_losses(spec: Spec, points: Float[Tensor, "M D"]) -> Float[Tensor, "2 M"]:
    """Mean log-likelihood of M points on 1,000 training images and on the held-out ones."""
    dataset, both = load(spec.dataset), []
    for split in (dataset.train, dataset.validation):
        probs = predict(spec, points, split.images[:1000])
        both.append(log_likelihood(probs, split.labels[:1000]))
    return torch.stack(both)


@stored()
def along_lines(specs: Sequence[Spec], steps: int = 32) -> dict[str, Tensor]:
    """`values`, (2, M), of `negative_losses` along the lines from solution 1 to 2 to 3 and a quarter of a line beyond
    both ends; `distance`, (M,), from solution 1.
    """
    corners = ends(specs[:3])
    lengths = (corners[1:] - corners[:-1]).norm(dim=1)
    x = torch.arange(-steps // 4, 2 * steps + steps // 4 + 1) / steps
    leg = (x >= 1).long()
    t = x - leg
    points = corners[leg] + t[:, None] * (corners[leg + 1] - corners[leg])
    distance = leg * lengths[0] + t * lengths[leg]
    return {"distance": distance, "values": negative_losses(specs[0], points)}


@stored()
def towards(specs: Sequence[Spec], steps: int = 40) -> dict[str, Tensor]:
    """`values`, (2, M), from solution 1 to 2 at distances on a logarithmic scale; and of the diagonal Gaussian of run 1
    the standard deviation `projected` on that line, and the `radius` |σ|, a typical sample's distance from its mean.
    """
    checkpoints, (one, two) = late_points(specs[:1])[0], ends(specs[:2])
    line, sigma = two - one, checkpoints.std(0, correction=0)
    length = line.norm()
    distance = torch.logspace(-5, 0, steps + 1) * length
    points = one + distance[:, None] * line / length
    return {
        "distance": distance,
        "values": negative_losses(specs[0], points),
        "projected": (sigma * line / length).norm(),
        "radius": sigma.norm(),
    }
