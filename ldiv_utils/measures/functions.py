"""How far apart sets of functions are: M or S functions, each by its values at N inputs."""

import torch
from jaxtyping import Float
from torch import Tensor

from .checks import check_tensor


def wasserstein(one: Float[Tensor, "M N"], other: Float[Tensor, "S N"]) -> Float[Tensor, " N"]:
    r"""1-Wasserstein distance, at each of N inputs, of the values of M functions from those of S others; at least 0.

    W = ∫ |F(z) − G(z)| dz, with F and G the shares of the values up to z. For M = S it is the mean distance of the
    sorted values. Raises ValueError unless both have the same inputs, and one function or more.
    Source: the measure of Wilson and Izmailov (2020), figure 3.
    """
    for values in (one, other):
        check_tensor("functions", values, "M N", floating=True)
    if one.shape[1] != other.shape[1] or not len(one) or not len(other):
        given = f"{tuple(one.shape)} and {tuple(other.shape)}"
        raise ValueError(f"functions of shapes {given} were given; allowed: (M, N) and (S, N), M and S 1 or more")
    values, order = torch.cat([one, other]).sort(dim=0)
    steps = torch.cat([torch.full((len(one),), 1 / len(one)), torch.full((len(other),), -1 / len(other))]).double()
    gap = steps[order].cumsum(0)[:-1].abs()
    return (gap * values.diff(dim=0)).sum(0).to(one.dtype)


def mixture(
    means: Float[Tensor, "M N"], variances: Float[Tensor, "M N"]
) -> tuple[Float[Tensor, " N"], Float[Tensor, " N"]]:
    r"""Mean and variance, at each of N inputs, of the even mixture of M normal distributions.

    μ = mean of the means, σ² = mean of (variance + mean²) − μ²: what the members say, and how they differ.
    Source: Lakshminarayanan et al. (2017).
    """
    check_tensor("means", means, "M N", floating=True)
    check_tensor("variances", variances, "M N", floating=True)
    return means.mean(0), variances.mean(0) + means.var(0, correction=0)


def gaussian_nll(
    mean: Float[Tensor, "*M N"], variance: Float[Tensor, "*M N"], y: Float[Tensor, " N"]
) -> Float[Tensor, "*M"]:
    r"""Negative log-likelihood of N numbers under normal distributions, the mean over N, less ½ ln 2π.

    ½ ln σ² + (y − μ)² / 2σ²: a network that gives the mean alone has no such score.
    Source: Lakshminarayanan et al. (2017), their loss.
    """
    return (variance.log() / 2 + (y - mean).square() / (2 * variance)).mean(-1)


def split_r_hat(draws: Float[Tensor, "S M N"]) -> Float[Tensor, " N"]:
    r"""How far M chains are from telling one story of each of N quantities; 1 when they do.

    Each chain of S draws is split in two. R̂² = ((n − 1) / n W + B) / W, with n draws in a half, W the mean variance
    within halves and B the variance of their means.
    Raises ValueError for fewer than four draws.
    Source: Gelman et al. (2013), "Bayesian data analysis", section 11.4.
    """
    check_tensor("draws", draws, "S M N", floating=True)
    half = len(draws) // 2
    if half < 2:
        raise ValueError(f"{len(draws)} draws of each chain were given; allowed: 4 or more")
    halves = torch.cat([draws[:half], draws[-half:]], dim=1)
    within = halves.var(0).mean(0)
    return (((half - 1) / half * within + halves.mean(0).var(0)) / within).sqrt()
