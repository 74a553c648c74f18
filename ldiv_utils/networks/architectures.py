"""The three networks of the paper. A network object holds no weights of interest: see `point.logits`."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..specs import REGISTERED, known, names_of
from ..specs import register as register_name
from ..store.source import source_version
from .cpu import dropout


class ConvNet(nn.Module):
    """Convolutions 3×3, each followed by dropout, 2×2 max-pooling and (but the last) a ReLU.

    The order, and the missing last ReLU, are those of the authors' code. Pooling rounds up
    ('same' padding), so any input size works: 32 → 4 and 8 → 1 after three blocks.
    Source: Fort et al. (2020), section 3; their released notebook.
    """

    def __init__(self, channels: tuple[int, ...], shape: tuple[int, int, int], classes: int, p: float):
        super().__init__()
        depth, height, width = shape
        self.convolutions = nn.ModuleList(
            nn.Conv2d(before, after, 3, padding=1) for before, after in zip((depth, *channels), channels, strict=False)
        )
        self.p = p
        for _ in channels:
            height, width = -(-height // 2), -(-width // 2)
        self.dense = nn.Linear(channels[-1] * height * width, classes)

    def forward(self, x: Tensor) -> Tensor:
        for i, convolution in enumerate(self.convolutions):
            if i > 0:
                x = F.relu(x)
            x = dropout(convolution(x), self.p, self.training)
            x = F.max_pool2d(x, 2, ceil_mode=True)
        return self.dense(x.flatten(1))


class ResidualBlock(nn.Module):
    """conv-BN-ReLU-conv-BN, plus the input (through a 1×1 convolution where the shape changes), ReLU."""

    def __init__(self, before: int, after: int, stride: int):
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(after, momentum=1.0)
        self.conv2 = nn.Conv2d(after, after, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(after, momentum=1.0)
        self.shortcut = nn.Conv2d(before, after, 1, stride) if before != after else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(y)) + self.shortcut(x))


class ResNet20v1(nn.Module):
    """Three stages of three residual blocks with 16, 32 and 64 channels, mean-pooling, dense.

    Momentum 1 makes the batch-normalisation statistics those of the last training-mode batch:
    a point is then judged with the statistics of `calibrate`, never with a running average.
    Source: He et al. (2016); the Keras example that Fort et al. (2020) follow, without the
    biases that a following batch normalisation cancels.
    """

    def __init__(self, shape: tuple[int, int, int], classes: int):
        super().__init__()
        self.conv = nn.Conv2d(shape[0], 16, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(16, momentum=1.0)
        widths = [(16, 16, 1)] * 3 + [(16, 32, 2), (32, 32, 1), (32, 32, 1), (32, 64, 2), (64, 64, 1), (64, 64, 1)]
        self.blocks = nn.Sequential(*(ResidualBlock(*w) for w in widths))
        self.dense = nn.Linear(64, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.norm(self.conv(x)))
        return self.dense(self.blocks(x).mean((2, 3)))


Build = Callable[[tuple[int, int, int], int, float], nn.Module]


def register(name: str, build: Build) -> None:
    """Let a spec's `architecture` be `name`: the network `build(shape, classes, dropout)` for inputs of that shape.

    What `build` says counts in the name of every run, so that an edited network trains anew.
    Raises ValueError for a name of the book's, TypeError if it cannot be told what `build` says.
    """
    if not callable(build):
        raise TypeError(f"a {type(build).__name__} was given as build; allowed: a function that returns a torch module")
    register_name("architecture", name, build, source_version(build))


def network(architecture: str, shape: tuple[int, int, int], classes: int, dropout: float = 0.0) -> nn.Module:
    """The network of that name for inputs of `shape` (channels, height, width), in evaluation mode.

    Batch-normalisation statistics are those of the last training-mode batch, in a registered network too.
    """
    match architecture:
        case "small_cnn":
            net = ConvNet((16, 32, 32), shape, classes, dropout)
        case "medium_cnn":
            net = ConvNet((64, 128, 256, 256), shape, classes, dropout)
        case "resnet20":
            net = ResNet20v1(shape, classes)
        case _:
            known("architecture", architecture, names_of("architecture"))
            net = _own(architecture, shape, classes, dropout)
    return net.eval()


def _own(name: str, shape: tuple[int, int, int], classes: int, dropout: float) -> nn.Module:
    """The registered network, the same whenever it is built. Raises ValueError if it gives no logits."""
    with torch.random.fork_rng([]), torch.no_grad():
        torch.manual_seed(0)  # for a mask, say, that it draws for a buffer
        net = REGISTERED["architecture"][name].make(shape, classes, dropout)
        if not isinstance(net, nn.Module):
            raise ValueError(f"the network {name!r} was built as a {type(net).__name__}; allowed: a torch module")
        given = net.eval()(torch.zeros(2, *shape))
    if not isinstance(given, Tensor) or given.shape != (2, classes):
        found = tuple(given.shape) if isinstance(given, Tensor) else type(given).__name__
        raise ValueError(f"the network {name!r} gives {found} for images {(2, *shape)}; allowed: logits {(2, classes)}")
    for norm in (module for module in net.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm)):
        norm.momentum = 1.0
    return net
