"""What is left open once the data are seen: exact on a plane, by chains, by one normal distribution, by an ensemble."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from ..measures import subsets, wasserstein
from ..networks.perceptron import entries
from ..points.planes import Plane, grid
from ..runs.fits import fitted
from ..runs.hmc import LogDensity, hmc
from ..store.memo import stored
from .regression import (
    Ensemble,
    Fit,
    Problem,
    along,
    curve,
    from_prior,
    log_density,
    plane_of,
    solutions,
)


@dataclass(frozen=True)
class Sampler:
    """How chains are drawn: how many, the step of a leap, leaps of a way, ways dropped first, and ways kept.

    Of the ways kept every so many ends are; `seed` decides the momenta and what is accepted.
    """

    chains: int = 10
    step: float = 6e-3
    leaps: int = 200
    dropped: int = 20
    kept: int = 100
    every: int = 1
    seed: int = 5


@stored(version=1)
def chains(problem: Problem, ensemble: Ensemble, how: Sampler) -> dict[str, Tensor]:
    """Draws from p(θ | data) by M chains that begin at as many of the solutions: `points`, (S, M, D).

    `accepted`, (M,), is the share of its proposals that each chain took. Where functions are looked at plays no part.
    """
    starts = solutions(problem, ensemble)["points"][: how.chains]
    return _walked(lambda thetas: log_density(problem, thetas), starts, how)


@stored(version=1)
def chains_on_plane(
    problem: Problem, ensemble: Ensemble, pair: tuple[int, int], fit: Fit, how: Sampler
) -> dict[str, Tensor]:
    """Draws from the posterior on the plane of a curve, by M chains from as many places of it: `points`, (S, M, 2).

    They are coordinates on the plane; `accepted` as in `chains`.
    """
    pivots = curve(problem, ensemble, pair, fit)["pivots"]
    plane = plane_of(pivots)
    starts = plane.coordinates(along(pivots, torch.linspace(0, 1, how.chains)))
    return _walked(lambda places: log_density(problem, plane.at(places)), starts, how)


def _walked(density: LogDensity, starts: Tensor, how: Sampler) -> dict[str, Tensor]:
    """What the chains of a sampler keep of their draws."""
    draw = torch.Generator().manual_seed(how.seed)
    found = hmc(density, starts, how.step, how.leaps, how.dropped + how.kept, draw)
    return {"points": found.draws[how.dropped :: how.every].clone(), "accepted": found.accepted}


@stored(version=1)
def mean_field(problem: Problem, fits: int, samples: int, how: Fit) -> dict[str, Tensor]:
    """R = `fits` variational fits, each one normal distribution with a `mean` and a `spread`, (R, D), for every entry.

    Each maximises E_q log p(θ | data) + H(q) by `samples` draws at every step, and begins with its mean at a draw from
    the prior and spreads of e⁻³. `bound`, (R,), is that at the end over 1,000 draws, up to the constant of the density.
    """
    draw, size = torch.Generator().manual_seed(how.seed), entries(problem.widths)
    starts = torch.cat([from_prior(problem, fits, how.seed), torch.full((fits, size), -3.0)], dim=1)

    def bound(both: Tensor, count: int) -> Tensor:
        mean, log_spread = both.split(size, dim=1)
        noise = torch.randn(count, *mean.shape, generator=draw)
        thetas = (mean + log_spread.exp() * noise).flatten(0, 1)
        return log_density(problem, thetas).view(count, fits).mean(0) + log_spread.sum(1)

    found = fitted(lambda both: -bound(both, samples), starts, how.steps, how.rate)
    with torch.no_grad():
        reached = bound(found, 1_000)
    return {"mean": found[:, :size].clone(), "spread": found[:, size:].exp(), "bound": reached}


def drawn(normal: dict[str, Float[Tensor, "R D"]], count: int, seed: int) -> Float[Tensor, "R S D"]:
    """S = `count` points from each of R normal distributions."""
    noise = torch.randn(
        len(normal["mean"]), count, normal["mean"].shape[1], generator=torch.Generator().manual_seed(seed)
    )
    return normal["mean"][:, None] + normal["spread"][:, None] * noise


def on_plane(
    problem: Problem, plane: Plane, xs: Float[Tensor, " W"], ys: Float[Tensor, " H"]
) -> dict[str, Float[Tensor, "H W"]]:
    """The posterior on a plane, exact on a grid: `log_density`, (H, W), less its highest, and `weight`, of sum 1."""
    thetas = plane.at(grid(xs, ys))
    heights = torch.cat([log_density(problem, some) for some in thetas.split(2_000)]).detach().view(len(ys), len(xs))
    return {
        "log_density": heights - heights.max(),
        "weight": heights.double().flatten().softmax(0).float().view_as(heights),
    }


def moments(
    weights: Float[Tensor, " M"], values: Float[Tensor, "M N"]
) -> tuple[Float[Tensor, " N"], Float[Tensor, " N"]]:
    """Mean and standard deviation of M values of each of N quantities, under weights with a sum of 1."""
    mean = weights @ values
    return mean, (weights @ (values - mean).square()).sqrt()


def distances(
    members: Float[Tensor, "M N"], reference: Float[Tensor, "S N"], sizes: tuple[int, ...], most: int = 10
) -> Float[Tensor, "sizes N"]:
    """1-Wasserstein distance to a reference at each of N inputs, for each size the mean over subsets of M functions."""
    chosen = [subsets(len(members), size, most) for size in sizes]
    return torch.stack(
        [torch.stack([wasserstein(members[list(one)], reference) for one in some]).mean(0) for some in chosen]
    )
