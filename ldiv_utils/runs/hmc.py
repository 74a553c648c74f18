"""Hamiltonian Monte Carlo: chains of draws from a density, many chains side by side.

Source: Duane et al. (1987); Neal (2011), "MCMC using Hamiltonian dynamics", section 3.2 (leapfrog) and figure 2.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from ..store.audit import before_training

LogDensity = Callable[[Float[Tensor, "M D"]], Float[Tensor, " M"]]
JITTER = 0.2  # each way's step is within this share of `step`, so that no chain goes round in a circle


@dataclass(frozen=True, eq=False)
class State:
    """Where M chains stand: their places, the log-densities there, and the gradients of these."""

    places: Float[Tensor, "M D"]
    heights: Float[Tensor, " M"]
    slopes: Float[Tensor, "M D"]


@dataclass(frozen=True, eq=False)
class Chains:
    """S draws of each of M chains, and the share of the proposals that each accepted."""

    draws: Float[Tensor, "S M D"]
    accepted: Float[Tensor, " M"]


def at(log_density: LogDensity, places: Float[Tensor, "M D"]) -> State:
    """The chains at these places."""
    places = places.detach().requires_grad_()
    heights = log_density(places)
    return State(places.detach(), heights.detach(), torch.autograd.grad(heights.sum(), places)[0])


def leapfrog(
    log_density: LogDensity, state: State, momenta: Float[Tensor, "M D"], step: float | Tensor, leaps: int
) -> tuple[State, Float[Tensor, "M D"]]:
    """The state and the momenta after so many leaps: half a push, a move, half a push. Back with −momenta."""
    for _ in range(leaps):
        momenta = momenta + step / 2 * state.slopes
        state = at(log_density, state.places + step * momenta)
        momenta = momenta + step / 2 * state.slopes
    return state, momenta


def energy(state: State, momenta: Float[Tensor, "M D"]) -> Float[Tensor, " M"]:
    """What exact motion keeps: −log density + |p|² / 2."""
    return momenta.square().sum(1) / 2 - state.heights


def hmc(
    log_density: LogDensity,
    starts: Float[Tensor, "M D"],
    step: float,
    leaps: int,
    draws: int,
    generator: torch.Generator,
) -> Chains:
    """S = `draws` states of each of M chains from `starts`, one after each way of `leaps` leaps.

    Each way begins with momenta from N(0, 1), and its end is accepted with probability min(1, exp(−ΔH)); else the
    chain stays, and its place counts again.
    """
    before_training()
    state, kept, accepted = at(log_density, starts), [], torch.zeros(len(starts))
    for _ in range(draws):
        momenta = torch.randn(starts.shape, generator=generator, dtype=starts.dtype)
        steps = step * (1 + JITTER * (2 * torch.rand(len(starts), 1, generator=generator) - 1))
        end, ended = leapfrog(log_density, state, momenta, steps.to(starts.dtype), leaps)
        chance = (energy(state, momenta) - energy(end, ended)).exp()
        taken = torch.rand(len(starts), generator=generator) < chance  # an infinite energy or a NaN is never taken
        state = State(
            torch.where(taken[:, None], end.places, state.places),
            torch.where(taken, end.heights, state.heights),
            torch.where(taken[:, None], end.slopes, state.slopes),
        )
        accepted += taken
        kept.append(state.places)
    return Chains(torch.stack(kept), accepted / draws)
