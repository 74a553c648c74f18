"""Tunnels by hyperplanes: points of the straight line between two solutions, each trained at right angles to the line.

Source: Fort and Jastrzebski (2019), section 4; where each point starts from is this book's question.
"""

from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor

from ..points.curves import polychain, segment
from ..specs import Spec, known
from ..store import memo
from .descent import descend, steps_of
from .solutions import HALF_ABOVE, ends
from .tunnels import curve_rates

Begin = Literal["line", "both ends", "one end"]


@dataclass(frozen=True)
class Hyperplanes:
    """How a tunnel by hyperplanes is trained: its inner pivots, for how many epochs each, how fast, and from where.

    A pivot begins on the `line`, or where its neighbour ended, moved along the line into its own hyperplane: the
    neighbour nearer to its own end (`both ends`), or to the first solution (`one end`).
    """

    inner: int = 10
    epochs: int = 2
    learning_rate: float = 8e-4
    begin: Begin = "both ends"

    def __post_init__(self):
        known("begin", self.begin, Begin)
        if self.inner < 1 or self.epochs < 1:
            raise ValueError(f"{self.inner} inner pivots and {self.epochs} epochs were given; allowed: 1 or more")

    def at(self, t: Float[Tensor, " S"]) -> Float[Tensor, "S P"]:
        """The coefficients of its pivots at S values of t in [0, 1], the share of the straight line."""
        return polychain(t, self.inner + 2)


def order(inner: int, begin: Begin) -> list[tuple[int, int | None]]:
    """Which of the pivots 1, …, `inner` are trained one after the other, each with the pivot that it begins from.

    0 and `inner` + 1 are the solutions; None is the straight line.
    """
    pivots = range(1, inner + 1)
    if begin == "line":
        return [(i, None) for i in pivots]
    half = inner if begin == "one end" else (inner + 1) // 2
    return [(i, i - 1) for i in pivots[:half]] + [(i, i + 1) for i in reversed(pivots[half:])]


@memo.stored(version=1)
def hyperplanes(one: Spec, other: Spec, how: Hyperplanes) -> dict[str, Tensor]:
    """The `inner` pivots, (inner, D), of a tunnel between the solutions of two runs: each in the hyperplane through its
    own point of the straight line, at right angles to that.

    `losses`, (inner, epochs), are the training losses, dropout on, averaged over the steps of an epoch. More than
    100,000 weights are kept in half precision.
    """
    spec, (a, b) = one, ends([one, other])
    line, normal = segment(a, b, how.inner + 2), ((b - a) / (b - a).norm())[None]
    pivots, losses, steps = line.clone(), torch.zeros(how.inner, how.epochs), how.epochs * steps_of(spec)
    rates, partial = curve_rates(how.learning_rate, steps), memo.partial(hyperplanes.recipe(one, other, how))
    for i, start in order(how.inner, how.begin):
        begun = line[i] if start is None else line[i] + (pivots[start] - line[start])
        trained = descend(
            spec, begun[None], torch.ones(steps, 1), rates, normals=normal, first=(i - 1) * steps, partial=partial
        )
        pivots[i], losses[i - 1] = trained.pivots[0], trained.losses.view(how.epochs, -1).mean(1)
    inner = pivots[1:-1]
    return {"inner": inner.half() if inner.shape[1] > HALF_ABOVE else inner.clone(), "losses": losses}
