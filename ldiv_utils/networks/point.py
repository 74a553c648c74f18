"""The way between a network and a point.

A *point* is the trainable parameters as one flat float32 vector of length D. A network object
holds no weights of interest: it is the map (point, inputs) -> logits, see `logits`.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from .architectures import ConvNet

CALIBRATION_IMAGES = 1_000


def device() -> torch.device:
    """A GPU where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


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


def batch_norm_scales(net: nn.Module) -> Bool[Tensor, " D"]:
    """Which entries of a point are scales of batch normalisation: the weights of those layers, whatever their names."""
    layers = [module for module in net.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm)]
    scales = {id(layer.weight) for layer in layers}
    return torch.cat([torch.full((p.numel(),), id(p) in scales) for p in net.parameters()])


def logits(net: nn.Module, point: Float[Tensor, " D"], images: Float[Tensor, "N c h w"]) -> Float[Tensor, "N C"]:
    """The outputs before the softmax of `net` with its weights at `point`."""
    return torch.func.functional_call(net, from_point(net, point), (images,))


def calibrate(net: nn.Module, point: Float[Tensor, " D"], images: Float[Tensor, "N c h w"]) -> None:
    """Set the batch-normalisation statistics of `net` to those that `images` have at `point`.

    Without batch normalisation there is nothing to do. With it, a point defines a function only
    together with a fixed set of inputs; this is that set.
    """
    if any(isinstance(m, nn.modules.batchnorm._BatchNorm) for m in net.modules()):
        net.train()
        with torch.no_grad():
            logits(net, point, images)
        net.eval()


def initial_point(net: nn.Module, seed: int) -> Float[Tensor, " D"]:
    """A random initial point: Glorot-uniform weights *and biases* (ConvNet), He-normal (all others).

    A bias of length n counts as a 1×n matrix, uniform in ±√(6 / (1 + n)), as in the authors' code;
    the others start with biases 0 and normalisation scales 1, as in the Keras example.
    """
    generator = torch.Generator().manual_seed(seed)
    for name, p in net.named_parameters():
        values = torch.empty(p.shape)
        if isinstance(net, ConvNet):
            nn.init.xavier_uniform_(values if p.dim() > 1 else values[None], generator=generator)
        elif p.dim() > 1:
            nn.init.kaiming_normal_(values, generator=generator)
        else:
            values.fill_(1.0 if name.endswith("weight") else 0.0)
        p.data = values
    return to_point(net)
