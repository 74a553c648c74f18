"""Gradient descent with momentum and noise: at temperature 0 it trains, at temperature 1 it samples the posterior.

With L the mean loss over N images, the points are drawn from a density proportional to exp(−N L / T), for small rates.
Sources: Chen et al. (2014), equation 15; Zhang et al. (2020), algorithm 1.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from ..datasets.images import facts
from ..networks.point import device
from ..specs import Spec
from ..store import memo
from ..store.audit import before_training
from .cycles import Cycle, cyclic_rates, initial
from .descent import steps_of, training_gradient
from .one_epoch import reproducibly

FRICTION = 0.1  # momentum 0.9
OWN_STREAM = 700_000_000  # of the noise, beyond those of batches and of dropout masks


def move(
    theta: Float[Tensor, "*M D"],
    velocity: Float[Tensor, "*M D"],
    gradient: Float[Tensor, "*M D"],
    rate: float,
    heat: float,
    noise: Float[Tensor, "*M D"],
) -> tuple[Float[Tensor, "*M D"], Float[Tensor, "*M D"]]:
    """A step of descent with momentum and noise: the new point, and the new velocity.

    v ← (1 − γ) v − η ∇L + √(2 γ η T / N) z, then θ ← θ + v, with friction γ = 0.1 and standard normal `noise` z.

    Args:
        heat: T / N, the temperature over the number of images: 0 for plain descent with momentum.
    """
    velocity = (1 - FRICTION) * velocity - rate * gradient + (2 * FRICTION * rate * heat) ** 0.5 * noise
    return theta + velocity, velocity


def walk(
    gradient: Callable[[Float[Tensor, "M D"]], Float[Tensor, "M D"]],
    start: Float[Tensor, "M D"],
    rates: Float[Tensor, " steps"],
    heat: float,
    seed: int,
) -> Float[Tensor, "steps M D"]:
    """M chains from `start`, each step of `move` kept: what samples any density whose gradient is known."""
    theta, velocity, path = start, torch.zeros_like(start), []
    draw = torch.Generator().manual_seed(seed)
    for rate in rates.tolist():
        noise = torch.randn(start.shape, generator=draw, dtype=start.dtype)
        theta, velocity = move(theta, velocity, gradient(theta), rate, heat, noise)
        path.append(theta)
    return torch.stack(path)


@dataclass(frozen=True)
class Chain:
    """How a cyclic run samples: its cycle, the temperature, and in how many of the last epochs of a cycle it is noisy.

    In the others the temperature is 0: the run looks for a new place before it samples there.
    """

    cycle: Cycle
    temperature: float
    noisy: int = 1

    def __post_init__(self):
        allowed = self.cycle.shape == "restart" and 0 <= self.noisy <= self.cycle.epochs
        if not allowed or not 0 <= self.temperature < float("inf"):
            given = f"{self.cycle} at temperature {self.temperature}, {self.noisy} epochs noisy, was given"
            raise ValueError(f"{given}; allowed: a restart, 0 or more, at most the epochs of a cycle")


@memo.stored(version=1, publish=False)
def sampled(spec: Spec, chain: Chain, number: int) -> dict[str, Tensor]:
    """Where a chain stands at the end of its cycle `number`, from 0: `point` and `velocity`, (D,), which goes on.

    `spec` says network, images, batches, dropout and weight decay; the noise of a step hangs on (batch_seed, step).
    """
    before_training()
    every, images = steps_of(spec), facts(spec.dataset).train
    rates = cyclic_rates(chain.cycle, chain.cycle.epochs * every).tolist()
    begin = {"point": initial(spec)}
    start = sampled(spec, chain, number - 1) if number else begin | {"velocity": torch.zeros_like(begin["point"])}
    theta, velocity = start["point"].to(device()), start["velocity"].to(device())
    noise = torch.zeros_like(theta)
    with reproducibly():
        gradient = training_gradient(spec)
        for s, rate in enumerate(rates):
            step, heat = number * len(rates) + s, 0.0
            if s >= len(rates) - chain.noisy * every and chain.temperature:
                draw = torch.Generator().manual_seed(spec.batch_seed * 1_000_003 + OWN_STREAM + step)
                noise, heat = torch.randn(theta.shape, generator=draw).to(theta.device), chain.temperature / images
            loss, at_theta = gradient(theta, step)
            theta, velocity = move(theta, velocity, at_theta, rate, heat, noise)
            if not loss.isfinite():
                raise ValueError(f"the loss of {spec} is no longer finite at step {step + 1}; lower the highest rate")
    return {"point": theta.cpu(), "velocity": velocity.cpu()}


@memo.stored(version=1)
def samples(spec: Spec, chain: Chain, count: int) -> dict[str, Tensor]:
    """The ends of the first K cycles of a chain: `points`, (K, D), in half precision."""
    return {"points": torch.stack([sampled(spec, chain, number)["point"] for number in range(count)]).half()}
