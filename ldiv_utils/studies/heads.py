"""Networks that say how sure they are: a mean and a variance for every x, alone, hardened, and averaged.

Source: Lakshminarayanan et al. (2017), "Simple and scalable predictive uncertainty estimation using deep ensembles".
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from ..datasets.regression import CUBIC, cubic
from ..measures import gaussian_nll, mixture
from ..networks.perceptron import entries, outputs
from ..runs.fits import fitted
from ..store.memo import stored
from .regression import Fit

WIDTHS = (1, 100, 2)  # the second output is the variance's, and counts for nothing where the error alone is fitted
LEAST = 1e-6  # of a variance


@dataclass(frozen=True)
class Cubic:
    """N = `count` points of a cubic with noise of this standard deviation, and the seed of both."""

    count: int = 20
    noise: float = 3.0
    seed: int = 0


def heads(thetas: Float[Tensor, "M D"], inputs: Float[Tensor, "*M N"]) -> tuple[Tensor, Tensor]:
    """Means and variances, (M, N) each, of M networks at inputs, the same for all or each network's own."""
    mean, raw = outputs(thetas, WIDTHS, inputs[..., None]).unbind(-1)
    return mean, F.softplus(raw) + LEAST


@stored(version=1)
def cubic_fits(data: Cubic, members: int, how: Fit, reach: float) -> dict[str, Tensor]:
    """M = `members` networks fitted to a cubic in three ways, from the same starts: `squared`, `likely`, `hardened`.

    Each is a batch of points, (M, D): fitted to the squared error of the mean; to the Gaussian likelihood; and to that
    of the data and of x moved by `reach` times the range of x, each point the way that makes it less likely.
    """
    x, y = cubic(data.count, data.noise, data.seed)
    inputs, targets = x / CUBIC, y / CUBIC**3
    draw, far = torch.Generator().manual_seed(how.seed), reach * (inputs.max() - inputs.min())
    starts = torch.randn(members, entries(WIDTHS), generator=draw)

    def squared(thetas: Tensor) -> Tensor:
        return (heads(thetas, inputs)[0] - targets).square().mean(1)

    def likely(thetas: Tensor) -> Tensor:
        return gaussian_nll(*heads(thetas, inputs), targets)

    def hardened(thetas: Tensor) -> Tensor:
        own = inputs.expand(members, -1).detach().requires_grad_()
        loss = gaussian_nll(*heads(thetas.detach(), own), targets).sum()
        moved = own.detach() + far * torch.autograd.grad(loss, own)[0].sign()
        return (likely(thetas) + gaussian_nll(*heads(thetas, moved), targets)) / 2

    ways: dict[str, Callable] = {"squared": squared, "likely": likely, "hardened": hardened}
    return {name: fitted(loss, starts, how.steps, how.rate) for name, loss in ways.items()}


def cubic_panels(
    fits: dict[str, Float[Tensor, "M D"]], x: Float[Tensor, " N"]
) -> dict[str, tuple[Float[Tensor, " N"], Float[Tensor, " N"]]]:
    """Mean and standard deviation, (N,) each, of the cubic as four methods predict it.

    The spread of networks that know no variance; one network that does; one hardened as well; the mixture of all.
    """
    with torch.no_grad():
        said = {name: heads(thetas, x / CUBIC) for name, thetas in fits.items()}
    alone = said["squared"][0]
    found = {
        "squared": (alone.mean(0), alone.var(0, correction=0)),
        "one": (said["likely"][0][0], said["likely"][1][0]),
        "hardened": (said["hardened"][0][0], said["hardened"][1][0]),
        "mixture": mixture(*said["likely"]),
    }
    return {name: (mean * CUBIC**3, variance.sqrt() * CUBIC**3) for name, (mean, variance) in found.items()}


def covered(
    panels: dict[str, tuple[Float[Tensor, " N"], Float[Tensor, " N"]]], x: Float[Tensor, " N"]
) -> dict[str, Float[Tensor, "2"]]:
    """The share of places x at which the cubic itself lies within three deviations: where data may lie, and beyond."""
    beyond, found = x.abs() > CUBIC, {}
    for name, (mean, spread) in panels.items():
        within = ((x**3 - mean).abs() <= 3 * spread).float()
        found[name] = torch.stack([within[~beyond].mean(), within[beyond].mean()])
    return found
