"""Ensembles: the mean of the members' probabilities, and its quality over many choices of members."""

import itertools
import math
import random
from collections.abc import Callable, Iterable

import torch
from jaxtyping import Float, Int
from torch import Tensor

from .checks import check_predictions

BLOCKS = 10
Score = Callable[[Float[Tensor, "M N C"], Int[Tensor, " N"]], Float[Tensor, " M"]]


def ensemble(probs: Float[Tensor, "M N C"]) -> Float[Tensor, "N C"]:
    """The prediction of an ensemble of M networks: the mean of their probabilities.

    Raises ValueError if there is no network or no input, or the predictions are no probabilities.
    Source: Lakshminarayanan et al. (2017), "Simple and scalable predictive uncertainty estimation".
    """
    check_predictions(probs)
    return probs.mean(0)


def subsets(members: int, size: int, most: int = 100, seed: int = 0) -> list[tuple[int, ...]]:
    """The subsets of `size` out of `members` networks: all of them, or `most` different ones drawn at random.

    Raises ValueError unless 1 ≤ size ≤ members, and 1 ≤ most.
    """
    if not 1 <= size <= members:
        raise ValueError(f"an ensemble of {size} out of {members} networks was asked for; allowed: 1 to {members}")
    if most < 1:
        raise ValueError(f"at most {most} ensembles were asked for; allowed: 1 or more")
    if math.comb(members, size) <= most:
        return list(itertools.combinations(range(members), size))
    draw, chosen = random.Random(seed), set()
    while len(chosen) < most:
        chosen.add(tuple(sorted(draw.sample(range(members), size))))
    return sorted(chosen)


def ensemble_scores(
    probs: Float[Tensor, "M N C"], labels: Int[Tensor, " N"], score: Score, sizes: Iterable[int]
) -> dict[int, Float[Tensor, " subsets"]]:
    """For each size, the score of every one of `subsets(M, size)`, such as `metrics.accuracy`.

    Subsets of one size share members: their spread shows how much the choice matters among these M
    networks, and is no standard error. Raises ValueError unless each of the N inputs has a label, and each
    size has its networks.
    """
    check_predictions(probs, labels)

    def of(chosen: tuple[int, ...]) -> Tensor:
        return score(probs[list(chosen)].mean(0, keepdim=True), labels)[0]

    return {size: torch.stack([of(chosen) for chosen in subsets(len(probs), size)]) for size in sizes}


def blocks_of(inputs: int) -> list[slice]:
    """Ten blocks of N inputs, every tenth input a block: their spread tells how far a mean over inputs may be off."""
    return [slice(first, inputs, BLOCKS) for first in range(BLOCKS)]


def standard_error(blocks: Float[Tensor, "blocks *I"]) -> Float[Tensor, "*I"]:
    """The standard error of the mean over blocks of inputs: their standard deviation over the root of their number."""
    return blocks.std(0) / len(blocks) ** 0.5
