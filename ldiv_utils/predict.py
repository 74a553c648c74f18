"""Any batch of points to class probabilities, one network or a GPU's worth at a time."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import torch
from jaxtyping import Float
from torch import Tensor, nn

from .datasets.images import load, pixels
from .networks.architectures import ConvNet, network
from .networks.cpu import emulates_bfloat16, keep_freed
from .networks.point import CALIBRATION_IMAGES, calibrate, device, from_point, logits, size
from .specs import Precision, Spec, current, known

IMAGES_AT_ONCE = {"cpu": 250, "cuda": 500}  # on a CPU in float32, 500 are a quarter slower, measured
POINTS_AT_ONCE = 16


def predict(
    spec: Spec, points: Float[Tensor, "M D"], images: Tensor, precision: Precision = "float32"
) -> Float[Tensor, "M N C"]:
    """Class probabilities of M networks for N images, in float32 on the CPU.

    The networks are those of `spec` with their weights at each of the points, dropout off;
    batch-normalisation statistics are taken anew for every point from the first 1,000 training
    images (all, if there are fewer). Beside the result, memory does not grow with M or N.

    Args:
        points: of any floating dtype; computed as float32.
        images: (N, channels, height, width), as the dataset stores them (before `spec.scaling`).
        precision: the lowest that the arithmetic may have. bfloat16 is about twice as fast on a CPU that has it,
            and changes few labels; one that would emulate it (`emulates_bfloat16`) computes in float32.

    Raises:
        ValueError: a shape or a dtype does not fit, the spec is older than what is registered, there is nothing to
            predict, or a weight is not finite.
    """
    each, result = each_prediction(spec, points, images, precision), torch.empty(0)
    for i, probs in enumerate(each):
        if i == 0:
            result = probs.new_empty(len(points), *probs.shape)
        result[i] = probs
    return result


def each_prediction(
    spec: Spec, points: Float[Tensor, "M D"] | Iterable[Tensor], images: Tensor, precision: Precision = "float32"
) -> Iterator[Float[Tensor, "N C"]]:
    """As `predict`, one point after the other: for when M × N × C numbers are too many to hold.

    `points` may also come one after the other, each (D,): for when M × D numbers are too many. Errors
    come with the first prediction that is asked for.
    """
    current(spec)
    where = device()
    kind = _arithmetic(precision, where)
    dataset = load(spec.dataset)
    net = network(spec.architecture, dataset.shape, dataset.classes).to(where)
    _check_images(images, dataset.shape)
    if isinstance(points, Tensor):
        _check_points(points, size(net), 0)
    images = images.float() if images.is_floating_point() else images
    inputs = pixels(dataset, spec.scaling)
    fixed = inputs(dataset.train.images[:CALIBRATION_IMAGES].to(where))
    keep_freed()
    coming, together, done = iter(points), _together(net, where), 0
    while chunk := list(islice(coming, together)):
        chunk = _stacked(chunk, size(net), done)
        done += len(chunk)
        with torch.inference_mode(), torch.autocast(where.type, torch.bfloat16, enabled=kind == torch.bfloat16):
            calibrate(net, chunk[0].to(where), fixed)
            outputs = _function(net, chunk.to(where), kind)
            batches = images.split(IMAGES_AT_ONCE[where.type])
            probs = torch.cat([outputs(inputs(batch.to(where))) for batch in batches], dim=1).float().softmax(-1)
        yield from probs.cpu()
    if not done:
        raise ValueError("no point was given; allowed: one or more")


def _together(net: nn.Module, where: torch.device) -> int:
    """How many points at once: batch normalisation needs statistics for each, and a CPU gains nothing from many."""
    alone = where.type == "cpu" or any(isinstance(module, nn.modules.batchnorm._BatchNorm) for module in net.modules())
    return 1 if alone else POINTS_AT_ONCE


def _function(net: nn.Module, points: Tensor, kind: torch.dtype) -> Callable[[Tensor], Tensor]:
    """Images (N, c, h, w) -> logits (m, N, C) of m points, by the fastest way there is."""
    if len(points) > 1:
        return lambda images: torch.func.vmap(lambda point: logits(net, point, images))(points)
    if isinstance(net, ConvNet) and points.is_cpu and _has_onednn():
        # oneDNN's own layout from the first layer to the last: its pooling keeps no indices, which saves a tenth of
        # MediumCNN's time and a third of SmallCNN's, measured.
        weights = {name: w.to_mkldnn(kind) for name, w in from_point(net, points[0]).items()}
        return lambda images: torch.func.functional_call(net, weights, (images.to_mkldnn(kind),)).to_dense()[None]
    return lambda images: logits(net, points[0], images)[None]


def _has_onednn() -> bool:
    """Whether oneDNN is there, on a processor that it has bfloat16 kernels for."""
    return torch.backends.mkldnn.is_available() and torch.backends.cpu.get_cpu_capability() == "AVX512"


def _arithmetic(precision: Precision, where: torch.device) -> torch.dtype:
    """What is computed in where `precision` is allowed."""
    known("precision", precision, Precision)
    emulated = precision == "bfloat16" and where.type == "cpu" and emulates_bfloat16()
    return torch.float32 if emulated else getattr(torch, precision)


def _check_images(images: Tensor, shape: tuple[int, int, int]) -> None:
    if not isinstance(images, Tensor):
        raise ValueError(f"images of type {type(images).__name__} were given; allowed: a torch tensor")
    if images.dim() != 4 or len(images) == 0 or images.shape[1:] != shape:
        allowed = ", ".join(map(str, shape))
        raise ValueError(f"images of shape {tuple(images.shape)} were given; allowed: (N, {allowed}) with N ≥ 1")


def _stacked(points: list[Tensor], weights: int, first: int) -> Float[Tensor, "m D"]:
    """Points that came one after the other, `first` of them before these, as float32."""
    for i, point in enumerate(points):
        if not isinstance(point, Tensor) or point.shape != (weights,):
            given = f"shape {tuple(point.shape)}" if isinstance(point, Tensor) else f"type {type(point).__name__}"
            raise ValueError(f"point {first + i} of {given} was given; allowed: a torch tensor of shape ({weights},)")
    batch = torch.stack(points)
    _check_points(batch, weights, first)
    return batch.float()


def _check_points(points: Tensor, weights: int, first: int) -> None:
    """`first` is the number of points that came before these."""
    if points.dim() != 2 or len(points) == 0 or points.shape[1] != weights:
        raise ValueError(f"points of shape {tuple(points.shape)} were given; allowed: (M, {weights}) with M ≥ 1")
    if not points.is_floating_point():
        raise ValueError(f"points of {points.dtype} were given; allowed: floating-point numbers")
    if bad := [first + i for i, point in enumerate(points) if not point.float().isfinite().all()]:
        raise ValueError(f"points {bad} hold weights that are not finite; every weight must be a finite float32 number")
