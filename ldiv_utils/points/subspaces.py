"""Samples around one solution: the four subspaces of the paper, each a batch of points.

The paper gives no scales; its released notebook does, and asks that they be tuned. So every function
takes the scales, one for each sample: S samples of D weights, from K late checkpoints of one run.
Source: Fort et al. (2020), section 4 and figure 4; their released notebook.
"""

from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor

from ..specs import known

Spread = Literal["own", "unit"]
ROUNDING = 2**-24  # a float32 number errs by at most that share of itself
OWN_STREAM = 2_000_000_011  # beyond the seeds of any initial weights, and of the first 2,000 orders of batches


def late(points: Float[Tensor, "T1 D"], count: int = 10) -> Float[Tensor, "K D"]:
    """The last `count` checkpoints of a run, all that come after its initial weights if it has fewer.

    `points` is a trajectory, (T + 1, D); its first row, the initial weights, is never among them.
    Raises ValueError for a count below one.
    """
    if count < 1:
        raise ValueError(f"{count} late checkpoints were asked for; allowed: 1 or more")
    return points[1:][-count:]


def random_samples(theta: Float[Tensor, " D"], scales: Float[Tensor, " S"], seed: int) -> Float[Tensor, "S D"]:
    """θ + s v for S scales s, each along a random direction v of length one, uniform on the sphere."""
    directions = _normal(len(scales), len(theta), seed)
    return theta + scales[:, None] * directions / directions.norm(dim=1, keepdim=True)


def dropout_samples(theta: Float[Tensor, " D"], rates: Float[Tensor, " S"], seed: int) -> Float[Tensor, "S D"]:
    """θ with each weight and bias set to zero with probability p, the rest divided by 1 − p, for S rates p.

    Raises ValueError for a rate outside [0, 1).
    """
    if not ((rates >= 0) & (rates < 1)).all():
        raise ValueError(f"dropout rates from {rates.min():g} to {rates.max():g} were given; allowed: [0, 1)")
    draws = torch.rand(len(rates), len(theta), generator=_generator(seed))
    return theta * (draws >= rates[:, None]) / (1 - rates[:, None])


def mean_point(points: Float[Tensor, "M D"]) -> Float[Tensor, " D"]:
    """The mean of M points, weight by weight, summed in double precision and rounded once: of equal ones, that point.

    Raises ValueError if there is no point.
    """
    if points.dim() != 2 or len(points) == 0:
        raise ValueError(f"points of shape {tuple(points.shape)} were given; allowed: (M, D) with M of 1 or more")
    return points.mean(0, dtype=torch.float64).to(points.dtype)


def diagonal_samples(checkpoints: Float[Tensor, "K D"], scales: Float[Tensor, " S"], seed: int) -> Float[Tensor, "S D"]:
    """μ + s σ z: a Gaussian with the checkpoints' mean μ and, weight by weight, s times their standard deviation σ.

    σ divides by K, as NumPy does. Only the given checkpoints count; the initial weights are not among them.
    Raises ValueError for fewer than two checkpoints.
    """
    _several(checkpoints)
    mean, deviation = mean_point(checkpoints), checkpoints.std(0, correction=0)
    return mean + scales[:, None] * deviation * _normal(len(scales), len(mean), seed)


def low_rank_samples(
    checkpoints: Float[Tensor, "K D"], rank: int, scales: Float[Tensor, " S"], seed: int, spread: Spread = "own"
) -> Float[Tensor, "S D"]:
    """μ + s Σ_k z_k a_k v_k: a Gaussian along the first principal components v_k of the checkpoints.

    One z_k serves all layers, so weights of different layers vary together as they do among the
    checkpoints. `spread` is the standard deviation a_k along component k: its `own`, or `unit`, one
    along every component, which is what the authors' notebook draws. Raises ValueError for another
    spread, or a rank that the checkpoints do not have.
    """
    known("spread", spread, Spread)
    mean, components, deviations = principal_components(checkpoints, rank)
    lengths = deviations if spread == "own" else torch.ones_like(deviations)
    return mean + scales[:, None] * (_normal(len(scales), rank, seed) * lengths) @ components


def principal_components(
    points: Float[Tensor, "M D"], rank: int
) -> tuple[Float[Tensor, " D"], Float[Tensor, "rank D"], Float[Tensor, " rank"]]:
    """The mean of M points, their first `rank` principal components, and the standard deviation along each.

    Components have length one and stand at right angles; deviations fall, and divide by M. Found from the
    M × M inner products, since D is far larger than M. Raises ValueError unless 1 ≤ rank ≤ M − 1, or where
    a component would be made of the points' rounding.
    """
    _several(points)
    if not 1 <= rank < len(points):
        raise ValueError(f"rank {rank} was given; allowed with {len(points)} points: 1 to {len(points) - 1}")
    exact = points.double()
    centred = exact - exact.mean(0)
    squares, vectors = torch.linalg.eigh(centred @ centred.T)
    squares, vectors = squares.flip(0)[:rank], vectors.flip(1)[:, :rank]
    # Checkpoints are float32: each weight stands for any within ROUNDING of itself, which moves no singular value of
    # the M points by more than ROUNDING |points| (Weyl). A direction below that may be rounding alone. The other bound
    # is that of the inner products, whose double precision loses what is a millionth of the first direction.
    rounding = ROUNDING**2 * exact.square().sum()
    if squares[-1] <= max(1e-12 * squares[0], rounding):
        raise ValueError(f"rank {rank} was given, but the {len(points)} points span fewer directions around their mean")
    components = vectors.T @ centred / squares.sqrt()[:, None]
    return mean_point(points), components.float(), (squares / len(points)).sqrt().float()


def _normal(rows: int, columns: int, seed: int) -> Tensor:
    return torch.randn(rows, columns, generator=_generator(seed))


def _generator(seed: int) -> torch.Generator:
    """Other numbers than those of `initial_point(net, seed)`, which would tie a sample to where its run began."""
    return torch.Generator().manual_seed(OWN_STREAM + seed)


def _several(checkpoints: Tensor) -> None:
    if checkpoints.dim() != 2 or len(checkpoints) < 2:
        raise ValueError(f"points of shape {tuple(checkpoints.shape)} were given; allowed: (K, D) with K of 2 or more")
