"""What the measures ask of their input, in one sentence each; every check looks at an array once."""

import torch
from torch import Tensor

TOLERANCE = 1e-2  # stored in bfloat16, each probability errs by up to 2⁻⁹ of itself, and so does their sum: 2e-3


def check_tensor(what: str, given: Tensor, axes: str, floating: bool) -> None:
    """Raise ValueError unless `given` is a tensor with these axes ("M N"; "..." for any) and of this kind.

    The kind is floating-point numbers, or whole numbers.
    """
    if not isinstance(given, Tensor):
        raise ValueError(f"{what} of type {type(given).__name__} were given; allowed: a torch tensor")
    shape = ", ".join(axes.split()) + ("," if len(axes.split()) == 1 else "")
    if axes != "..." and given.dim() != len(axes.split()):
        raise ValueError(f"{what} of shape {tuple(given.shape)} were given; allowed: ({shape})")
    whole = not (given.is_floating_point() or given.is_complex() or given.dtype == torch.bool)
    if not (given.is_floating_point() if floating else whole):
        kind = "floating-point numbers" if floating else "whole numbers"
        raise ValueError(f"{what} of {given.dtype} were given; allowed: {kind}")


def check_labels(what: str, labels: Tensor, axes: str = "N", inputs: int | None = None) -> None:
    """Raise ValueError unless these are whole numbers with these axes, for one input or more, or for `inputs`."""
    check_tensor(what, labels, axes, floating=False)
    if labels.shape[-1] == 0:
        raise ValueError(f"{what} of no input were given; at least one is needed")
    if inputs is not None and labels.shape[-1] != inputs:
        raise ValueError(f"{what} of length {labels.shape[-1]} were given; allowed: {inputs}, one for each input")


def check_predictions(probs: Tensor, labels: Tensor | None = None) -> None:
    """Raise ValueError unless `probs` (M, N, C) are probabilities, and the labels (N,) are such of N inputs.

    Probabilities are at least 0, and their sum over the classes is 1 to `TOLERANCE`. Labels lie in [0, C).
    """
    check_tensor("predictions", probs, "M N C", floating=True)
    for axis, name in enumerate(("network", "input", "class")):
        if probs.shape[axis] == 0:
            raise ValueError(f"predictions of no {name} were given; at least one is needed")
    if not ((probs.sum(-1) - 1).abs().max() <= TOLERANCE and probs.min() >= 0):  # so that NaN is refused too
        raise ValueError("predictions that are no probabilities were given; allowed: at least 0, with a sum of 1")
    if labels is not None:
        check_labels("labels", labels, inputs=probs.shape[1])
        lowest, highest = (int(end) for end in labels.aminmax())
        if lowest < 0 or highest >= probs.shape[2]:
            raise ValueError(
                f"labels from {lowest} to {highest} were given; allowed with {probs.shape[2]} classes: "
                f"0 to {probs.shape[2] - 1}"
            )
