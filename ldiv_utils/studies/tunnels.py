"""Paths between the solutions of two runs, straight and bent: what their networks do, point after point."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from ..datasets import load
from ..measures import label_difference
from ..networks import network
from ..points import arc_length, polychain
from ..runs import Curve, Elastic, band, curve, ends
from ..specs import Spec
from ..store import stored
from .paths import first, seen
from .rays import scaled_by_layer

Path = Curve | Elastic | None  # a trained curve, a settled band, or the straight line


def profile(one: Spec, other: Spec, how: Path, training: int, test: int, pieces: int = 60) -> dict[str, Tensor]:
    """What M networks along a path between the solutions of two runs do, on so many training and so many test images.

    `length`, (M,): how far along the path each is, over the distance of its ends. For either kind of images, as
    `training_…` and `test_…`: `loss` in nats and `accuracy`, (M,); `change`, (2, M), the share of images labelled
    otherwise than by the first end and by the last. Memory does not grow with M.

    M is pieces + 1, evenly in t. A band has as many pieces in each gap, so that its pivots are among the M: then there
    are the fewest that `pieces` allows. Raises ValueError if a curve's pieces are such that a chain's bend is not.
    """
    if isinstance(how, Curve) and pieces % (how.bends + 1):
        raise ValueError(f"{pieces} pieces were given; allowed: multiples of {how.bends + 1}, to meet each bend")
    match how:
        case Curve():
            return curve_profile(one, other, how, training, test, pieces)
        case Elastic():
            return band_profile(one, other, how, training, test, pieces)
    return line_profile(one, other, training, test, pieces)


@stored()
def line_profile(one: Spec, other: Spec, training: int, test: int, pieces: int) -> dict[str, Tensor]:
    """The `profile` of the straight line, `length` (M,) and the rest."""
    return _profile(one, ends([one, other]), polychain(torch.linspace(0, 1, pieces + 1), 2), training, test)


@stored()
def curve_profile(one: Spec, other: Spec, how: Curve, training: int, test: int, pieces: int) -> dict[str, Tensor]:
    """The `profile` of a curve, `length` (M,) and the rest."""
    pivots = curve(one, other, how)["pivots"].float()
    return _profile(one, pivots, how.at(torch.linspace(0, 1, pieces + 1)), training, test)


@stored()
def band_profile(one: Spec, other: Spec, how: Elastic, training: int, test: int, pieces: int) -> dict[str, Tensor]:
    """The `profile` of a band, which is a chain of many pivots; `pivot`, (M,): which of the M are pivots."""
    pivots = band(one, other, how)["pivots"].float()
    gaps = len(pivots) - 1
    each = -(-pieces // gaps)
    mixture = polychain(torch.linspace(0, 1, gaps * each + 1), len(pivots))
    return _profile(one, pivots, mixture, training, test) | {"pivot": torch.arange(gaps * each + 1) % each == 0}


@stored()
def scaled(one: Spec, ts: tuple[float, ...], test: int) -> dict[str, Tensor]:
    """A solution scaled layer by layer, at S scales: its `loss` in nats and `accuracy`, (S,), on so many test images.

    A path on which no label changes until it meets the origin: see `rays.scaled_by_layer`.
    """
    dataset, [theta] = load(one.dataset), ends([one])
    net = network(one.architecture, dataset.shape, dataset.classes)
    points = torch.stack([scaled_by_layer(net, theta, t) for t in ts])
    found = seen(one, points, first(dataset.test, test), "float32")
    return {"loss": found["loss"], "accuracy": found["accuracy"]}


def _profile(
    spec: Spec, pivots: Float[Tensor, "P D"], mixture: Float[Tensor, "M P"], training: int, test: int
) -> dict[str, Tensor]:
    result = {"length": arc_length(c @ pivots for c in mixture) / (pivots[-1] - pivots[0]).norm()}
    dataset = load(spec.dataset)
    for name, split in (("training", first(dataset.train, training)), ("test", first(dataset.test, test))):
        each = seen(spec, (c @ pivots for c in mixture), split, spec.precision)
        labels = each.pop("labels")
        change = torch.stack([label_difference(labels, labels[end]) for end in (0, -1)])
        result |= {f"{name}_{what}": values for what, values in each.items()} | {f"{name}_change": change}
    return result


def compared(profiles: Sequence[dict[str, Tensor]]) -> dict[str, Float[Tensor, " R"]]:
    """One number for each of R pairs of runs, from the profiles, (M,), of one kind of path between them.

    `highest`: training loss, and `ratio`: over that of the worse end; `lowest`: test accuracy, and `lost`: under that
    of the worse end; `middle`: test accuracy half-way; `length`: of the path, over the distance of its ends.
    """

    def of(p: dict[str, Tensor]) -> dict[str, Tensor]:
        loss, accuracy, along = p["training_loss"], p["test_accuracy"], p["length"]
        half = (along - along[-1] / 2).abs().argmin()
        return {
            "highest": loss.max(),
            "ratio": loss.max() / loss[[0, -1]].max(),
            "lowest": accuracy.min(),
            "lost": accuracy[[0, -1]].min() - accuracy.min(),
            "middle": accuracy[half],
            "length": along[-1],
        }

    each = [of(p) for p in profiles]
    return {name: torch.stack([one[name] for one in each]) for name in each[0]}
