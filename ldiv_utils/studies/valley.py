"""A landscape of two variables whose lowest pass is known: there a band can be watched while it settles."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from ..points.bands import Band, filled, looks, straight_band
from ..runs import relaxed

MINIMA = ((-1.0, 0.0), (1.0, 0.0))  # of height 0
PASS = (0.0, 1.5)  # of height 1


def valley(points: Float[Tensor, "*M 2"]) -> Float[Tensor, "*M"]:
    """(x² − 1)² + 12 (y − v)², v = 3/2 (1 − x²)(1 + x/2): a valley whose floor, y = v, bends from minimum to minimum.

    On the floor only the first term is left: 0 at the minima, x = ±1, and 1 between them at the pass, x = 0. Every way
    from one minimum to the other crosses x = 0, where the height is 1 + 12 (y − 3/2)²: none gets by below 1.
    """
    x, y = points.unbind(-1)
    return (x.square() - 1).square() + 12 * (y - floor(x)).square()


def floor(x: Float[Tensor, "*M"]) -> Float[Tensor, "*M"]:
    """Where the valley's floor lies, y = v(x)."""
    return 1.5 * (1 - x.square()) * (1 + x / 2)


def slope(points: Float[Tensor, "M 2"]) -> Float[Tensor, "M 2"]:
    """The gradient of `valley`."""
    x, y = points.unbind(-1)
    above = 24 * (y - floor(x))
    rise = 1.5 * (-2 * x * (1 + x / 2) + (1 - x.square()) / 2)
    return torch.stack([4 * x * (x.square() - 1) - above * rise, above], dim=-1)


@dataclass(frozen=True, eq=False)
class Frame:
    """A band at one moment: in which cycle, counted from 1, after how many of its steps."""

    band: Band
    cycle: int
    step: int

    def heights(self, inside: int) -> Float[Tensor, "gaps n"]:
        """At both pivots of each gap and at so many points evenly between them."""
        return valley(looks(self.band, inside))


def settling(
    cycles: int = 3, steps: int = 120, every: int = 10, rate: float = 0.002, threshold: float = 0.1, inside: int = 9
) -> list[Frame]:
    """AutoNEB between the two minima as frames: the beginning of each cycle, then its band after every so many steps.

    Plain gradient descent at one rate, from three inner pivots on the straight line.
    """

    def slopes(points: Tensor, step: int) -> tuple[Tensor, Tensor]:
        return valley(points), slope(points)

    ends = torch.tensor(MINIMA)
    band, frames = straight_band(*ends, 3), []
    for cycle in range(1, cycles + 1):
        frames.append(Frame(band, cycle, 0))
        for done in range(every, steps + 1, every):
            band = relaxed(band, valley(ends), slopes, lambda across, step: -rate * across, every)
            frames.append(Frame(band, cycle, done))
        band = filled(band, valley(looks(band, inside)), threshold)
    return frames
