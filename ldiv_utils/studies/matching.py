"""Which units of one network are those of another, told by what they say of images.

Source: Ainsworth et al. (2023), their matching of activations.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ..points.alignment import Permutations, axes_of
from ..points.matching import assignment
from ..specs import Spec
from .hearing import listener, read

AT_ONCE = 250


def correlations(
    spec: Spec, a: Float[Tensor, " D"], b: Float[Tensor, " D"], images: Tensor
) -> dict[str, Float[Tensor, "_ _"]]:
    """Of each group, how the units of a correlate with those of b over images, (N, c, h, w), and places, in [−1, 1].

    A unit is heard where a layer reads it, after pooling and ReLU; where several layers do, the mean over them. One
    that says the same of all images correlates with none.
    """
    nets = [listener(spec, point) for point in (a, b)]
    axes, sums = axes_of(nets[0]), {}
    for batch in images.split(AT_ONCE):
        one, other = (read(net, point, batch, spec) for net, point in zip(nets, (a, b), strict=True))
        for name, left in one.items():
            x = torch.cat([left, other[name]], dim=1).double()
            added = torch.tensor(len(x)), x.sum(0), x.T @ x
            sums[name] = [s + new for s, new in zip(sums.get(name, (0, 0, 0)), added, strict=True)]
    found: dict[str, list[Tensor]] = {}
    for name, (count, first, second) in sums.items():
        covariance = second / count - torch.outer(first, first) / count**2
        deviations, n = covariance.diag().clamp(min=0).sqrt(), len(first) // 2
        scale = torch.outer(deviations[:n], deviations[n:])
        heard = torch.where(scale > 0, covariance[:n, n:] / scale, 0.0)
        found.setdefault(axes[f"{name}.weight"][1], []).append(heard)
    return {group: torch.stack(all_of).mean(0).float() for group, all_of in found.items()}


def activation_matching(
    spec: Spec, a: Float[Tensor, " D"], b: Float[Tensor, " D"], images: Tensor
) -> tuple[Permutations, Float[Tensor, " groups"]]:
    """The permutations of b that make its units correlate most with those of a, each group by itself, and the mean
    correlation of the units so paired, of each of the G groups. `images`, (N, c, h, w), should be training images."""
    heard = correlations(spec, a, b, images)
    found = {group: assignment(matrix) for group, matrix in heard.items()}
    return found, torch.stack([heard[g][torch.arange(len(p)), p].mean() for g, p in found.items()])
