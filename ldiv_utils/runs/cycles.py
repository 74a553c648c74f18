"""Runs whose learning rate falls and rises again, with a snapshot after the smallest rate of each cycle.

One schedule for three methods: cosine with a restart is that of snapshot ensembles, a triangle that of fast geometric
ensembling, and a single cycle with a restart the plain cosine schedule.
Sources: Huang et al. (2017), equation 2; Garipov et al. (2018), section 4; Fort and Jastrzebski (2019), section 4.5.
"""

from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor

from ..datasets.images import facts
from ..networks.architectures import network
from ..networks.point import initial_point
from ..specs import Spec, known
from ..store import memo
from .descent import descend, steps_of

Shape = Literal["restart", "triangle"]


@dataclass(frozen=True)
class Cycle:
    """One cycle of the learning rate: its epochs, its highest and its lowest rate, and how it moves between them.

    `restart`: down along half a cosine, then back at once. `triangle`: down in a line for half of the cycle, and up.
    """

    epochs: int
    highest: float
    lowest: float = 0.0
    shape: Shape = "restart"

    def __post_init__(self):
        known("shape", self.shape, Shape)
        if self.epochs < 1 or not 0 <= self.lowest < self.highest < float("inf"):
            given = f"{self.epochs} epochs from {self.highest} to {self.lowest} were given"
            raise ValueError(f"{given}; allowed: 1 or more, from a finite rate down to a lower one of 0 or more")


def cyclic_rates(cycle: Cycle, steps: int) -> Float[Tensor, " steps"]:
    """The learning rate at each of the L steps of one cycle, in double precision; the next cycle begins with the first.

    At step s, `restart`: η₀ + (η₁ − η₀) (1 + cos(π s / L)) / 2; `triangle`: η₀ + (η₁ − η₀) |1 − 2 s / L|.
    """
    share = torch.arange(steps, dtype=torch.float64) / steps
    height = (1 + (torch.pi * share).cos()) / 2 if cycle.shape == "restart" else (1 - 2 * share).abs()
    return cycle.lowest + (cycle.highest - cycle.lowest) * height


def taken_after(rates: Float[Tensor, " steps"], number: int) -> int:
    """After how many steps of its run snapshot `number`, from 0, is taken: those up to the smallest rate of its cycle,
    which they include."""
    return number * len(rates) + int(rates.argmin()) + 1


def between(rates: Float[Tensor, " steps"], number: int) -> tuple[int, Float[Tensor, " part"]]:
    """The steps from one snapshot to snapshot `number`: the number of the first, and the rate of each."""
    first = taken_after(rates, number - 1) if number else 0
    return first, rates[torch.arange(first, taken_after(rates, number)) % len(rates)]


def initial(spec: Spec) -> Float[Tensor, " D"]:
    """The weights with which every run of `spec` begins."""
    data = facts(spec.dataset)
    return initial_point(network(spec.architecture, data.shape, data.classes), spec.init_seed)


@memo.stored(version=1, publish=False)
def standing(spec: Spec, cycle: Cycle, number: int) -> dict:
    """Where a cyclic run stands at its snapshot `number`, from 0: its `point`, (D,), and what its `optimizer` has in
    memory, which a restart of the rate leaves as it is. `spec` says neither for how long nor how fast."""
    first, rates = between(cyclic_rates(cycle, cycle.epochs * steps_of(spec)), number)
    start = standing(spec, cycle, number - 1) if number else {"point": initial(spec)}
    mixture, memory = torch.ones(len(rates), 1), start.get("optimizer")
    ended = descend(spec, start["point"][None], mixture, rates, optimizer=memory, first=first)
    return {"point": ended.pivots[0]} | ({"optimizer": ended.optimizer} if ended.optimizer else {})


@memo.stored(version=1)
def snapshots(spec: Spec, cycle: Cycle, count: int) -> dict[str, Tensor]:
    """The first M snapshots of a cyclic run: `points`, (M, D), in half precision."""
    return {"points": torch.stack([standing(spec, cycle, number)["point"] for number in range(count)]).half()}
