"""Elastic bands: pivots between two fixed ends that feel a slope across the band only, and keep their distances.

Nothing here knows of networks. Sources: Henkelman & Jónsson (2000) for the tangent; Draxler et al. (2018), section 3,
for redistribution and insertion.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import normalize

from .curves import segment


@dataclass(frozen=True, eq=False)
class Band:
    """P pivots, the ends first and last, and how long each of the P − 1 gaps is to be, beside the others."""

    points: Float[Tensor, "P D"]
    shares: Float[Tensor, " gaps"]


def straight_band(a: Float[Tensor, " D"], b: Float[Tensor, " D"], pivots: int) -> Band:
    """So many inner pivots, at least one, evenly from a to b."""
    return Band(segment(a, b, pivots + 2), a.new_ones(pivots + 1))


def tangents(points: Float[Tensor, "P D"], losses: Float[Tensor, " P"]) -> Float[Tensor, "I D"]:
    """The direction of the band at each of its I = P − 2 inner pivots, of length one; 0 where it folds back on itself.

    On a slope, that of the segment to the neighbour of higher loss. On a top or in a dip both segments count, the one
    to the higher neighbour by the larger of the two differences in loss, the other by the smaller.
    Source: Henkelman & Jónsson (2000), equations 8 to 11, for segments of length one.
    """
    segments, rises = normalize(points.diff(dim=0), dim=1), losses.diff()
    before, after = rises[:-1], rises[1:]
    small, large = torch.stack([before.abs(), after.abs()]).sort(dim=0).values
    flat = large == 0
    small, large = small + flat, large + flat
    up = losses[2:] > losses[:-2]
    slope = before * after > 0
    ahead = torch.where(slope, up.to(losses), torch.where(up, large, small))
    behind = torch.where(slope, 1 - up.to(losses), torch.where(up, small, large))
    return normalize(behind[:, None] * segments[:-1] + ahead[:, None] * segments[1:], dim=1)


def across(vectors: Float[Tensor, "I D"], along: Float[Tensor, "I D"]) -> Float[Tensor, "I D"]:
    """What is left of each vector without its part along its own unit vector."""
    return vectors - (vectors * along).sum(1, keepdim=True) * along


def redistributed(band: Band) -> Band:
    """The band with its inner pivots moved along the polyline through them, until the gaps have their shares of it."""
    points, lengths = band.points, band.points.diff(dim=0).norm(dim=1).double()
    reached = torch.cat([lengths.new_zeros(1), lengths.cumsum(0)])
    wanted = (band.shares.double().cumsum(0) / band.shares.double().sum())[:-1] * reached[-1]
    gap = (torch.searchsorted(reached, wanted, right=True) - 1).clamp(0, len(lengths) - 1)
    t = ((wanted - reached[gap]) / lengths[gap].clamp(min=1e-30)).to(points)[:, None]
    return Band(torch.cat([points[:1], (1 - t) * points[gap] + t * points[gap + 1], points[-1:]]), band.shares)


def looks(band: Band, inside: int) -> Float[Tensor, "gaps n D"]:
    """For each gap its two pivots, first and last, and so many points evenly between them."""
    t = torch.linspace(0, 1, inside + 2).to(band.points)[:, None]
    a, b = band.points[:-1, None], band.points[1:, None]
    return torch.cat([a, ((1 - t) * a + t * b)[:, 1:-1], b], dim=1)


def excess(heights: Float[Tensor, "gaps n"]) -> Float[Tensor, "gaps n"]:
    """How far the loss rises above the straight line between the pivots of its gap, over the range of all pivots.

    `heights` are the losses at the points of `looks`. Where all pivots have one loss, any rise is infinite.
    """
    t = torch.linspace(0, 1, heights.shape[1]).to(heights)
    above = heights - (1 - t) * heights[:, :1] - t * heights[:, -1:]
    above[:, [0, -1]] = 0
    pivots = torch.cat([heights[:, 0], heights[-1:, -1]])
    return torch.where(above == 0, above, above / (pivots.max() - pivots.min()))


def filled(band: Band, heights: Float[Tensor, "gaps n"], threshold: float = 0.2, most: int = 2) -> Band:
    """The band with a pivot more in each of the `most` gaps whose excess is highest, if that is above the threshold.

    It is put where the excess is highest, and parts the share of its gap. Source: Draxler et al. (2018), section 3.
    """
    worst, place = excess(heights).max(dim=1)
    chosen = [gap for gap in worst.argsort(descending=True).tolist()[:most] if worst[gap] > threshold]
    points, shares, n = list(band.points), band.shares.tolist(), heights.shape[1] - 1
    for gap in sorted(chosen, reverse=True):  # from the end, so that the gaps before keep their numbers
        t = place[gap].item() / n
        points.insert(gap + 1, (1 - t) * points[gap] + t * points[gap + 1])
        shares[gap : gap + 1] = [t * shares[gap], (1 - t) * shares[gap]]
    return Band(torch.stack(points), band.shares.new_tensor(shares))
