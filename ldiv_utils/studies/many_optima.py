"""What the networks between many solutions do: in the middle of their hull, on the way there, inside a simplex.

Sources: Fort and Jastrzebski (2019), m-connectors; Benton et al. (2021), simplexes.
"""

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor

from ..datasets.images import load
from ..measures.diversity import cosine_similarity, disagreement
from ..measures.metrics import accuracy, brier, log_likelihood
from ..points.curves import segment
from ..points.simplexes import inside, squared_volume
from ..predict import each_prediction, predict
from ..runs.connectors import Join, connector, hub, simplex
from ..runs.hyperplanes import Hyperplanes, pivots_of
from ..runs.solutions import ends
from ..specs import Precision, Spec, known
from ..store import memo
from .paths import first, seen

Middle = Literal["hull", "connector", "hub"]
SETS = 3


def groups(specs: Sequence[Spec], m: int) -> list[tuple[Spec, ...]]:
    """Up to three sets of m + 1 runs that have no run in common."""
    return [tuple(specs[i : i + m + 1]) for i in range(0, len(specs) - m, m + 1)][:SETS]


def middle_of(specs: tuple[Spec, ...], kind: Middle, how: Join) -> Tensor:
    """The point, (D,), in the middle of m + 1 solutions: of their hull, as it is or trained, or their hub."""
    known("kind", kind, Middle)
    return ends(specs).mean(0) if kind == "hull" else {"connector": connector, "hub": hub}[kind](specs, how)["point"]


@memo.stored()
def middles(specs: tuple[Spec, ...], how: Join, images: int, precision: Precision = "float32") -> dict:
    """The m + 1 solutions, the middle of their hull and its connector, in this order, (m + 3,): `loss` on the first
    training images, `accuracy` on the test images, and the `disagreement` of every two there, (m + 3, m + 3)."""
    data, spec = load(specs[0].dataset), specs[0]
    points = torch.cat([ends(specs), torch.stack([middle_of(specs, k, how) for k in ("hull", "connector")])])
    test = seen(spec, points, data.test, precision)
    return {
        "loss": seen(spec, points, first(data.train, images), precision)["loss"],
        "accuracy": test["accuracy"],
        "disagreement": disagreement(test["labels"]),
    }


@memo.stored()
def ways_in(
    specs: tuple[Spec, ...], kind: Middle, how: Join, places: int, images: int, precision: Precision = "float32"
) -> dict[str, Tensor]:
    """`loss` and `accuracy`, (m + 1, places), along the straight lines from m + 1 solutions to a middle of theirs, on
    the first training images."""
    train, end = first(load(specs[0].dataset).train, images), middle_of(specs, kind, how)
    points = (point for theta in ends(specs) for point in segment(theta, end, places))
    found = seen(specs[0], points, train, precision)
    return {name: found[name].view(len(specs), places) for name in ("loss", "accuracy")}


@memo.stored()
def tunnel(
    one: Spec, other: Spec, how: Hyperplanes, places: int, images: int, precision: Precision = "float32"
) -> dict[str, Tensor]:
    """A tunnel by hyperplanes at S places, `places` to a segment: `t`, (S,), the share of the straight line; `loss` on
    the first training images; `accuracy`, and `from_one` and `from_other`, the label change from both ends, on the
    first test images. `cosines`, (inner, inner), are those of what the pivots are away from the line.
    """
    data, pivots = load(one.dataset), pivots_of(one, other, how)
    t = torch.linspace(0, 1, (how.inner + 1) * places + 1)
    points, line = how.at(t) @ pivots, segment(pivots[0], pivots[-1], how.inner + 2)
    test = seen(one, points, first(data.test, images), precision)
    return {
        "t": t,
        "loss": seen(one, points, first(data.train, images), precision)["loss"],
        "accuracy": test["accuracy"],
        "from_one": (test["labels"] != test["labels"][0]).float().mean(1),
        "from_other": (test["labels"] != test["labels"][-1]).float().mean(1),
        "cosines": cosine_similarity((pivots - line)[1:-1]),
    }


@memo.stored()
def from_inside(
    spec: Spec, more: int, how: Join, draws: int, images: int, precision: Precision = "float32"
) -> dict[str, Tensor]:
    """A simplex of k vertices grown from one solution: `edges`, (k, k), their lengths; `area`, its volume, ().

    `loss`, (k + draws,), on the first training images, of the vertices, then of points drawn evenly from inside;
    `alone`, (k + draws, 3): their accuracy, Brier score and log-likelihood on the test images. `together`, (3, 3): that
    of the mean predictions of the vertices, of as many points from inside, and of all these.
    """
    data, vertices = load(spec.dataset), simplex(spec, more, how)["vertices"]
    k, generator = len(vertices), torch.Generator().manual_seed(how.seed)
    points = torch.cat([vertices, inside(draws, k, generator) @ vertices])
    probs = predict(spec, points, data.test.images, precision)
    means = torch.stack([some.mean(0) for some in (probs[:k], probs[k : 2 * k], probs[k:])])
    return {
        "edges": torch.cdist(vertices.double(), vertices.double()).float(),
        "area": squared_volume(vertices).sqrt().float(),
        "loss": seen(spec, points, first(data.train, images), precision)["loss"],
        "alone": scores(probs, data.test.labels),
        "together": scores(means, data.test.labels),
    }


@memo.stored()
def independent(specs: tuple[Spec, ...], precision: Precision = "float32") -> dict[str, Tensor]:
    """`alone`, (M, 3), and `together`, (3,): accuracy, Brier score and log-likelihood of M runs and of their ensemble,
    on the test images."""
    test = load(specs[0].dataset).test
    probs = torch.stack(list(each_prediction(specs[0], ends(specs), test.images, precision)))
    return {"alone": scores(probs, test.labels), "together": scores(probs.mean(0, keepdim=True), test.labels)[0]}


@memo.stored()
def over_the_triangle(
    specs: tuple[Spec, ...], how: Join | None, steps: int, images: int, precision: Precision = "float32"
) -> dict[str, Tensor]:
    """Loss over a triangle on a grid of T places, on the first training images: `places`, (T, 3), their coefficients,
    and `loss`, (T,). Its corners are three solutions, or, with `how`, the simplex grown from the first of them.
    """
    corners = ends(specs[:3]) if how is None else simplex(specs[0], 2, how)["vertices"]
    places = torch.tensor([(i, j, steps - i - j) for i in range(steps + 1) for j in range(steps + 1 - i)]) / steps
    train = first(load(specs[0].dataset).train, images)
    return {"places": places, "loss": seen(specs[0], places @ corners, train, precision)["loss"]}


def scores(probs: Tensor, labels: Tensor) -> Tensor:
    """Accuracy, Brier score and log-likelihood of each of M predictions, (M, 3)."""
    return torch.stack([accuracy(probs, labels), brier(probs, labels), log_likelihood(probs, labels)], dim=1)
