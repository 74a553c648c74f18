"""What a simplex grown from one solution holds: its size, the networks inside, the ensembles they make.

Source: Benton et al. (2021), "Loss surface simplexes for mode connecting volumes and fast ensembling".
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ..datasets.images import load
from ..measures.metrics import accuracy, brier, log_likelihood
from ..points.simplexes import inside, squared_volume
from ..predict import predict
from ..runs.connectors import Join, simplex
from ..runs.descent import training_gradient
from ..runs.one_epoch import reproducibly
from ..runs.solutions import ends
from ..specs import Precision, Spec
from ..store import memo
from .paths import first, seen


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
def pulls(spec: Spec, more: int, how: Join, weight: float = 1e-6, batches: int = 20) -> dict[str, Tensor]:
    """How hard two things pull at the last vertex of a simplex, as lengths of gradients, (): the `loss` in its middle,
    a training batch at a time, and the reward of Benton et al. for its `volume`, `weight` times ln(V² + 1e-4)."""
    vertices = simplex(spec, more, how)["vertices"].double().requires_grad_()
    reward = weight * torch.log(squared_volume(vertices) + 1e-4)
    (volume,) = torch.autograd.grad(reward, vertices)
    middle = vertices.detach().mean(0).float()
    with reproducibly():
        gradient = training_gradient(spec)
        loss = [gradient(middle, step)[1].norm() / len(vertices) for step in range(batches)]
    return {"loss": torch.stack(loss).mean().cpu(), "volume": volume[-1].norm().float()}


@memo.stored()
def independent(specs: tuple[Spec, ...], precision: Precision = "float32") -> dict[str, Tensor]:
    """`alone`, (M, 3), and `together`, (3,): accuracy, Brier score and log-likelihood of M runs and of their ensemble,
    on the test images."""
    test = load(specs[0].dataset).test
    probs = predict(specs[0], ends(specs), test.images, precision)
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


def scores(probs: Float[Tensor, "M N C"], labels: Int[Tensor, " N"]) -> Float[Tensor, "M 3"]:
    """Accuracy, Brier score and log-likelihood of each of M predictions, (M, 3)."""
    return torch.stack([accuracy(probs, labels), brier(probs, labels), log_likelihood(probs, labels)], dim=1)
