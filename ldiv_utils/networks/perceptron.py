"""Small dense networks of numbers, many of them at once: the map (points, inputs) → outputs.

A point holds the entries of each layer, weights first, then biases. A weight is its entry times √(2 / inputs of the
layer), a bias its entry, so that entries drawn from N(0, 1) make functions of order one whatever the widths.
Source: the factor is that of He et al. (2015), for ReLU.
"""

from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor


def entries(widths: tuple[int, ...]) -> int:
    """D, the length of a point of a network with these widths, its inputs first and its outputs last."""
    return sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(widths))


def outputs(
    thetas: Float[Tensor, "M D"], widths: tuple[int, ...], inputs: Float[Tensor, "*M N I"]
) -> Float[Tensor, "M N O"]:
    """The outputs of M networks at N inputs, the same for all, (N, I), or each network's own, (M, N, I).

    Raises ValueError unless a point has as many entries as the widths ask for.
    """
    if thetas.shape[1] != entries(widths):
        raise ValueError(
            f"points of {thetas.shape[1]} entries were given; allowed with widths {widths}: {entries(widths)}"
        )
    layers = thetas.split([part for i, o in pairwise(widths) for part in (i * o, o)], dim=1)
    hidden = inputs.expand(len(thetas), *inputs.shape[-2:])
    for layer, (fan_in, fan_out) in enumerate(pairwise(widths)):
        hidden = hidden.relu() if layer else hidden
        weights = layers[2 * layer].view(-1, fan_in, fan_out) * (2 / fan_in) ** 0.5
        hidden = torch.baddbmm(layers[2 * layer + 1][:, None], hidden, weights)
    return hidden
