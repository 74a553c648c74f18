"""What lies around one solution: cuts and planes along random directions, of a network and of its twins.

Losses are in nats, on training images, dropout off, without any penalty.
Source: Li et al. (2018) and their released code.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ..datasets import facts, load
from ..measures import accuracy, half_width, log_likelihood
from ..networks import network
from ..points.directions import Norm, along, axis, normalised, random_direction
from ..points.planes import filter_normalised, grid
from ..points.twins import octaves, scaled_channels, scaled_layers, unit_channels
from ..predict import each_prediction, predict
from ..runs import ends
from ..specs import Spec
from ..store import stored


@dataclass(frozen=True)
class Twin:
    """Which weights of the function: a factor for each convolution; powers of two for its channels; or `unit` lengths.

    They are applied in that order; by default the weights are the solution's own.
    """

    layers: tuple[float, ...] = ()
    octaves: int = 0
    unit: bool = False

    def of(self, net: nn.Module, theta: Float[Tensor, " D"]) -> Float[Tensor, " D"]:
        """That twin of θ."""
        if self.layers:
            theta = scaled_layers(net, theta, self.layers)
        if self.octaves:
            theta = scaled_channels(net, theta, octaves(net, self.octaves, seed=0))
        return unit_channels(net, theta) if self.unit else theta


ITSELF = Twin()


def four(first: Spec, times: int, decay: float) -> dict[tuple[float, int], Spec]:
    """Batch size times weight decay: by (λ, batch size), the recipe of `first` and that with batches so many times as
    large, each without and with λ. The rate of the larger batch is √times as large: it makes fewer steps."""
    large = replace(first, batch_size=times * first.batch_size, learning_rate=times**0.5 * first.learning_rate)
    return {(d, s.batch_size): replace(s, weight_decay=d) for d in (0.0, decay) for s in (first, large)}


def judged(spec: Spec, points: Iterable[Tensor], inputs: int) -> dict[str, Float[Tensor, " M"]]:
    """Of each of M points, (D,): `loss` and `accuracy` on the first N training images.

    A probability below 10⁻³⁰ counts as that, as on the plane of two optima.
    """
    train, rows = load(spec.dataset).train, []
    images, labels = train.images[:inputs], train.labels[:inputs]
    for probs in each_prediction(spec, points, images, "bfloat16"):
        loss = -log_likelihood(probs[None].clamp_min(1e-30), labels)
        rows.append(torch.cat([loss, accuracy(probs[None], labels)]))
    return dict(zip(("loss", "accuracy"), torch.stack(rows).T.contiguous(), strict=True))


def solved(spec: Spec, twin: Twin = ITSELF) -> tuple[nn.Module, Float[Tensor, " D"]]:
    """The network of a run, and its solution in these weights."""
    data = facts(spec.dataset)
    net = network(spec.architecture, data.shape, data.classes)
    return net, twin.of(net, ends([spec])[0])


@stored()
def cuts(
    spec: Spec, norm: Norm, reach: float, half: int, inputs: int, twin: Twin = ITSELF, directions: int = 5
) -> dict[str, Tensor]:
    """`loss` and `accuracy`, (S, W), at the places of `axis`, along each of S random directions through a solution."""
    net, theta = solved(spec, twin)
    drawn = torch.stack([normalised(net, random_direction(net, k), theta, norm) for k in range(directions)])
    places = axis(reach, half)[:, None]
    found = [judged(spec, along(theta, d[None], places), inputs) for d in drawn]
    return {name: torch.stack([one[name] for one in found]) for name in found[0]}


def of_runs(specs: Sequence[Spec], norm: Norm, reach: float, half: int, inputs: int) -> dict[str, Tensor]:
    """`cuts` through the solutions of R runs, the same directions for each, (R, S, W); their half-widths, `width`,
    (R, S)."""
    each = [cuts(spec, norm, reach, half, inputs) for spec in specs]
    found = {name: torch.stack([one[name] for one in each]) for name in each[0]}
    return found | {"width": torch.stack([half_width(one, axis(reach, half)) for one in found["loss"]])}


@stored()
def plane(spec: Spec, norm: Norm, reach: float, half: int, inputs: int, twin: Twin = ITSELF) -> dict[str, Tensor]:
    """`loss` and `accuracy`, (W, W), over the first two of these directions: a row for each step along the second."""
    net, theta = solved(spec, twin)
    drawn = torch.stack([normalised(net, random_direction(net, k), theta, norm) for k in range(2)])
    xs = axis(reach, half)
    found = judged(spec, along(theta, drawn, grid(xs, xs)), inputs)
    return {name: values.view(len(xs), -1) for name, values in found.items()}


@stored()
def chosen(spec: Spec, other: Spec, reach: float, half: int, inputs: int) -> dict[str, Tensor]:
    """`loss` and `accuracy`, (2, W), along two directions that are not random, filter by filter as long as θ: θ itself,
    biases apart, and the way to the solution of `other`."""
    net, theta = solved(spec)
    ways = torch.stack([filter_normalised(net, d, theta) for d in (theta, ends([other])[0] - theta)])
    places = axis(reach, half)[:, None]
    found = [judged(spec, along(theta, d[None], places), inputs) for d in ways]
    return {name: torch.stack([one[name] for one in found]) for name in found[0]}


@stored()
def solutions(specs: Sequence[Spec], inputs: int) -> dict[str, Tensor]:
    """Of R solutions, (R,): `accuracy` on the test images, `loss` on the first N training images, `norm` of θ."""
    thetas, test = ends(specs), load(specs[0].dataset).test
    return {
        "accuracy": accuracy(predict(specs[0], thetas, test.images), test.labels),
        "loss": judged(specs[0], thetas, inputs)["loss"],
        "norm": thetas.norm(dim=1),
    }


@stored()
def compared(spec: Spec, twins: Sequence[Twin]) -> dict[str, Tensor]:
    """K twins against the solution itself, (K,): on how many test images the labels differ, `labels`; the largest
    difference of a probability, `probs`; the length of the way from one to the other over that of θ, `moved`."""
    images, theta = load(spec.dataset).test.images, ends([spec])[0]
    points = torch.stack([solved(spec, twin)[1] for twin in twins])
    probs = predict(spec, torch.cat([theta[None], points]), images)
    labels = probs.argmax(-1)
    return {
        "labels": (labels[1:] != labels[0]).sum(1),
        "probs": (probs[1:] - probs[0]).abs().flatten(1).amax(1),
        "moved": (points - theta).norm(dim=1) / theta.norm(),
    }
