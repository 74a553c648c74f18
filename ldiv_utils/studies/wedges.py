"""What the landscape of wedges predicts, by experiment: cuts, straight lines, tunnels.

Source: Fort and Jastrzebski (2019), section 3; how a tunnel's points are to begin is this book's question.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from ..measures.diversity import cosine_similarity
from ..points.curves import polychain
from ..points.wedges import crossing, wedge_descent, wedge_gradient, wedge_loss
from ..runs.hyperplanes import Begin, order
from ..store import memo

INNER = 10  # points of a tunnel between its ends, as in the networks' tunnels
PLACES = 8  # to a segment of a path
STARTS: dict[str, Begin] = {"from_line": "line", "from_ends": "both ends"}


@dataclass(frozen=True)
class Wedges:
    """A landscape of D `axes`, n of them `long`, and how many pairs of optima are drawn on it."""

    axes: int = 100
    long: int = 80
    repeats: int = 20
    seed: int = 0

    @property
    def short(self) -> int:
        return self.axes - self.long


def optima(toy: Wedges) -> Float[Tensor, "R D"]:
    """The nearest optimum to each of R random points, whose components are normal."""
    points = torch.randn(2 * toy.repeats, toy.axes, generator=torch.Generator().manual_seed(toy.seed))
    return points - wedge_gradient(points, toy.short)


@memo.stored()
def on_random_planes(toy: Wedges, dimensions: tuple[int, ...]) -> dict[str, Tensor]:
    """`left`, (S, R): for each of S dimensions d, the lowest loss found on a random d-plane through a random point,
    over that at the point; R planes.

    Where its short components are the smallest, the loss is a length, and its lowest place a least-squares problem: it
    is solved, and again for the components that are smallest there, until they stay.
    """
    generator, left = torch.Generator().manual_seed(toy.seed), []
    for d in dimensions:
        start = torch.randn(toy.repeats, toy.axes, generator=generator, dtype=torch.float64)
        plane = torch.randn(toy.repeats, toy.axes, d, generator=generator, dtype=torch.float64)
        point = start
        for _ in range(50):
            which = point.abs().topk(toy.short, dim=-1, largest=False).indices
            rows = plane.gather(1, which[..., None].expand(-1, -1, d))
            move = plane @ (torch.linalg.pinv(rows) @ point.gather(1, which)[..., None])
            point = point - move[..., 0]
        left.append((wedge_loss(point, toy.short) / wedge_loss(start, toy.short)).float())
    return {"left": torch.stack(left)}


@memo.stored()
def probes(toy: Wedges, count: int = 200) -> dict[str, Tensor]:
    """`slope`, (R, count): the loss at a small distance from an optimum along random directions, over the distance."""
    points = optima(toy)[: toy.repeats, None]
    directions = torch.randn(count, toy.axes, generator=torch.Generator().manual_seed(toy.seed + 1))
    small = 1e-3 * directions / directions.norm(dim=1, keepdim=True)
    return {"slope": wedge_loss(points + small, toy.short) / 1e-3}


@memo.stored()
def paths(toy: Wedges) -> dict[str, Tensor]:
    """Loss along four paths between two optima, each (R, S): the straight `line`, through the `crossing` of their
    wedges, and tunnels by hyperplanes, begun `from_line` or, each point where its neighbour ended, `from_ends`.

    `t`, (S,), is the share of the line. `cosines_from_line` and `cosines_from_ends`, (R, 10, 10): between what
    the points of a tunnel are away from the line.
    """
    a, b = optima(toy).view(2, toy.repeats, toy.axes)
    line = torch.stack([a, b], dim=1)
    t = torch.linspace(0, 1, (INNER + 1) * PLACES + 1)
    found = {"t": t, "line": along(line, t, toy.short)}
    found["crossing"] = along(torch.stack([a, crossing(a, b), b], dim=1), t, toy.short)
    for name, begin in STARTS.items():
        pivots = hyperplanes_between(a, b, toy.short, begin)
        away = pivots[:, 1:-1] - _at(line, torch.linspace(0, 1, INNER + 2)[1:-1])
        found[name] = along(pivots, t, toy.short)
        found[f"cosines_{name}"] = torch.stack([cosine_similarity(one) for one in away])
    return found


def hyperplanes_between(
    a: Float[Tensor, "R D"], b: Float[Tensor, "R D"], short: int, begin: Begin, inner: int = INNER
) -> Float[Tensor, "R P D"]:
    """The pivots of R tunnels by hyperplanes, their ends first and last, from where `Hyperplanes` lets them begin."""
    normals = (b - a) / (b - a).norm(dim=-1, keepdim=True)
    line = _at(torch.stack([a, b], dim=1), torch.linspace(0, 1, inner + 2)).unbind(1)
    pivots = list(line)
    for i, neighbour in order(inner, begin):
        start = line[i] if neighbour is None else line[i] + (pivots[neighbour] - line[neighbour])
        pivots[i] = wedge_descent(start, short, normals)
    return torch.stack(pivots, dim=1)


def along(pivots: Float[Tensor, "R P D"], t: Float[Tensor, " S"], short: int) -> Float[Tensor, "R S"]:
    """The loss at S values of t along the polygonal chains through R times P pivots."""
    return wedge_loss(_at(pivots, t), short)


def _at(pivots: Float[Tensor, "R P D"], t: Float[Tensor, " S"]) -> Float[Tensor, "R S D"]:
    return polychain(t, pivots.shape[1]) @ pivots
