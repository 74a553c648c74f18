"""The limits of the diversity plane: how many labels can differ at a given accuracy.

All compare a network of accuracy a with a reference of accuracy a* on C classes; d is the fraction of
inputs on which their labels differ. Divide by 1 − a for the vertical axis of the paper's figure 6.
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from .checks import check_tensor


def independent_errors(accuracy: Float[Tensor, "*n"], reference: float, classes: int) -> Float[Tensor, "*n"]:
    r"""d for a network whose mistakes have nothing to do with the reference's: the upper limit.

    d = (1 − a*) a + (1 − a) a* + (1 − a*)(1 − a)(C − 2)/(C − 1).
    Source: Fort et al. (2020), appendix D.1.
    """
    check_tensor("accuracies", accuracy, "...", floating=True)
    _check(reference, classes)
    both_wrong = (1 - reference) * (1 - accuracy)
    return (1 - reference) * accuracy + (1 - accuracy) * reference + both_wrong * (classes - 2) / (classes - 1)


def perturbed_reference(accuracy: Float[Tensor, "*n"], reference: float, classes: int) -> Float[Tensor, "*n"]:
    r"""d for the reference with a share p of its labels flipped, each to another class at random: the lower limit.

    d = p = (C − 1)(a* − a)/(C a* − 1), between the reference (a = a*) and chance (a = 1/C).
    Source: Fort et al. (2020), appendix D.2.
    """
    check_tensor("accuracies", accuracy, "...", floating=True)
    _check(reference, classes)
    return (classes - 1) * (reference - accuracy) / (classes * reference - 1)


def perturbed_family(
    p: Float[Tensor, "*n"], exponent: float, reference: float, classes: int
) -> tuple[Float[Tensor, "*n"], Float[Tensor, "*n"]]:
    r"""(a, d) where correct labels flip with probability p and wrong ones with probability p^e.

    d = a* p + (1 − a*) p^e;  a = a* (1 − p) + (1 − a*) p^e/(C − 1). With e = 1 this is
    `perturbed_reference`; with e < 1 wrong labels flip more easily.
    Source: Fort et al. (2020), appendix D.3, with the left sides of its equations (3) and (4) exchanged,
    which agrees with D.2.
    """
    check_tensor("shares", p, "...", floating=True)
    _check(reference, classes)
    flipped = p**exponent
    difference = reference * p + (1 - reference) * flipped
    return reference * (1 - p) + (1 - reference) * flipped / (classes - 1), difference


def unrelated_shares(accuracy: float, classes: int) -> Float[Tensor, "2 3"]:
    """Where the reference is right, and where it is wrong: the shares on which a network whose mistakes are unrelated
    to it has the same label, another that is wrong, and another that is right."""
    wrong, others = 1 - accuracy, classes - 1
    return torch.tensor([[accuracy, wrong, 0], [wrong / others, wrong * (others - 1) / others, accuracy]])


def blind_shares(p: float, classes: int) -> Float[Tensor, "2 3"]:
    """The same for the reference with a share p of its labels changed, each to another class at random."""
    others = classes - 1
    return torch.tensor([[1 - p, p, 0], [1 - p, p * (others - 1) / others, p / others]])


def fit_exponent(
    accuracy: Float[Tensor, " n"], difference: Float[Tensor, " n"], reference: float, classes: int
) -> float:
    """The exponent e of `perturbed_family` nearest to n measured networks (a, d), among 601 from 0.01 to 10.

    Nearest: least squares of d / (1 − a) at the measured a. With e < 1 the family's accuracy first rises
    above a*, as wrong labels turn right; the curve is read where it falls, and constant beyond its ends.
    Raises ValueError unless there is a network, each makes some mistake, and each has both numbers.
    Source: Fort et al. (2020), appendix D.3; figure S6.
    """
    check_tensor("accuracies", accuracy, "n", floating=True)
    check_tensor("differences", difference, "n", floating=True)
    if len(accuracy) != len(difference):
        raise ValueError(f"{len(accuracy)} accuracies and {len(difference)} differences were given; allowed: as many")
    if len(accuracy) == 0 or not (accuracy < 1).all():
        raise ValueError("a fit needs one network or more, each of an accuracy below 1")
    p = torch.linspace(0, 1, 2001, dtype=torch.float64)
    measured, errors = difference.double() / (1 - accuracy.double()), []
    exponents = torch.logspace(-2, 1, 601, dtype=torch.float64).tolist()
    for exponent in exponents:
        a, d = perturbed_family(p, exponent, reference, classes)
        falling = slice(int(a.argmax()), int(a.argmax()) + int(a[a.argmax() :].argmin()) + 1)
        d_at = np.interp(accuracy.double(), a[falling].flip(0), d[falling].flip(0))
        errors.append((torch.from_numpy(d_at) / (1 - accuracy.double()) - measured).square().sum())
    return exponents[int(torch.stack(errors).argmin())]


def _check(reference: float, classes: int) -> None:
    if classes < 2 or not 1 / classes < reference <= 1:
        raise ValueError(f"accuracy {reference} on {classes} classes was given; allowed: above chance, up to 1")
