"""How good predictions are."""

from jaxtyping import Float, Int
from torch import Tensor


def accuracy(probs: Float[Tensor, "M N C"], labels: Int[Tensor, " N"]) -> Float[Tensor, " M"]:
    """Fraction of N inputs whose most probable class is the true one, for each of M networks, in [0, 1]."""
    if probs.shape[1] == 0:
        raise ValueError("predictions of no input were given; accuracy needs at least one")
    return (probs.argmax(-1) == labels).float().mean(1)
