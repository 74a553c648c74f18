"""How far apart networks are: in weights, and in what they predict."""

import torch
from jaxtyping import Float, Int
from torch import Tensor


def cosine_similarity(points: Float[Tensor, "M D"]) -> Float[Tensor, "M M"]:
    r"""Cosine of the angle between every two of M points, all weights together.

    c_ij = θ_i · θ_j / (|θ_i| |θ_j|), in [−1, 1]; symmetric, one on the diagonal.
    Raises ValueError for a point of zeros, which has no direction.
    Source: Fort et al. (2020), section 4; figures 2a and 3.
    """
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
    _some(labels)
    return torch.stack([(labels != row).float().mean(1) for row in labels])


def pairs(matrix: Float[Tensor, "M M"]) -> Float[Tensor, " P"]:
    """The P = M (M − 1) / 2 entries above the diagonal of a symmetric matrix, each pair once."""
    i, j = torch.triu_indices(len(matrix), len(matrix), offset=1)
    return matrix[i, j]


def label_difference(labels: Int[Tensor, "M N"], reference: Int[Tensor, " N"]) -> Float[Tensor, " M"]:
    """Fraction of N inputs on which each of M networks predicts another class than the reference, in [0, 1].

    Raises ValueError if there are no inputs.
    Source: Fort et al. (2020), section 5; figure 6, whose vertical axis divides it by 1 − accuracy.
    """
    _some(labels)
    return (labels != reference).float().mean(1)


def diversity_plane(
    labels: Int[Tensor, "M N"], reference: Int[Tensor, " N"], truth: Int[Tensor, " N"]
) -> dict[str, Float[Tensor, " M"]]:
    r"""Where M networks stand on the diversity–accuracy plane, from their labels of N inputs.

    "accuracy": a, the fraction of inputs labelled as the truth, in [0, 1]. "diversity": d / (1 − a), with d
    the fraction labelled otherwise than by the reference. "deviation": the standard error of the diversity,
    a ratio R of two means over the same inputs: that of the mean of 1[y ≠ reference] − R 1[y ≠ truth],
    divided by 1 − a (the delta method).
    Raises ValueError if there are fewer than two inputs, or a network makes no mistake.
    Source: Fort et al. (2020), section 5; figure 6. The standard error is this book's addition.
    """
    if len(truth) < 2:
        raise ValueError(f"{len(truth)} inputs were given; a standard error needs at least two")
    error, difference = label_difference(labels, truth), label_difference(labels, reference)
    if (error == 0).any():
        raise ValueError("a network makes no mistake: its diversity would be a division by zero")
    diversity = difference / error
    excess = (labels != reference).float() - diversity[:, None] * (labels != truth)
    deviation = excess.std(1) / error / len(truth) ** 0.5
    return {"accuracy": 1 - error, "diversity": diversity, "deviation": deviation}


def jensen_shannon(probs: Float[Tensor, "M N C"]) -> Float[Tensor, ""]:
    r"""Jensen–Shannon divergence of M networks' predictions, in nats, mean over N inputs; in [0, ln M].

    H(p̄) − (1/M) Σ_m H(p_m), with p̄ the mean prediction: the mean of KL(p_m ‖ p̄) over the networks. The
    paper writes their sum, but its code and the size of its numbers are those of the mean.
    Source: Fort et al. (2020), section 5; figure 9.
    """
    return (_entropy(probs.double().mean(0)) - _entropy(probs.double()).mean(0)).mean().float()


def _some(labels: Int[Tensor, "M N"]) -> None:
    if labels.shape[1] == 0:
        raise ValueError("labels of no input were given; at least one is needed")


def _entropy(probs: Float[Tensor, "*n C"]) -> Float[Tensor, "*n"]:
    return -torch.xlogy(probs, probs).sum(-1)
