"""The automated nudged elastic band: it settles on a path between two solutions, and gains pivots where it needs them.

Source: Draxler et al. (2018), section 3; their schedule and optimiser are not ours, see `Elastic`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import joblib
import torch
from jaxtyping import Float
from torch import Tensor

from ..datasets.images import load
from ..measures.metrics import log_likelihood
from ..points.bands import Band, across, filled, looks, redistributed, straight_band, tangents
from ..predict import each_prediction
from ..specs import Spec
from ..store import memo
from ..store.audit import before_training
from .descent import training_gradient
from .one_epoch import reproducibly
from .optimizers import state_of, step
from .solutions import HALF_ABOVE, ends
from .tunnels import curve_rates

LOOKED_AT = 500  # training images, to see where the band rises between its pivots

Slopes = Callable[[Float[Tensor, "I D"], int], tuple[Float[Tensor, " I"], Float[Tensor, "I D"]]]
Move = Callable[[Float[Tensor, "I D"], int], Float[Tensor, "I D"]]


@dataclass(frozen=True)
class Elastic:
    """How a band is settled: with how many gradients in all, shared evenly by its cycles, and how fast.

    A cycle of I inner pivots has gradients / (cycles · I) steps, so that a band costs the same however many pivots it
    gains. Optimiser and batches are those of the spec, and the rate falls as a curve's does; Draxler et al. use
    gradient descent with momentum. An excess above `threshold` at one of `inside` points of a gap asks for a pivot.
    """

    gradients: int = 7720
    cycles: int = 4
    pivots: int = 3
    learning_rate: float = 1.6e-3
    threshold: float = 0.2
    inside: int = 9

    def __post_init__(self):
        if min(self.pivots, self.cycles, self.inside) < 1:
            raise ValueError(f"{self} was given; allowed: pivots, cycles and points inside of 1 or more")
        if self.gradients < self.cycles * (self.pivots + 2 * (self.cycles - 1)):
            raise ValueError(f"{self} was given; allowed: gradients for one step of each pivot in each cycle")

    def steps(self, inner: int) -> int:
        """The steps of a cycle of so many inner pivots."""
        return self.gradients // self.cycles // inner


def relaxed(band: Band, ends: Float[Tensor, " 2"], slopes: Slopes, move: Move, steps: int, first: int = 0) -> Band:
    """The band after so many steps: each redistributes its pivots, then moves the inner ones across it.

    Args:
        ends: the losses of the two ends, which stay where they are.
        slopes: (inner pivots, step) → their losses, (I,), and gradients, (I, D).
        move: (gradients across the band, step) → how far an optimiser moves the pivots; only its part across counts.
        first: the number of the first step.
    """
    for s in range(first, first + steps):
        band = redistributed(band)
        inner = band.points[1:-1]
        losses, gradients = slopes(inner, s)
        along = tangents(band.points, torch.cat([ends[:1], losses, ends[1:]]))
        moved = across(move(across(gradients, along), s), along)
        band = Band(torch.cat([band.points[:1], inner + moved, band.points[-1:]]), band.shares)
    return redistributed(band)


@memo.stored(version=1)
def band(one: Spec, other: Spec, how: Elastic) -> dict[str, Tensor]:
    """The band settled between the solutions of two runs: its `pivots`, (P, D), the ends first and last.

    `inner`, (cycles,): how many inner pivots each cycle had; `gradients`, (): how many were computed in all. More than
    100,000 weights are kept in half precision.
    """
    ended = _after(one, other, how, how.cycles - 1)
    found = ended["points"]
    inner = torch.stack([_after(one, other, how, k)["inner"] for k in range(how.cycles)])
    return {
        "pivots": found.half() if found.shape[1] > HALF_ABOVE else found,
        "inner": inner,
        "gradients": ended["gradients"],
    }


@memo.stored(version=1, publish=False)
def _after(one: Spec, other: Spec, how: Elastic, cycle: int) -> dict[str, Tensor]:
    """The band at the end of a cycle, counted from 0: `points`, (P, D), and the `shares` of its gaps, (P − 1,).

    `inner`: how many inner pivots it has; `gradients`: how many were computed from the beginning. Both are numbers, ().
    Each cycle begins with a new optimiser, and with what the one before it left, so that a killed band goes on there.
    """
    spec = one
    if cycle == 0:
        now, spent = straight_band(*ends([one, other]), how.pivots), 0
    else:
        known = _after(one, other, how, cycle - 1)
        now, spent = Band(known["points"], known["shares"]), int(known["gradients"])
        now = filled(now, heights(spec, now, how.inside), how.threshold)
    before_training()
    inner, steps = len(now.points) - 2, how.steps(len(now.points) - 2)
    rates = curve_rates(how.learning_rate, how.gradients)
    outer = _losses(spec, now.points[[0, -1]])
    with reproducibly():
        slopes_from, state = _slopes(spec), state_of(spec, now.points[1:-1].flatten(), {})

        def slopes(points: Tensor, s: int) -> tuple[Tensor, Tensor]:
            return slopes_from(points, spent + s * inner)

        def move(descent: Tensor, s: int) -> Tensor:
            by = torch.zeros_like(descent).flatten()
            step(spec, by, descent.flatten(), state, float(rates[spent + s * inner]))
            return by.view_as(descent)

        settled = relaxed(now, outer, slopes, move, steps)
    done = torch.tensor(spent + steps * inner)
    return {"points": settled.points, "shares": settled.shares, "inner": torch.tensor(inner), "gradients": done}


def _slopes(spec: Spec) -> Slopes:
    """Losses and gradients of points, (I, D), each on the batch of its own step: `first`, `first` + 1, …

    Inside `joblib.parallel_config(n_jobs=…)` the points go side by side, to the same bytes: a gradient hangs on its
    point and its step alone. It pays where one gradient takes much longer than sending a point to a process and back;
    several bands are better put side by side as wholes, by `beside(band, calls)`.
    """
    alone = training_gradient(spec)

    def slopes(points: Tensor, first: int) -> tuple[Tensor, Tensor]:
        calls = [(theta, first + i) for i, theta in enumerate(points)]
        if joblib.effective_n_jobs(None) > 1 and points.is_cpu:
            each = joblib.Parallel()(joblib.delayed(_there)(spec, *call) for call in calls)
        else:
            each = [alone(*call) for call in calls]
        losses, gradients = zip(*each, strict=True)
        return torch.stack(losses), torch.stack(gradients)

    return slopes


_gradient_of = lru_cache(maxsize=1)(training_gradient)


def _there(spec: Spec, theta: Tensor, step: int) -> tuple[Tensor, Tensor]:
    """A gradient in a process of its own."""
    with reproducibly():
        return _gradient_of(spec)(theta, step)


def heights(spec: Spec, band: Band, inside: int) -> Float[Tensor, "gaps n"]:
    """The training losses, dropout off, at both pivots of each gap and at so many points evenly between them."""
    at = looks(band, inside)
    return _losses(spec, at.flatten(0, 1)).view(at.shape[:2])


def _losses(spec: Spec, points: Float[Tensor, "M D"]) -> Float[Tensor, " M"]:
    train = load(spec.dataset).train
    images, labels = train.images[:LOOKED_AT], train.labels[:LOOKED_AT]
    each = each_prediction(spec, points, images, spec.precision)
    return torch.cat([-log_likelihood(probs[None], labels) for probs in each])
