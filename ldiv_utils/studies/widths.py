"""A ladder of widths on the digits: from which on are two runs one network, renumbered?"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ..datasets.images import load
from ..measures import accuracy, barrier, cosine_similarity
from ..networks import network, register
from ..networks.architectures import ConvNet
from ..networks.point import CALIBRATION_IMAGES
from ..points.alignment import NORMS, permute
from ..points.matching import weight_matching
from ..predict import predict
from ..runs import run
from ..specs import Spec, known
from ..store import stored
from .matching import activation_matching
from .repair import repaired

Kind = Literal["perceptron", "convolutions", "convolutions_normalised"]
WAYS = ("none", "weights", "activations", "repaired")


def ladder_spec(base: Spec, kind: Kind, width: float, seed: int) -> Spec:
    """The run of `base` with that seed by a network `width` times as wide as SmallCNN, or as two layers of 64 units."""
    known("kind", kind, Kind)
    name = f"{kind}_{width:g}".replace(".", "_")
    register(name, _build(kind, width))
    return replace(base, architecture=name, init_seed=seed, batch_seed=seed)


@stored(version=1)
def rung(base: Spec, kind: Kind, width: float, pair: int) -> dict[str, Tensor]:
    """Two runs of one width, and the line between them, its second end renumbered in W ways or repaired besides.

    `error`, (W, 11): of the networks evenly along the line, on the test images, in the order of `WAYS`; `cosine`,
    (W,), of its ends. With batch normalisation, whose statistics are taken anew, nothing is to repair. Pairs share no
    run.
    """
    specs = [ladder_spec(base, kind, width, 2 * pair + i) for i in range(2)]
    a, b = (run(spec)["points"][-1] for spec in specs)
    spec, data = specs[0], load(specs[0].dataset)
    net, images = network(spec.architecture, data.shape, data.classes), data.train.images[:CALIBRATION_IMAGES]
    by_weights = permute(net, b, weight_matching(net, a, b)[0])
    by_activations = permute(net, b, activation_matching(spec, a, b, images)[0])
    normalised = any(isinstance(module, NORMS) for module in net.modules())
    errors, cosines, ts = [], [], torch.linspace(0, 1, 11)
    for way, end in zip(WAYS, (b, by_weights, by_activations, by_activations), strict=True):
        points = (1 - ts)[:, None] * a + ts[:, None] * end
        if way == "repaired" and not normalised:
            points[1:-1] = torch.stack(list(repaired(spec, a, end, ts[1:-1].tolist(), images)))
        errors.append(1 - accuracy(predict(spec, points, data.test.images), data.test.labels))
        cosines.append(cosine_similarity(torch.stack([a, end]))[0, 1])
    return {"error": torch.stack(errors), "cosine": torch.stack(cosines)}


def ladder(base: Spec, kind: Kind, widths: Sequence[float], pairs: int) -> dict[str, Float[Tensor, "W K"]]:
    """For each of `WAYS`, how far the error rises along the line above the mean of its ends, of K pairs at W widths."""
    t = torch.linspace(0, 1, 11)
    rungs = [[rung(base, kind, width, pair)["error"] for pair in range(pairs)] for width in widths]
    barriers = [[barrier(errors.T, t, "mean") for errors in of] for of in rungs]
    return dict(zip(WAYS, torch.stack([torch.stack(each) for each in barriers]).permute(2, 0, 1), strict=True))


def _build(kind: Kind, width: float) -> Callable[..., nn.Module]:
    """How the network of that kind and width is made."""

    def build(shape: tuple[int, int, int], classes: int, dropout: float) -> nn.Module:
        if kind == "perceptron":
            return perceptron(shape, classes, round(64 * width))
        channels = tuple(round(width * n) for n in (16, 32, 32))
        if kind == "convolutions":
            return ConvNet(channels, shape, classes, dropout)
        return normalised(channels, shape, classes)

    return build


def perceptron(shape: tuple[int, int, int], classes: int, units: int) -> nn.Module:
    """Two hidden layers of ReLU units."""
    inputs = shape[0] * shape[1] * shape[2]
    hidden = nn.Linear(inputs, units), nn.ReLU(), nn.Linear(units, units), nn.ReLU()
    return nn.Sequential(nn.Flatten(), *hidden, nn.Linear(units, classes))


def normalised(channels: tuple[int, ...], shape: tuple[int, int, int], classes: int) -> nn.Module:
    """SmallCNN's layers with batch normalisation and a ReLU after each convolution, before pooling."""
    before, height, width = shape
    layers: list[nn.Module] = []
    for after in channels:
        layers += [nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU()]
        layers += [nn.MaxPool2d(2, ceil_mode=True)]
        before, height, width = after, -(-height // 2), -(-width // 2)
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(before * height * width, classes))
