"""One small network, one data set, one prior: solutions of a regression, and a curve of low loss between two of them.

Whatever fits, samples or approximates it starts from the same `log_density`, prior and noise included.
Source: the set-up of Izmailov et al. (2020), "Subspace inference for Bayesian deep learning", by their code, in small.
"""

from dataclasses import dataclass
from functools import lru_cache

import torch
from jaxtyping import Float
from torch import Tensor

from ..datasets.regression import clusters, features
from ..networks.perceptron import entries, outputs
from ..points.curves import bezier
from ..points.planes import Plane, plane_through
from ..runs.fits import fitted
from ..store.memo import stored

PLACES = 8  # of a curve, at each step


@dataclass(frozen=True)
class Problem:
    """What is fitted, and by what: N = `count` noisy points in three clusters, and a network of these widths.

    `noise` is the standard deviation of y about the law, in the data and in every likelihood alike. The prior is
    N(0, 1) for every entry of a point.
    """

    count: int = 60
    noise: float = 0.2
    seed: int = 0
    widths: tuple[int, ...] = (2, 10, 10, 1)

    def data(self) -> tuple[Float[Tensor, " N"], Float[Tensor, " N"]]:
        """The points (x, y)."""
        return clusters(self.count, self.noise, self.seed)


@dataclass(frozen=True)
class Fit:
    """How a descent goes: how many steps, the highest rate of Adam, and the seed of whatever is drawn."""

    steps: int = 3_000
    rate: float = 1e-2
    seed: int = 1


@dataclass(frozen=True)
class Ensemble:
    """M = `members` networks, and how each is fitted from its own draw from the prior."""

    members: int = 20
    fit: Fit = Fit()


@lru_cache(maxsize=8)
def prepared(problem: Problem) -> tuple[Float[Tensor, "N 2"], Float[Tensor, " N"]]:
    """What the network sees of the data, and y."""
    x, y = problem.data()
    return features(x), y


def functions(problem: Problem, thetas: Float[Tensor, "M D"], x: Float[Tensor, " N"]) -> Float[Tensor, "M N"]:
    """The values of M networks at N places x: what they say of the law, noise aside."""
    with torch.no_grad():
        return outputs(thetas, problem.widths, features(x))[..., 0]


def misfit(problem: Problem, thetas: Float[Tensor, "M D"]) -> Float[Tensor, " M"]:
    """−log p(y | x, θ), less a constant, of M networks: Σ (y − f)² / 2σ², a sum over all points."""
    seen, y = prepared(problem)
    return (y - outputs(thetas, problem.widths, seen)[..., 0]).square().sum(1) / (2 * problem.noise**2)


def log_density(problem: Problem, thetas: Float[Tensor, "M D"]) -> Float[Tensor, " M"]:
    """log p(θ | data), up to a constant, of M networks: the log-likelihood of all points, the log-prior −|θ|² / 2."""
    return -misfit(problem, thetas) - thetas.square().sum(1) / 2


def from_prior(problem: Problem, members: int, seed: int) -> Float[Tensor, "M D"]:
    """M draws from the prior, where members of an ensemble, and variational fits, begin."""
    draw = torch.Generator().manual_seed(seed)
    return torch.stack([torch.randn(entries(problem.widths), generator=draw) for _ in range(members)])


@stored(version=1)
def solutions(problem: Problem, ensemble: Ensemble) -> dict[str, Tensor]:
    """Where M descents of −log p(θ | data) end that start at draws from the prior: `points`, (M, D)."""
    how = ensemble.fit
    starts = from_prior(problem, ensemble.members, how.seed)
    return {"points": fitted(lambda thetas: -log_density(problem, thetas), starts, how.steps, how.rate)}


@stored(version=1)
def anchored(problem: Problem, ensemble: Ensemble) -> dict[str, Tensor]:
    """Where M descents end, each pulled to its own start and fitted to its own noisy copy of y: `points`, (M, D).

    Member m minimises Σ (y + σ ε_m − f)² / 2σ² + |θ − θ_m|² / 2, with θ_m its draw from the prior. For a network that
    is linear in θ these are exact draws from the posterior.
    Source: Pearce et al. (2020), "Uncertainty in neural networks: approximately Bayesian ensembling".
    """
    how, (seen, y) = ensemble.fit, prepared(problem)
    anchors, draw = from_prior(problem, ensemble.members, how.seed), torch.Generator().manual_seed(how.seed + 1)
    noisy = y + problem.noise * torch.randn(ensemble.members, len(y), generator=draw)

    def loss(thetas: Tensor) -> Tensor:
        values = outputs(thetas, problem.widths, seen)[..., 0]
        misfits = (noisy - values).square().sum(1) / (2 * problem.noise**2)
        return misfits + (thetas - anchors).square().sum(1) / 2

    return {"points": fitted(loss, anchors, how.steps, how.rate)}


@stored(version=1)
def curve(problem: Problem, ensemble: Ensemble, pair: tuple[int, int], how: Fit) -> dict[str, Tensor]:
    """A Bezier curve of low loss between two of the solutions: its `pivots`, (3, D), the ends first and last.

    At every step the bend follows the mean of −log p(θ | data) over eight points of the curve, one drawn in each of as
    many equal parts of t.
    """
    a, b = solutions(problem, ensemble)["points"][list(pair)]
    draw = torch.Generator().manual_seed(how.seed)

    def loss(bend: Tensor) -> Tensor:
        t = (torch.arange(PLACES) + torch.rand(PLACES, generator=draw)) / PLACES
        return -log_density(problem, bezier(t, 3) @ torch.stack([a, bend[0], b])).mean(0, keepdim=True)

    bend = fitted(loss, ((a + b) / 2)[None], how.steps, how.rate)[0]
    return {"pivots": torch.stack([a, bend, b])}


def along(pivots: Float[Tensor, "3 D"], t: Float[Tensor, " S"]) -> Float[Tensor, "S D"]:
    """The points of a curve at S values of t, its ends as they are."""
    return bezier(t, len(pivots)) @ pivots


def plane_of(pivots: Float[Tensor, "3 D"]) -> Plane:
    """The plane of a curve of three pivots, which holds all of it: through its ends and its middle, θ(½).

    Source: Izmailov et al. (2020), their code.
    """
    return plane_through(pivots[0], pivots[2], along(pivots, torch.tensor([0.5]))[0])
