"""Curves of low loss between two solutions, trained as Garipov et al. (2018) train them.

Source: Garipov et al. (2018), sections 3 and A.1; the schedule is that of their code.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from ..points.curves import CURVES, Kind, segment
from ..specs import Spec, known
from ..store import memo
from .descent import descend, steps_of
from .solutions import HALF_ABOVE, ends


@dataclass(frozen=True)
class Curve:
    """How a curve between two solutions is trained: its kind, its bends, for how many epochs, and how fast."""

    kind: Kind = "bezier"
    bends: int = 1
    epochs: int = 20
    learning_rate: float = 1.6e-3
    seed: int = 0

    def __post_init__(self):
        known("kind", self.kind, Kind)
        if self.bends < 1 or self.epochs < 1:
            raise ValueError(f"{self.bends} bends and {self.epochs} epochs were given; allowed: 1 or more")

    def at(self, t: Float[Tensor, " S"]) -> Float[Tensor, "S P"]:
        """The coefficients of its pivots at S values of t in [0, 1]."""
        return CURVES[self.kind](t, self.bends + 2)


def curve_rates(rate: float, steps: int) -> Float[Tensor, " steps"]:
    """The learning rate of each step: constant for half of them, falling in a line to 1 % at 90 %, then flat.

    Source: Garipov et al. (2018), their code.
    """
    share = torch.arange(steps, dtype=torch.float64) / steps
    return rate * (1 - 0.99 * (share - 0.5) / 0.4).clamp(0.01, 1)


def curve(one: Spec, other: Spec, how: Curve) -> dict[str, Tensor]:
    """The curve trained between the solutions of two runs: its `pivots`, (bends + 2, D), the ends first and last.

    `losses`, (epochs,), are those of `bends`.
    """
    (a, b), trained = ends([one, other]), bends(one, other, how)
    pivots = torch.cat([a[None], trained["bends"].float(), b[None]])
    return {"pivots": pivots, "losses": trained["losses"]}


@memo.stored(version=1)
def bends(one: Spec, other: Spec, how: Curve) -> dict[str, Tensor]:
    """What is trained of a curve between the solutions of two runs: its `bends`, (bends, D), the ends aside.

    At each step one t is drawn, evenly from [0, 1]. `losses`, (epochs,), are the training losses, dropout on, averaged
    over the steps of an epoch. More than 100,000 weights are kept in half precision.
    """
    spec, (a, b) = one, ends([one, other])
    steps = how.epochs * steps_of(spec)
    t = torch.rand(steps, generator=torch.Generator().manual_seed(how.seed))
    pivots, mixture = segment(a, b, how.bends + 2), how.at(t)
    rates, partial = curve_rates(how.learning_rate, steps), memo.partial(bends.recipe(one, other, how))
    trained = descend(spec, pivots, mixture, rates, fixed=(0, how.bends + 1), partial=partial)
    found = trained.pivots[1:-1]
    return {
        "bends": found.half() if found.shape[1] > HALF_ABOVE else found.clone(),
        "losses": trained.losses.view(how.epochs, -1).mean(1),
    }
