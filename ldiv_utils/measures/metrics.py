"""How good predictions are: M networks, N inputs, C classes; one number for each network.

Each raises ValueError unless there are inputs, the predictions are probabilities, and each input has a label of the
C classes. Source: Fort et al. (2020), section 5, where no other is named.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from .checks import check_predictions


def accuracy(probs: Float[Tensor, "M N C"], labels: Int[Tensor, " N"]) -> Float[Tensor, " M"]:
    """Fraction of N inputs whose most probable class is the true one, for each of M networks, in [0, 1]."""
    check_predictions(probs, labels)
    return (probs.argmax(-1) == labels).float().mean(1)


def brier(probs: Float[Tensor, "M N C"], labels: Int[Tensor, " N"]) -> Float[Tensor, " M"]:
    """Brier score: mean over inputs of Σ_c (p_c − 1[c = y])², not divided by C; in [0, 2], lower is better.

    Source: Fort et al. (2020), section 5; figures 8 and 9.
    """
    check_predictions(probs, labels)
    truth = torch.nn.functional.one_hot(labels.long(), probs.shape[-1])
    return (probs - truth).square().sum(-1).mean(1)


def log_likelihood(probs: Float[Tensor, "M N C"], labels: Int[Tensor, " N"]) -> Float[Tensor, " M"]:
    """Mean over inputs of ln p_y, in nats, at most 0; −∞ where a true class was given no chance at all."""
    check_predictions(probs, labels)
    return probs.gather(-1, labels.long().expand(len(probs), -1)[..., None]).log().mean((1, 2))


def calibration_error(probs: Float[Tensor, "M N C"], labels: Int[Tensor, " N"], bins: int = 15) -> Float[Tensor, " M"]:
    """Expected calibration error: |accuracy − confidence| over equal bins, weighted by their inputs; in [0, 1].

    A network's confidence is its largest probability; bin b holds ((b − 1)/bins, b/bins].
    Raises ValueError also for less than one bin.
    Source: Guo et al. (2017), "On calibration of modern neural networks".
    """
    check_predictions(probs, labels)
    if bins < 1:
        raise ValueError(f"{bins} bins were given; allowed: 1 or more")
    confidence, predicted = probs.double().max(-1)
    gap = (predicted == labels).double() - confidence
    which = (confidence * bins).ceil().long().clamp(1, bins) - 1
    sums = torch.zeros(len(probs), bins, dtype=torch.float64).scatter_add_(1, which, gap)
    return (sums.abs().sum(1) / probs.shape[1]).float()
