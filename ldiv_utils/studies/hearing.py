"""What the hidden units of a network say of images: where a layer makes them, and where the next one reads them."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from ..datasets.images import load, pixels
from ..networks.architectures import network
from ..networks.point import CALIBRATION_IMAGES, calibrate, logits
from ..points.alignment import LAYERS, axes_of, sizes
from ..specs import Spec

Hear = Callable[[str, Tensor], Tensor | None]


def listener(spec: Spec, point: Tensor) -> nn.Module:
    """A network of its own, its batch-normalisation statistics those of the point, (D,)."""
    dataset = load(spec.dataset)
    net = network(spec.architecture, dataset.shape, dataset.classes)
    calibrate(net, point, pixels(dataset, spec.scaling)(dataset.train.images[:CALIBRATION_IMAGES]))
    return net


def made(net: nn.Module, point: Tensor, images: Tensor, spec: Spec, hear: Hear) -> None:
    """Tell `hear` what each layer of hidden units makes of the images, (N, c, h, w), at a point,
    (D,), in order; what it returns is read instead."""
    makers = {axes[0] for axes in axes_of(net).values()}
    layers = {name: module for name, module in net.named_modules() if name in makers and isinstance(module, LAYERS)}
    hooks = [m.register_forward_hook(lambda _, __, out, name=name: hear(name, out)) for name, m in layers.items()]
    _images_through(net, point, images, spec, hooks)


def read(net: nn.Module, point: Tensor, images: Tensor, spec: Spec) -> dict[str, Float[Tensor, "_ _"]]:
    """What each layer that reads hidden units hears of each, at S places of images, (N, c, h, w); of a point, (D,)."""
    found, axes, units = {}, axes_of(net), sizes(net)

    def hook(name: str, module: nn.Module, n: int) -> RemovableHandle:
        return module.register_forward_pre_hook(lambda _, heard: found.update({name: by_unit(heard[0], n)}))

    read_by = {n: axes[f"{n}.weight"][1] for n, module in net.named_modules() if isinstance(module, LAYERS)}
    hooks = [hook(n, net.get_submodule(n), units[group]) for n, group in read_by.items() if group]
    _images_through(net, point, images, spec, hooks)
    return found


def by_unit(said: Float[Tensor, "N *rest"], n: int) -> Float[Tensor, "S n"]:
    """Maps or, after `flatten`, blocks of n units, with S images and places one after the other."""
    maps = said if said.dim() == 4 else said.reshape(len(said), n, -1)
    return maps.movedim(1, -1).reshape(-1, n)


def _images_through(net: nn.Module, point: Tensor, images: Tensor, spec: Spec, hooks: list) -> None:
    try:
        with torch.no_grad():
            logits(net, point, pixels(load(spec.dataset), spec.scaling)(images))
    finally:
        for hook in hooks:
            hook.remove()
