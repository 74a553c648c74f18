"""The standard error of a number that is made of several samples, whatever the number is."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor


def jackknife_error(without: Sequence[Float[Tensor, " _"]]) -> Float[Tensor, ""]:
    r"""Standard error of a number, from what it is without each member of each sample in turn, (R,) for R members.

    √ Σ ((R − 1) / R) Σ_r (θ_r − θ̄)², the outer sum over samples, θ̄ the mean over the members of one. Of a difference
    of two means it is √(s₁² / R₁ + s₂² / R₂), exactly.
    Raises ValueError for a sample of less than two members.
    Source: Efron and Stein (1981), "The jackknife estimate of variance"; for several samples Arvesen (1969).
    """
    if not without or min(map(len, without)) < 2:
        raise ValueError(f"samples of {[len(each) for each in without]} were given; allowed: of two or more members")
    return torch.stack([(len(each) - 1) * each.var(correction=0) for each in without]).sum().sqrt()
