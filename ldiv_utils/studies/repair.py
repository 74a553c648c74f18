"""Networks between two others fade: how much, and how they are made as loud again.

Source: Jordan et al. (2023).
"""

from collections.abc import Iterator, Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ..networks.point import from_point
from ..points.alignment import NORMS
from ..specs import Spec
from .hearing import by_unit, listener, made

Moments = dict[str, Sequence[Float[Tensor, "_"]]]  # of each group: mean and standard deviation


def moments(spec: Spec, point: Float[Tensor, " D"], images: Tensor) -> Moments:
    """Mean and deviation over images, (N, c, h, w), and places of what each unit says before pooling and ReLU."""
    found: Moments = {}

    def hear(name: str, said: Tensor) -> None:
        found[name] = _mean_and_deviation(said)

    made(listener(spec, point), point, images, spec, hear)
    return found


def variance_ratio(spec: Spec, a: Tensor, b: Tensor, t: float, images: Tensor) -> Float[Tensor, " groups"]:
    """Variance of a group's units in (1 − t) a + t b,, over what it would be were they as loud as in a and b.

    a and b are points, (D,); the variance is that over images, (N, c, h, w), and places.
    """
    ends, mixed = [moments(spec, p, images) for p in (a, b)], moments(spec, (1 - t) * a + t * b, images)
    goals = {g: (1 - t) * ends[0][g][1] + t * ends[1][g][1] for g in mixed}
    return torch.stack([mixed[g][1].square().sum() / goals[g].square().sum() for g in mixed])


def repaired(
    spec: Spec, a: Float[Tensor, " D"], b: Float[Tensor, " D"], ts: Sequence[float], images: Tensor
) -> Iterator[Float[Tensor, " D"]]:
    """For each t, (1 − t) a + t b with each hidden unit made as loud as in a and b: its mean and standard deviation
    over `images`, (N, c, h, w), become (1 − t) of those in a plus t of those in b, the first layer first.

    The change, a factor and a shift, goes into the unit's own weights and bias. Raises ValueError for a network
    with normalisation.
    """
    net = listener(spec, a)
    if any(isinstance(module, NORMS) for module in net.modules()):
        raise ValueError(f"{spec.architecture} normalises its units; allowed: a chain without normalisation")
    ends = [moments(spec, point, images) for point in (a, b)]
    for t in ts:
        goals = {
            g: [(1 - t) * one + t * other for one, other in zip(ends[0][g], ends[1][g], strict=True)] for g in ends[0]
        }
        yield _as_loud(net, (1 - t) * a + t * b, goals, images, spec)


def _as_loud(net: nn.Module, theta: Tensor, goals: Moments, images: Tensor, spec: Spec) -> Float[Tensor, " D"]:
    """The point with each hidden unit's mean and standard deviation brought to their goals."""
    changes = {}

    def hear(name: str, said: Tensor) -> Tensor:
        mean, deviation = _mean_and_deviation(said)
        factor = torch.where(deviation > 0, goals[name][1] / deviation, 1.0)
        changes[name] = factor, goals[name][0] - factor * mean
        shape = 1, -1, *[1] * (said.dim() - 2)
        return said * changes[name][0].view(shape) + changes[name][1].view(shape)

    made(net, theta, images, spec, hear)
    found = theta.clone()
    tensors = from_point(net, found)
    for name, (factor, shift) in changes.items():
        weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
        weight *= factor.view(-1, *[1] * (weight.dim() - 1))
        bias.mul_(factor).add_(shift)
    return found


def _mean_and_deviation(said: Float[Tensor, "N n *places"]) -> tuple[Float[Tensor, " n"], Float[Tensor, " n"]]:
    deviation, mean = torch.std_mean(by_unit(said, said.shape[1]), dim=0, correction=0)
    return mean, deviation
