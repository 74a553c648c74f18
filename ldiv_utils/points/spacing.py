"""Points at even distances along a curve: where a curve hurries, equal steps of t are unequal steps of the weights."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor


def evenly(
    at: Callable[[Float[Tensor, " S"]], Float[Tensor, "S P"]], pivots: Float[Tensor, "P D"], count: int, fine: int = 240
) -> Float[Tensor, " count"]:
    """The values of t of `count` points, the ends among them, with equal lengths of the curve between neighbours.

    Args:
        at: the coefficients of the pivots at values of t, as `Curve.at`.
        fine: into so many chords the curve is cut to be measured.

    Raises ValueError for less than two points.
    """
    if count < 2:
        raise ValueError(f"{count} points were asked for; allowed: 2 or more, the ends among them")
    t = torch.linspace(0, 1, fine + 1)
    # The chords' lengths from the pivots' inner products: no fine + 1 points of D weights are held.
    steps = (at(t[1:]) - at(t[:-1])).double()
    moved = (pivots - pivots[0]).double()
    gram = torch.stack([torch.stack([a @ b for a in moved]) for b in moved])
    length = torch.cat([gram.new_zeros(1), ((steps @ gram) * steps).sum(1).clamp(min=0).sqrt().cumsum(0)])
    wanted = torch.linspace(0, 1, count, dtype=torch.float64) * length[-1]
    k = torch.searchsorted(length, wanted).clamp(1, fine)
    part = (wanted - length[k - 1]) / (length[k] - length[k - 1])
    return ((k - 1 + part) / fine).float().clamp(0, 1)
