"""Twins: other weights of the same function, by factors that ReLU and max-pooling let pass.

Source: Dinh et al. (2017), for layers; a channel at a time it holds for the same reason.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ..networks.architectures import ConvNet
from ..networks.point import from_point
from .subspaces import OWN_STREAM


def scaled_layers(net: nn.Module, theta: Float[Tensor, " D"], factors: Sequence[float]) -> Float[Tensor, " D"]:
    """Weights and biases of convolution i times a_i > 0, the weights of the layer after it divided by a_i.

    (W_i, b_i, W_{i+1}) → (a_i W_i, a_i b_i, W_{i+1} / a_i) for every convolution i: the logits stay.
    Raises ValueError for another number of factors, and what `scaled_channels` refuses.
    """
    channels = widths(net)
    if len(factors) != len(channels):
        raise ValueError(f"{len(factors)} factors were given; allowed: {len(channels)}, one for each convolution")
    return scaled_channels(net, theta, [torch.full((n,), float(a)) for n, a in zip(channels, factors, strict=True)])


def scaled_channels(
    net: nn.Module, theta: Float[Tensor, " D"], factors: Sequence[Float[Tensor, " _"]]
) -> Float[Tensor, " D"]:
    """Channel c of convolution i times a_ic > 0, and all weights of the next layer that read it divided by a_ic.

    The logits stay: to rounding, or to the last bit where the factors are powers of two.

    Args:
        factors: for each convolution one tensor, with a factor for each of its channels.

    Raises ValueError for a network that is no ConvNet, and for factors that do not fit or are not positive and finite.
    """
    wanted, given = [(n,) for n in widths(net)], [tuple(a.shape) for a in factors]
    if given != wanted or not all(((a > 0) & a.isfinite()).all() for a in factors):
        raise ValueError(f"factors of shapes {given} were given; allowed: {wanted}, all positive and finite")
    weights = {name: values.clone() for name, values in from_point(net, theta).items()}
    for (layer, after), a in zip(pairwise(layers(net)), factors, strict=True):
        weights[f"{layer}.weight"] *= a.view(-1, 1, 1, 1)
        weights[f"{layer}.bias"] *= a
        reading = weights[f"{after}.weight"]
        inputs = a.repeat_interleave(reading.shape[1] // len(a))  # dense: h·w columns for each channel
        reading /= inputs.view(-1, *[1] * (reading.dim() - 2))
    return torch.cat([values.flatten() for values in weights.values()])


def octaves(net: nn.Module, most: int, seed: int) -> list[Float[Tensor, " _"]]:
    """A power of two for each channel of each convolution, its exponent drawn evenly from −most … most."""
    generator = torch.Generator().manual_seed(OWN_STREAM + seed)
    return [2.0 ** torch.randint(-most, most + 1, (n,), generator=generator) for n in widths(net)]


def unit_channels(net: nn.Module, theta: Float[Tensor, " D"]) -> Float[Tensor, " D"]:
    """The twin whose every channel has weights of length one, biases left out: all twins of θ have the same.

    Raises ValueError where a channel has no weights but zeros, or the network is no ConvNet.
    """
    for i in range(len(widths(net))):
        lengths = from_point(net, theta)[f"{layers(net)[i]}.weight"].flatten(1).norm(dim=1)
        if not (lengths > 0).all():
            raise ValueError(f"a channel of convolution {i} has only zeros; allowed: weights of some length")
        factors = [1 / lengths if i == k else torch.ones(n) for k, n in enumerate(widths(net))]
        theta = scaled_channels(net, theta, factors)
    return theta


def widths(net: nn.Module) -> list[int]:
    """How many channels each convolution has. Raises ValueError for a network that is no ConvNet."""
    if not isinstance(net, ConvNet):
        raise ValueError(f"a {type(net).__name__} was given; allowed: a ConvNet, whose layers follow one another")
    return [convolution.out_channels for convolution in net.convolutions]


def layers(net: ConvNet) -> list[str]:
    """The names of the layers, first to last."""
    return [*(f"convolutions.{i}" for i in range(len(net.convolutions))), "dense"]
