"""What training takes: multiplications are counted, and time follows from the rate that was measured."""

from collections.abc import Sequence

import torch
from torch import nn

from ..datasets import facts
from ..networks import network
from ..specs import Spec

PASSES = 3  # forward, and backward twice: the gradients of what a layer sees and of its weights
STAGES = ((64, 3), (128, 4), (256, 6), (512, 3))  # of ResNet50: inner channels, and blocks


def multiplications(net: nn.Module, shape: Sequence[int]) -> int:
    """Multiplications for one image of `shape` (channels, height, width), in convolutions and dense layers, forward.

    An output takes as many as its filter has weights. `net` is left as it was.
    """
    counted = []

    def count(layer: nn.Module, _: tuple, made: torch.Tensor) -> None:
        counted.append(made[0].numel() * layer.weight[0].numel())

    layers = [module for module in net.modules() if isinstance(module, nn.Conv2d | nn.Linear)]
    hooks = [layer.register_forward_hook(count) for layer in layers]
    training = net.training
    try:
        with torch.inference_mode():
            net.eval()(torch.zeros(1, *shape))
    finally:
        net.train(training)
        for hook in hooks:
            hook.remove()
    return sum(counted)


def resnet50(side: int = 224, classes: int = 1000) -> int:
    """The same of ResNet50 for an RGB image of `side` × `side` pixels, a multiple of 32; biases aside.

    A 7×7 convolution with stride 2 and pooling, then blocks of 1×1, 3×3 and 1×1 convolutions, the 3×3 one with stride 2
    where a stage but the first begins, and a 1×1 shortcut there. Source: He et al. (2016), "Identity mappings".
    """
    if side < 32 or side % 32:
        raise ValueError(f"an image of {side} pixels was given; allowed: a multiple of 32")
    side //= 2
    total, before, side = 3 * 64 * 49 * side**2, 64, side // 2
    for stage, (inner, blocks) in enumerate(STAGES):
        for block in range(blocks):
            total += before * inner * side**2
            side //= 2 if stage and not block else 1
            total += (9 * inner * inner + 4 * inner * inner + (0 if block else 4 * before * inner)) * side**2
            before = 4 * inner
    return total + before * classes


def of_run(spec: Spec) -> int:
    """Multiplications of one whole run of `spec`: 3 · of an image · training images · epochs."""
    data = facts(spec.dataset)
    each = multiplications(network(spec.architecture, data.shape, data.classes), data.shape)
    return PASSES * each * data.train * spec.epochs


def imagenet(images: int, epochs: int) -> int:
    """The same of a run of ResNet50 on so many images of ImageNet, with a thousand classes."""
    return PASSES * resnet50() * images * epochs


def hours(of_run: int, rate: float) -> float:
    """Hours of a run at so many multiplications a second."""
    if rate <= 0:
        raise ValueError(f"{rate:g} multiplications a second were given; allowed: more than 0")
    return of_run / rate / 3600
