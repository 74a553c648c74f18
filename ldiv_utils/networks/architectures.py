"""The three networks of the paper, and the way between a network and a point.

A *point* is the trainable parameters as one flat float32 vector of length D. A network object
holds no weights of interest: it is the map (point, inputs) -> logits, see `logits`.
"""

from typing import get_args

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from .cpu import dropout
from ..specs import Architecture

CALIBRATION_IMAGES = 1_000


def device() -> torch.device:
    """A GPU where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


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


def network(architecture: Architecture, shape: tuple[int, int, int], classes: int, dropout: float = 0.0) -> nn.Module:
    """The network of that name for inputs of `shape` (channels, height, width), in evaluation mode."""
    match architecture:
        case "small_cnn":
            net = ConvNet((16, 32, 32), shape, classes, dropout)
        case "medium_cnn":
            net = ConvNet((64, 128, 256, 256), shape, classes, dropout)
        case "resnet20":
            net = ResNet20v1(shape, classes)
        case _:
            raise ValueError(f"architecture {architecture!r} is unknown; allowed: {', '.join(get_args(Architecture))}")
    return net.eval()


def size(net: nn.Module) -> int:
    """D, the number of trainable parameters of `net`."""
    return sum(p.numel() for p in net.parameters())


def to_point(net: nn.Module) -> Float[Tensor, " D"]:
    """The network's parameters as one flat float32 vector (a copy)."""
    return torch.cat([p.detach().flatten() for p in net.parameters()]).float()


def from_point(net: nn.Module, point: Float[Tensor, " D"]) -> dict[str, Tensor]:
    """The parameters of `net` by name, as views into `point`; the exact inverse of `to_point`."""
    if point.shape != (size(net),):
        raise ValueError(f"a point of shape {tuple(point.shape)} was given; this network has {size(net)} parameters")
    names, params = zip(*net.named_parameters(), strict=True)
    pieces = point.split([p.numel() for p in params])
    return {name: piece.view(p.shape) for name, piece, p in zip(names, pieces, params, strict=True)}


def logits(net: nn.Module, point: Float[Tensor, " D"], images: Float[Tensor, "N c h w"]) -> Float[Tensor, "N C"]:
    """The outputs before the softmax of `net` with its weights at `point`."""
    return torch.func.functional_call(net, from_point(net, point), (images,))


def calibrate(net: nn.Module, point: Float[Tensor, " D"], images: Float[Tensor, "N c h w"]) -> None:
    """Set the batch-normalisation statistics of `net` to those that `images` have at `point`.

    Without batch normalisation there is nothing to do. With it, a point defines a function only
    together with a fixed set of inputs; this is that set.
    """
    if any(isinstance(m, nn.BatchNorm2d) for m in net.modules()):
        net.train()
        with torch.no_grad():
            logits(net, point, images)
        net.eval()


def initial_point(net: nn.Module, seed: int) -> Float[Tensor, " D"]:
    """A random initial point: Glorot-uniform weights *and biases* (ConvNet), He-normal (ResNet20v1).

    A bias of length n counts as a 1×n matrix, uniform in ±√(6 / (1 + n)), as in the authors' code;
    ResNet20v1 starts with biases 0 and batch-normalisation scales 1, as in the Keras example.
    """
    generator = torch.Generator().manual_seed(seed)
    for name, p in net.named_parameters():
        values = torch.empty(p.shape)
        if isinstance(net, ConvNet):
            nn.init.xavier_uniform_(values if p.dim() > 1 else values[None], generator=generator)
        elif p.dim() > 1:
            nn.init.kaiming_normal_(values, generator=generator)
        else:
            values.fill_(1.0 if "norm" in name and name.endswith("weight") else 0.0)
        p.data = values
    return to_point(net)
