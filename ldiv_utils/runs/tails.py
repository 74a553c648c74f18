"""The tail of a run: it goes on from its solution at a constant rate, and rests after each epoch.

Source: Izmailov et al. (2018); Maddox et al. (2019), whose code collects a point an epoch at a constant rate.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from ..specs import Spec
from ..store import memo
from .descent import descend, steps_of
from .solutions import ends


@dataclass(frozen=True)
class Tail:
    """How a run goes on: for how many epochs, at which rate."""

    epochs: int = 20
    learning_rate: float = 8e-4

    def __post_init__(self):
        if self.epochs < 1:
            raise ValueError(f"a tail of {self.epochs} epochs was given; allowed: 1 or more")


@memo.stored(version=1, publish=False)
def tail(spec: Spec, how: Tail) -> dict[str, Tensor]:
    """A point after each of T further epochs of a run, `points`, (T, D); the solution that it starts from is not one.

    Batches and dropout masks go on where those of the run ended; the optimiser starts with an empty memory. `losses`,
    (T,), are the training losses, dropout on, averaged over the steps of an epoch.
    """
    steps, partial = steps_of(spec), memo.partial(tail.recipe(spec, how))
    rates = torch.full((steps,), how.learning_rate, dtype=torch.float64)
    point, remembered, points, losses = ends([spec]), None, [], []
    for epoch in range(spec.epochs, spec.epochs + how.epochs):
        each = descend(
            spec, point, torch.ones(steps, 1), rates, optimizer=remembered, first=epoch * steps, partial=partial
        )
        point, remembered = each.pivots, each.optimizer
        points.append(point[0])
        losses.append(each.losses.mean())
    return {"points": torch.stack(points), "losses": torch.stack(losses)}
