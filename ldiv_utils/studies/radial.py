"""The plane of the origin and two optima: what its networks are worth, and what its picture hides.

`specs` are always two runs of one architecture; lengths are in units of the first optimum's norm.
Source: Fort et al. (2020), section 4; figures 5 and S1.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor

from ..datasets import load
from ..measures import accuracy, label_difference, log_likelihood
from ..points import Family, draw, even_scales, grid, radial_plane
from ..predict import each_prediction, predict
from ..runs import ends, late_points, train
from ..specs import Precision, Spec
from ..store import stored

Split = Literal["train", "test"]


def measurements(
    specs: Sequence[Spec],
    points: Float[Tensor, "M D"] | Iterable[Float[Tensor, " D"]],
    split: Split,
    inputs: int,
    precision: Precision = "bfloat16",
) -> dict[str, Float[Tensor, " M"]]:
    """Of each of M points: accuracy, loss (nats) and agreement with the two optima, on the first N images of the split.

    The points may come one after the other, and four numbers of each are kept: memory does not grow with M.
    A probability below 10⁻³⁰ counts as that, since far out networks can be wrong beyond what a float32 holds.
    """
    spec = specs[0]
    dataset = getattr(load(spec.dataset), split)
    images, truth = dataset.images[:inputs], dataset.labels[:inputs]
    optima = predict(spec, ends(specs), images, precision).argmax(-1)
    rows = []
    for probs in each_prediction(spec, points, images, precision):
        right = accuracy(probs[None], truth)
        loss = -log_likelihood(probs[None].clamp_min(1e-30), truth)
        rows.append(torch.cat([right, loss, 1 - label_difference(optima, probs.argmax(-1))]))
    names = ("accuracy", "loss", "agreement_1", "agreement_2")
    return dict(zip(names, torch.stack(rows).T.contiguous(), strict=True))


def axis(half: int, steps: int) -> Float[Tensor, " W"]:
    """The places along each side of the map: `half` each way from the origin, `steps` of them to a unit."""
    return torch.arange(-half, half + 1) / steps


@stored()
def over_the_plane(specs: Sequence[Spec], split: Split, half: int, steps: int, inputs: int) -> dict[str, Tensor]:
    """`measurements` over the square of `axis`, (W, W): a row for each height, from the lowest."""
    (one, two), xs = ends(specs), axis(half, steps)
    plane, places = radial_plane(one, two), one.norm() * grid(xs, xs)
    points = (plane.at(place[None])[0] for place in places)
    values = measurements(specs, points, split, inputs)
    return {name: value.view(len(xs), -1) for name, value in values.items()}


def away(xs: Float[Tensor, " W"], optima: Float[Tensor, "R 2"]) -> Float[Tensor, "R W W"]:
    """How far each place of the map lies from each of R optima."""
    return (grid(xs, xs) - optima[:, None]).norm(dim=-1).view(len(optima), len(xs), len(xs))


def share_of_both(agreements: Float[Tensor, "2 W W"], between: Float[Tensor, ""]) -> Float[Tensor, ""]:
    """Share of the places that agree with both optima on more images than the optima do `between` each other."""
    return (agreements.amin(0) > between).float().mean()


@stored()
def paths(specs: Sequence[Spec]) -> dict[str, Tensor]:
    """Both trajectories: shadows on the plane `places` (2, T + 1, 2), `distance` from it and `norm` (2, T + 1)."""
    trajectories = [run["points"] for run in train(specs)]
    one, two = (points[-1] for points in trajectories)
    plane, unit = radial_plane(one, two), one.norm()
    return {
        "places": torch.stack([plane.coordinates(p) for p in trajectories]) / unit,
        "distance": torch.stack([plane.distance(p) for p in trajectories]) / unit,
        "norm": torch.stack([p.norm(dim=1) for p in trajectories]),
    }


@stored()
def checks(specs: Sequence[Spec], inputs: int) -> dict[str, Tensor]:
    """Whether the maps are true to what they show, on the first N test images.

    `same_labels`, (8,): the share that both precisions label alike, at the optima and six other points of the plane;
    `off`, (2,): by how much the accuracy of the optima's places is another than theirs; in float32 the `agreement`, (),
    of the optima with each other and their `loss`, (2,).
    """
    images = load(specs[0].dataset).test.images[:inputs]
    both = one, two = ends(specs)
    plane = radial_plane(one, two)
    copies = plane.at(plane.coordinates(both))
    more = [0.5 * one, 0.8 * two, 0.5 * (one + two), 1.3 * one, one + 0.3 * two, -one]
    points = torch.stack([*both, *more])
    fine = predict(specs[0], points, images).argmax(-1)
    coarse = predict(specs[0], points, images, "bfloat16").argmax(-1)
    own, copied = (measurements(specs, p, "test", inputs, "float32") for p in (both, copies))
    return {
        "same_labels": (fine == coarse).float().mean(1),
        "off": (own["accuracy"] - copied["accuracy"]).abs(),
        "agreement": own["agreement_1"][1],
        "loss": own["loss"],
    }


def scales(family: Family, count: int) -> Float[Tensor, " S"]:
    """For `draw`: of random and dropout samples even up to a furthest, of the others one."""
    furthest = {"random": 10.0, "dropout": 0.1}
    return even_scales(furthest[family], count) if family in furthest else torch.ones(count)


@stored()
def cloud(specs: Sequence[Spec], family: Family, count: int, inputs: int) -> dict[str, Tensor]:
    """S samples around optimum 1: their shadows on the plane, `places`, (S, 2); their `distance` from it, and how far
    they have `moved` from the optimum, (S,); their `agreement` with it on the first N test images, (S,).
    """
    (one, two), checkpoints = ends(specs), late_points(specs[:1])[0]
    points = draw(family, checkpoints, scales(family, count), seed=0)
    plane = radial_plane(one, two)
    return {
        "places": plane.coordinates(points) / one.norm(),
        "distance": plane.distance(points) / one.norm(),
        "moved": (points - one).norm(dim=1) / one.norm(),
        "agreement": measurements(specs, points, "test", inputs)["agreement_1"],
    }


@stored()
def shadows(specs: Sequence[Spec], epochs: Sequence[int], inputs: int) -> dict[str, Tensor]:
    """Accuracy of E checkpoints of the first run, `own`, and of what lies below them on the plane, `shadow`: (E,)."""
    first, second = (run["points"] for run in train(specs))
    plane, chosen = radial_plane(first[-1], second[-1]), first[list(epochs)]
    cast = plane.at(plane.coordinates(chosen))
    own, shadow = (measurements(specs, p, "test", inputs)["accuracy"] for p in (chosen, cast))
    return {"own": own, "shadow": shadow}
