"""The same network by another name: its hidden units numbered otherwise.

Which tensor is numbered by which units is data: for each tensor of a network, the group of units along each of its
axes. A permutation p of a group of n units puts the old unit p_i in place i; a network with all its groups permuted is
the same function.
Source: Ainsworth et al. (2023).
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from ..networks.architectures import ResNet20v1
from ..networks.point import from_point

Axes = dict[str, tuple[str | None, ...]]
Permutations = dict[str, Int[Tensor, "_"]]
LAYERS = (nn.Conv2d, nn.Linear)
NORMS = (nn.modules.batchnorm._BatchNorm, nn.LayerNorm)


def axes_of(net: nn.Module) -> Axes:
    """For each tensor of a network, the group of units along each axis; None where nothing may be renumbered.

    A group bears the name of the layer that makes it. Pixels, classes and the places of a kernel are in none. A network
    other than ResNet20v1 is taken for a chain, whose layers read each other in the order of its modules. Raises
    ValueError for a layer that is no convolution, dense layer, batch or layer normalisation.
    """
    return _residual(net) if isinstance(net, ResNet20v1) else _chain(net)


def sizes(net: nn.Module) -> dict[str, int]:
    """How many units each group has."""
    tensors = dict(net.named_parameters())
    return {
        group: len(tensors[f"{group}.weight"]) for group in dict.fromkeys(a[0] for a in axes_of(net).values()) if group
    }


def random_permutations(net: nn.Module, generator: torch.Generator) -> Permutations:
    """One permutation for each group, all equally likely."""
    return {group: torch.randperm(n, generator=generator) for group, n in sizes(net).items()}


def permute(net: nn.Module, point: Float[Tensor, " D"], permutations: Permutations) -> Float[Tensor, " D"]:
    """The point of the same function whose units are renumbered; a group without a permutation stays as it is.

    W'_l = P_l W_l P_{l−1}ᵀ and b'_l = P_l b_l, where (P_l)_{i p_i} = 1.
    Source: Ainsworth et al. (2023).
    """
    axes = axes_of(net)
    tensors = from_point(net, point).items()
    return torch.cat([renumbered(tensor, axes[name], permutations).flatten() for name, tensor in tensors])


def renumbered(tensor: Tensor, axes: tuple[str | None, ...], permutations: Permutations) -> Tensor:
    """A tensor of a network, such as a dense layer's (C, K), with its axes renumbered.

    Where an axis is longer than its group, each unit has a block of it: after `flatten` a dense layer reads all places
    of a channel before those of the next.
    """
    for axis, group in enumerate(axes):
        if group in permutations:
            p = permutations[group]
            block = tensor.shape[axis] // len(p)
            places = p[:, None] * block + torch.arange(block)
            tensor = tensor.index_select(axis, places.flatten())
    return tensor


def inverse(permutations: Permutations) -> Permutations:
    """What undoes them: `permute` by one, then by the other, gives the point back."""
    return {group: p.argsort() for group, p in permutations.items()}


def _chain(net: nn.Module) -> Axes:
    """Each layer makes a group and reads that of the layer before; a normalisation belongs to the units before it."""
    layers = [name for name, module in net.named_modules() if isinstance(module, LAYERS)]
    axes: Axes = {}
    units: str | None = None
    for name, module in net.named_modules():
        own = dict(module.named_parameters(recurse=False))
        if own and not isinstance(module, LAYERS + NORMS):
            allowed = "convolutions, dense layers, batch and layer normalisation"
            raise ValueError(f"a layer {type(module).__name__} was given; allowed: {allowed}, or ResNet20v1")
        before = units
        if isinstance(module, LAYERS):
            units = name if name != layers[-1] else None
        for key, tensor in own.items():
            read = (before,) if isinstance(module, LAYERS) and tensor.dim() > 1 else ()
            axes[f"{name}.{key}"] = (units, *read, *[None] * (tensor.dim() - 1 - len(read)))
    return axes


def _residual(net: ResNet20v1) -> Axes:
    """One group for all that is added up along a stage, and one inside each block."""
    stream = "conv"
    axes: Axes = {"conv.weight": (stream, None, None, None), "norm.weight": (stream,), "norm.bias": (stream,)}
    for k, block in enumerate(net.blocks):
        name, inner, before = f"blocks.{k}", f"blocks.{k}.conv1", stream
        if isinstance(block.shortcut, nn.Conv2d):
            stream = f"{name}.shortcut"
            axes |= {f"{stream}.weight": (stream, before, None, None), f"{stream}.bias": (stream,)}
        axes |= {f"{name}.conv1.weight": (inner, before, None, None)}
        axes |= {f"{name}.norm1.{key}": (inner,) for key in ("weight", "bias")}
        axes |= {f"{name}.conv2.weight": (stream, inner, None, None)}
        axes |= {f"{name}.norm2.{key}": (stream,) for key in ("weight", "bias")}
    return axes | {"dense.weight": (None, stream), "dense.bias": (None,)}
