"""How far apart networks are: in weights, and in what they predict."""

import math

import torch
from jaxtyping import Float, Int, Integer
from torch import Tensor

from .checks import check_labels, check_predictions, check_tensor


def cosine_similarity(points: Float[Tensor, "M D"]) -> Float[Tensor, "M M"]:
    r"""Cosine of the angle between every two of M points, all weights together.

    c_ij = θ_i · θ_j / (|θ_i| |θ_j|), in [−1, 1]; symmetric, one on the diagonal.
    Raises ValueError for a point of zeros, which has no direction.
    Source: Fort et al. (2020), section 4; figures 2a and 3.
    """
    check_tensor("points", points, "M D", floating=True)
    norms = points.double().norm(dim=1, keepdim=True)
    if (norms == 0).any():
        raise ValueError("a point is zero everywhere: the origin has no direction")
    unit = points / norms
    return (unit @ unit.T).float()


def disagreement(labels: Int[Tensor, "M N"]) -> Float[Tensor, "M M"]:
    r"""Fraction of N inputs on which two of M networks predict different classes.

    d_ij = (1/N) Σ_n 1[y_in ≠ y_jn], in [0, 1]; symmetric, zero on the diagonal.
    Raises ValueError if there are no inputs.
    Source: Fort et al. (2020), section 4; figures 2b and 3.
    """
    check_labels("labels", labels, "M N")
    return torch.stack([(labels != row).float().mean(1) for row in labels])


def pairs(matrix: Float[Tensor, "M M"]) -> Float[Tensor, " P"]:
    """The P = M (M − 1) / 2 entries above the diagonal of a symmetric matrix, each pair once.

    Raises ValueError for a matrix that is not square.
    """
    check_tensor("entries", matrix, "M M", floating=True)
    if len(matrix) != matrix.shape[1]:
        raise ValueError(f"entries of shape {tuple(matrix.shape)} were given; allowed: (M, M)")
    i, j = torch.triu_indices(len(matrix), len(matrix), offset=1)
    return matrix[i, j]


def label_difference(labels: Integer[Tensor, "M N"], reference: Integer[Tensor, " N"]) -> Float[Tensor, " M"]:
    """Fraction of N inputs on which each of M networks predicts another class than the reference, in [0, 1].

    Raises ValueError if there are no inputs, or not as many in both.
    Source: Fort et al. (2020), section 5; figure 6, whose vertical axis divides it by 1 − accuracy.
    """
    check_labels("labels", labels, "M N")
    check_labels("reference labels", reference, inputs=labels.shape[1])
    return (labels != reference).float().mean(1)


def diversity_plane(
    labels: Int[Tensor, "M N"], reference: Int[Tensor, " N"], truth: Int[Tensor, " N"]
) -> dict[str, Float[Tensor, " M"]]:
    r"""Where M networks stand on the diversity–accuracy plane, from their labels of N inputs.

    "accuracy": a, the fraction of inputs labelled as the truth, in [0, 1]. "diversity": d / (1 − a), with d
    the fraction labelled otherwise than by the reference. "standard_error": that of the diversity,
    a ratio R of two means over the same inputs: that of the mean of 1[y ≠ reference] − R 1[y ≠ truth],
    divided by 1 − a (the delta method).
    Raises ValueError if there are fewer than two inputs or not as many in all three, or a network makes no mistake.
    Source: Fort et al. (2020), section 5; figure 6. The standard error is this book's addition.
    """
    check_labels("labels", labels, "M N")
    check_labels("true labels", truth, inputs=labels.shape[1])
    if len(truth) < 2:
        raise ValueError(f"{len(truth)} inputs were given; a standard error needs at least two")
    error, difference = label_difference(labels, truth), label_difference(labels, reference)
    if (error == 0).any():
        raise ValueError("a network makes no mistake: its diversity would be a division by zero")
    diversity = difference / error
    excess = (labels != reference).float() - diversity[:, None] * (labels != truth)
    standard_error = excess.std(1) / error / len(truth) ** 0.5
    return {"accuracy": 1 - error, "diversity": diversity, "standard_error": standard_error}


def jensen_shannon(probs: Float[Tensor, "M N C"]) -> Float[Tensor, ""]:
    r"""Jensen–Shannon divergence of M networks' predictions, in nats, mean over N inputs; in [0, ln M].

    H(p̄) − (1/M) Σ_m H(p_m), with p̄ the mean prediction: the mean of KL(p_m ‖ p̄) over the networks. The
    paper writes their sum, but its code and the size of its numbers are those of the mean.
    Raises ValueError if there are no inputs, or the predictions are no probabilities.
    Source: Fort et al. (2020), section 5; figure 9.
    """
    check_predictions(probs)
    divergence = (_entropy(probs.double().mean(0)) - _entropy(probs.double()).mean(0)).mean()
    return divergence.float().clamp(0, _float32_below(math.log(len(probs))))  # rounding carries it beyond its bounds


def _float32_below(x: float) -> float:
    """The largest float32 number that is at most x."""
    nearest = torch.tensor(x, dtype=torch.float32)
    return (nearest if nearest.item() <= x else nearest.nextafter(torch.tensor(-math.inf))).item()


def _entropy(probs: Float[Tensor, "*n C"]) -> Float[Tensor, "*n"]:
    return -torch.xlogy(probs, probs).sum(-1)
