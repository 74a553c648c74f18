"""Disagreement beside the error: two networks that err seldom can differ only seldom."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from .checks import check_labels
from .diversity import disagreement


def disagreement_per_error(labels: Int[Tensor, "M N"], truth: Int[Tensor, " N"]) -> Float[Tensor, "M M"]:
    r"""Disagreement of every two of M networks over the mean of their errors; symmetric, zero on the diagonal.

    d_ij / (1 − (a_i + a_j) / 2), with a the share of N inputs labelled as the truth; at most 2.
    Raises ValueError if there are no inputs, not as many in both, or two networks make no mistake.
    Source: Fort et al. (2020), appendix C; figure S5.
    """
    check_labels("labels", labels, "M N")
    check_labels("true labels", truth, inputs=labels.shape[1])
    error = (labels != truth).float().mean(1)
    if (error == 0).sum() > 1:
        raise ValueError("two networks make no mistake: their diversity would be a division by zero")
    together = (error[:, None] + error) / 2
    apart = disagreement(labels)
    return torch.where(together > 0, apart / together, apart)
