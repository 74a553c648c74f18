"""Any batch of points to class probabilities, one network or a GPU's worth at a time."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import get_args

import torch
from jaxtyping import Float
from torch import Tensor, nn

from . import data
from .models import CALIBRATION_IMAGES, calibrate, device, logits, network, size
from .specs import Precision, Spec

IMAGES_AT_ONCE = {"cpu": 125, "cuda": 500}  # what fits a CPU's caches is a quarter faster there, measured
POINTS_AT_ONCE = 16


def predict(
    spec: Spec, points: Float[Tensor, "M D"], images: Tensor, precision: Precision = "float32"
) -> Float[Tensor, "M N C"]:
    """Class probabilities of M networks for N images, in float32 on the CPU.

    The networks are those of `spec` with their weights at each of the points, dropout off;
    batch-normalisation statistics are taken anew for every point from the first 1,000 training
    images. Beside the result, memory does not grow with M or N.

    Args:
        images: (N, channels, height, width), as the dataset stores them (before `spec.scaling`).
        precision: of the arithmetic; bfloat16 is about twice as fast on a CPU, and changes few labels.

    Raises:
        ValueError: a shape does not fit the spec, there is nothing to predict, or a weight is not finite.
    """
    return torch.stack(list(each_prediction(spec, points, images, precision)))


def each_prediction(
    spec: Spec, points: Float[Tensor, "M D"] | Iterable[Tensor], images: Tensor, precision: Precision = "float32"
) -> Iterator[Float[Tensor, "N C"]]:
    """As `predict`, one point after the other: for when M × N × C numbers are too many to hold.

    `points` may also come one after the other, each (D,): for when M × D numbers are too many.
    """
    if precision not in get_args(Precision):
        raise ValueError(f"precision {precision!r} is unknown; allowed: {', '.join(get_args(Precision))}")
    dataset, where = data.load(spec.dataset), device()
    net = network(spec.architecture, dataset.shape, dataset.classes).to(where)
    _check_images(images, dataset.shape)
    if isinstance(points, Tensor):
        _check_points(points, size(net))
    inputs = data.pixels(dataset, spec.scaling)
    fixed = inputs(dataset.train.images[:CALIBRATION_IMAGES].to(where))
    # Batch normalisation needs statistics for each point, and a CPU gains nothing from many at once.
    together = POINTS_AT_ONCE if where.type == "cuda" and spec.architecture != "resnet20" else 1
    coming = iter(points)
    while chunk := list(islice(coming, together)):
        chunk = torch.stack(chunk)
        _check_points(chunk, size(net))
        with torch.inference_mode(), torch.autocast(where.type, torch.bfloat16, enabled=precision == "bfloat16"):
            probs = _chunk(net, chunk.to(where), images, inputs, fixed)
        yield from probs


def _chunk(net: nn.Module, points: Tensor, images: Tensor, inputs: Callable, fixed: Tensor) -> Tensor:
    """Probabilities (m, N, C) of m points at once, a few hundred images at a time."""
    calibrate(net, points[0], fixed)
    outputs = []
    for batch in images.split(IMAGES_AT_ONCE[points.device.type]):
        batch = inputs(batch.to(points.device))
        if len(points) == 1:
            outputs.append(logits(net, points[0], batch)[None])
        else:
            outputs.append(torch.func.vmap(lambda point, x=batch: logits(net, point, x))(points))
    return torch.cat(outputs, dim=1).float().softmax(-1).cpu()


def _check_images(images: Tensor, shape: tuple[int, int, int]) -> None:
    if images.dim() != 4 or len(images) == 0 or images.shape[1:] != shape:
        allowed = ", ".join(map(str, shape))
        raise ValueError(f"images of shape {tuple(images.shape)} were given; allowed: (N, {allowed}) with N ≥ 1")


def _check_points(points: Tensor, weights: int) -> None:
    if points.dim() != 2 or len(points) == 0 or points.shape[1] != weights:
        raise ValueError(f"points of shape {tuple(points.shape)} were given; allowed: (M, {weights}) with M ≥ 1")
    if not points.isfinite().all():
        bad = (~points.isfinite().all(1)).nonzero().flatten().tolist()
        raise ValueError(f"points {bad} hold weights that are not finite; every weight must be a finite number")
