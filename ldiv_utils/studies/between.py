"""What changes between two solutions: loss, accuracy and labels along a tunnel, and over the triangles to the origin.

`how` says which tunnel: a `Curve`, trained as a whole, or `Hyperplanes`, trained point by point.
Sources: Fort et al. (2020), appendix A, figure S3; Fort and Jastrzebski (2019), figure 3.
"""

from collections.abc import Callable, Iterator, Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from ..datasets import load
from ..measures import accuracy, cosine_similarity, label_difference
from ..points import arc_length, segment
from ..points.fans import spokes, unfolded
from ..points.spacing import evenly
from ..predict import each_prediction, predict
from ..runs import Curve, curve, ends
from ..runs.hyperplanes import Hyperplanes, hyperplanes
from ..specs import Spec
from ..store import stored
from .paths import first, seen

Tunnel = Curve | Hyperplanes
LINKS = 7  # segments of the chain that stands for a smooth curve where triangles are laid along it


def pivots_of(one: Spec, other: Spec, how: Tunnel) -> Float[Tensor, "P D"]:
    """All pivots of a tunnel in float32, the two solutions first and last."""
    if isinstance(how, Curve):
        return curve(one, other, how)["pivots"].float()
    a, b = ends([one, other])
    return torch.cat([a[None], hyperplanes(one, other, how)["inner"].float(), b[None]])


def chain(pivots: Float[Tensor, "P D"], how: Tunnel) -> Float[Tensor, "L D"]:
    """The corners of a tunnel: all pivots of one by hyperplanes; of a curve, points at even distances along it."""
    return pivots if isinstance(how, Hyperplanes) else how.at(evenly(how.at, pivots, LINKS + 1)) @ pivots


@stored()
def along_tunnel(one: Spec, other: Spec, how: Tunnel, count: int, inputs: int) -> dict[str, Tensor]:
    """S networks at even values of `t`, (S,), seen on the first N test images.

    `length`, (S,): how far each lies along the way, from 0 to 1; `loss` in nats, `accuracy`, (S,); `change`, (2, S):
    the share of images whose label is another than that of either end.
    """
    pivots, t = pivots_of(one, other, how), torch.linspace(0, 1, count)
    found = seen(one, (how.at(x[None])[0] @ pivots for x in t), first(load(one.dataset).test, inputs), "bfloat16")
    labels, length = found.pop("labels").int(), arc_length(how.at(t) @ pivots)
    change = torch.stack([label_difference(labels, end) for end in (labels[0], labels[-1])])
    return {"t": t, "length": length / length[-1], "change": change, **found}


@stored()
def hyperplane_deviations(one: Spec, other: Spec, how: Hyperplanes) -> dict[str, Tensor]:
    """`cosine`, (P − 2, P − 2): of the ways that the inner pivots have gone from their own points of the straight line;
    `along_line`, (P − 2,): the cosine of each with the line, zero but for rounding."""
    pivots = pivots_of(one, other, how)
    gone = (pivots - segment(pivots[0], pivots[-1], len(pivots)))[1:-1].double()
    line = (pivots[-1] - pivots[0]).double()
    cosine = cosine_similarity(gone.float())
    return {"cosine": cosine, "along_line": (gone @ line / gone.norm(dim=1) / line.norm()).float()}


def over_pairs(study: Callable[..., dict], pairs: Sequence[Sequence[Spec]], *more: object) -> dict[str, Tensor]:
    """What a study of two runs gives of P pairs, its other arguments the same: a tensor (2, 3) becomes (P, 2, 3)."""
    found = [study(*pair, *more) for pair in pairs]
    return {name: torch.stack([one[name] for one in found]) for name in found[0]}


@stored()
def over_the_fan(
    one: Spec, other: Spec, how: Tunnel, each: int, radii: tuple[float, ...], inputs: int
) -> dict[str, Tensor]:
    """Networks on the triangles between the origin and the segments of a tunnel's `chain`, and beyond them.

    J spokes, `each` to a segment, and on each a network at every one of W `radii`, of which 1 is the tunnel: `places`,
    (J, 2), of the tunnel's points on the unfolded fan, in units of the first solution's norm; (W, J): `train` and
    `test`, the accuracy on the first N images of each split, and `agreement_1`, `agreement_2` with the ends, on the
    test images.
    """
    corners, dataset = chain(pivots_of(one, other, how), how), load(one.dataset)
    train, test = first(dataset.train, inputs), first(dataset.test, inputs)
    both = predict(one, corners[[0, -1]], test.images, "bfloat16").argmax(-1)

    def points() -> Iterator[Tensor]:
        return (radius * spoke for spoke in spokes(corners, each) for radius in radii)

    def over(values: list[Tensor]) -> Tensor:
        return torch.stack(values).view(-1, len(radii)).T.contiguous()

    trained = [accuracy(p[None], train.labels)[0] for p in each_prediction(one, points(), train.images, "bfloat16")]
    right, alike = [], []
    for probs in each_prediction(one, points(), test.images, "bfloat16"):
        right.append(accuracy(probs[None], test.labels)[0])
        alike.append(1 - label_difference(both, probs.argmax(-1)))
    return {
        "places": unfolded(corners, each) / corners[0].norm(),
        "train": over(trained),
        "test": over(right),
        "agreement_1": over([a[0] for a in alike]),
        "agreement_2": over([a[1] for a in alike]),
    }
