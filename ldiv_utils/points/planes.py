"""Planes through weight space: a point of the plane is a network."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ..networks.point import from_point
from .subspaces import ROUNDING


@dataclass(frozen=True)
class Plane:
    """The points centre + x u + y v; u and v have length one and stand at right angles.

    All coordinates and distances are lengths in weight space.
    """

    centre: Float[Tensor, " D"]
    u: Float[Tensor, " D"]
    v: Float[Tensor, " D"]

    def at(self, places: Float[Tensor, "M 2"]) -> Float[Tensor, "M D"]:
        """The points of the plane at M places (x, y)."""
        return self.centre + places @ torch.stack([self.u, self.v])

    def coordinates(self, points: Float[Tensor, "M D"]) -> Float[Tensor, "M 2"]:
        """(x, y) of the orthogonal projection of M points on the plane.

        In double precision, point by point: float32 sums of a million products err in the fourth digit.
        """
        axes = torch.stack([self.u, self.v], dim=1).double()
        return torch.stack([(point - self.centre).double() @ axes for point in points]).float()

    def distance(self, points: Float[Tensor, "M D"]) -> Float[Tensor, " M"]:
        """How far each of M points lies from the plane: what a picture of the projection hides."""
        return (points - self.at(self.coordinates(points))).norm(dim=1)


def radial_plane(theta_1: Float[Tensor, " D"], theta_2: Float[Tensor, " D"]) -> Plane:
    """The plane through the origin and two optima; θ₁ lies on its first axis, the second points towards θ₂.

    Raises ValueError if the three lie on one line.
    Source: Fort et al. (2020), section 4; figures 5 and S1.
    """
    return plane_through(torch.zeros_like(theta_1), theta_1, theta_2)


def plane_through(a: Float[Tensor, " D"], b: Float[Tensor, " D"], c: Float[Tensor, " D"]) -> Plane:
    """The plane through three points, with a at its centre and b on its first axis (Gram–Schmidt).

    Raises ValueError if the three lie on one line, or as near to one as the rounding of their weights.
    """
    first, second = (b - a).double(), (c - a).double()
    u = first / first.norm()
    rest = second - (second @ u) * u
    # What rounding the three points to float32 moves c off the line: c and a themselves, and the line through a and b.
    lengths = [point.double().norm() for point in (a, b, c)]
    rounding = ROUNDING * (lengths[0] + lengths[2] + (lengths[0] + lengths[1]) * second.norm() / first.norm())
    if not rest.norm() > max(1e-6 * second.norm(), rounding):
        raise ValueError("the three points lie on one line; a plane needs two directions")
    return Plane(a, u.float(), (rest / rest.norm()).float())


def grid(xs: Float[Tensor, " W"], ys: Float[Tensor, " H"]) -> Float[Tensor, "HW 2"]:
    """The places (x, y) of a grid, row after row from the lowest y, x growing in every row.

    `values.view(len(ys), len(xs))` is then an image whose rows are the ys.
    """
    y, x = torch.meshgrid(ys, xs, indexing="ij")
    return torch.stack([x.flatten(), y.flatten()], dim=1)


def filter_normalised(
    net: nn.Module, direction: Float[Tensor, " D"], theta: Float[Tensor, " D"]
) -> Float[Tensor, " D"]:
    """`direction` with every filter rescaled to the length of the same filter of `theta`.

    A filter is the weights of one output: of a convolution's channel, of a dense layer's neuron. Biases
    and batch-normalisation parameters, which scale no filter, get a direction of zero.
    Source: Li et al. (2018), "Visualizing the loss landscape of neural nets".
    """
    scaled = []
    for d, weights in zip(from_point(net, direction).values(), from_point(net, theta).values(), strict=True):
        if d.dim() < 2:
            scaled.append(torch.zeros_like(d))
            continue
        lengths, wanted = (x.flatten(1).norm(dim=1).view(-1, *[1] * (d.dim() - 1)) for x in (d, weights))
        scaled.append(torch.where(lengths > 0, d / lengths, 0.0) * wanted)
    return torch.cat([s.flatten() for s in scaled])
