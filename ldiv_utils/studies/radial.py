"""The plane of the origin and two optima: what its networks are worth, and what its picture hides.

`specs` are always two runs of one architecture; lengths are in units of the first optimum's norm.
Source: Fort et al. (2020), section 4; figures 5 and S1.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ..datasets import facts, load
from ..measures import accuracy, label_difference, log_likelihood
from ..networks import from_point, network
from ..points import Family, draw, grid, radial_plane
from ..predict import each_prediction, predict
from ..runs import ends, late_points, train
from ..specs import Precision, Spec
from ..store import stored

Split = Literal["train", "test"]


def judge(
    specs: Sequence[Spec], points: Iterable[Tensor], split: Split, count: int, precision: Precision = "bfloat16"
) -> dict[str, Float[Tensor, " M"]]:
    """Of each of M points: accuracy, loss (nats) and agreement with the two optima, on the first `count` images.

    The points may come one after the other, and four numbers of each are kept: memory does not grow with M.
    A probability below 10⁻³⁰ counts as that, since far out networks can be wrong beyond what a float32 holds.
    """
    spec = specs[0]
    dataset = getattr(load(spec.dataset), split)
    images, truth = dataset.images[:count], dataset.labels[:count]
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
def over_the_plane(specs: Sequence[Spec], split: Split, half: int, steps: int, count: int) -> dict[str, Tensor]:
    """`judge` over the square of `axis`, (W, W): a row for each height, from the lowest."""
    (one, two), xs = ends(specs), axis(half, steps)
    plane, places = radial_plane(one, two), one.norm() * grid(xs, xs)
    points = (plane.at(place[None])[0] for place in places)
    values = judge(specs, points, split, count)
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
def checks(specs: Sequence[Spec], count: int) -> dict[str, Tensor]:
    """Whether the maps are true to what they show: `same_labels` in both precisions, accuracy `off` the checkpoints'.

    Beside them `agreement` of the two optima and their `loss`, in float32.
    """
    images = load(specs[0].dataset).test.images[:count]
    both = one, two = ends(specs)
    plane = radial_plane(one, two)
    copies = plane.at(plane.coordinates(both))
    more = [0.5 * one, 0.8 * two, 0.5 * (one + two), 1.3 * one, one + 0.3 * two, -one]
    points = torch.stack([*both, *more])
    fine = predict(specs[0], points, images).argmax(-1)
    coarse = predict(specs[0], points, images, "bfloat16").argmax(-1)
    own, copied = (judge(specs, p, "test", count, "float32") for p in (both, copies))
    return {
        "same_labels": (fine == coarse).float().mean(1),
        "off": (own["accuracy"] - copied["accuracy"]).abs(),
        "agreement": own["agreement_1"][1],
        "loss": own["loss"],
    }


def scales(family: Family, count: int) -> Float[Tensor, " S"]:
    """For `draw`: of random and dropout samples even up to a furthest, of the others one."""
    furthest = {"random": 10, "dropout": 0.1}
    if family in furthest:
        return furthest[family] * ((torch.arange(count) + 0.5) / count)
    return torch.ones(count)


@stored()
def cloud(specs: Sequence[Spec], family: Family, samples: int, count: int) -> dict[str, Tensor]:
    """Samples around optimum 1: shadows, distance from the plane and from the optimum, agreement with it."""
    (one, two), checkpoints = ends(specs), late_points(specs[:1])[0]
    points = draw(family, checkpoints, scales(family, samples), seed=0)
    plane = radial_plane(one, two)
    return {
        "places": plane.coordinates(points) / one.norm(),
        "distance": plane.distance(points) / one.norm(),
        "moved": (points - one).norm(dim=1) / one.norm(),
        "agreement": judge(specs, points, "test", count)["agreement_1"],
    }


def scaled_by_layer(net: nn.Module, theta: Float[Tensor, " D"], t: float | int) -> Float[Tensor, " D"]:
    """All weights times t, the bias of layer i times tⁱ: of L layers of ReLU, all logits times tᴸ for t > 0.

    Source: Garipov et al. (2018), appendix A.8.
    """
    layer, parts = 0, []
    for name, values in from_point(net, theta).items():
        layer += name.endswith("weight")  # the bias of a layer follows its weights
        parts.append(values.flatten() * t ** (layer if name.endswith("bias") else 1))
    return torch.cat(parts)


@stored()
def ray(specs: Sequence[Spec], run: int, ts: Sequence[float], count: int) -> dict[str, Tensor]:
    """Along t θ of one optimum: accuracy, loss and agreement with it; and agreement when scaled `by_layer`."""
    theta = ends(specs)[run]
    data = facts(specs[0].dataset)
    net = network(specs[0].architecture, data.shape, data.classes)
    plain = judge(specs, (t * theta for t in ts), "test", count)
    layered = (scaled_by_layer(net, theta, t) for t in ts)
    layered = judge(specs, layered, "test", count, "float32")
    agreement = f"agreement_{run + 1}"
    return {
        "accuracy": plain["accuracy"],
        "loss": plain["loss"],
        "agreement": plain[agreement],
        "by_layer": layered[agreement],
    }


@stored()
def shadows(specs: Sequence[Spec], epochs: Sequence[int], count: int) -> dict[str, Tensor]:
    """Accuracy of checkpoints of the first run (`own`) and of the networks below them on the plane (`shadow`)."""
    first, second = (run["points"] for run in train(specs))
    plane, chosen = radial_plane(first[-1], second[-1]), first[list(epochs)]
    cast = plane.at(plane.coordinates(chosen))
    own, shadow = (judge(specs, p, "test", count)["accuracy"] for p in (chosen, cast))
    return {"own": own, "shadow": shadow}
