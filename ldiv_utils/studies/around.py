"""Samples around one solution: how far they go, what they predict, and whether they stay.

M points, N inputs, R runs, S samples of each. Source: Fort et al. (2020), section 4 and figure 4.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from sklearn.manifold import TSNE
from torch import Tensor

from ..datasets.images import load
from ..measures.diversity import disagreement, label_difference, pairs
from ..measures.metrics import accuracy
from ..points.families import Family, draw, even_scales
from ..points.subspaces import principal_components
from ..predict import predict
from ..runs.along import predictions_along
from ..runs.solutions import ends, late_points
from ..specs import Spec, known
from ..store.memo import stored

LADDERS = {"random": 16.0, "dropout": 0.5}  # the largest scale of each
RUNGS = 40  # down to a millionth of it


@stored()
def reach(specs: Sequence[Spec], family: Family, kept: float = 0.9, count: int = 10) -> dict[str, Tensor]:
    """`reach`, (): the largest scale of a ladder at which samples keep that share of the solutions' held-out accuracy.

    The ladder's steps are 1/√2. Where they keep it at every scale, that is the ladder's first. Raises ValueError where
    they keep it at none, and for a Gaussian, which has a spread instead.
    """
    known("family with a reach", family, LADDERS)
    held_out = load(specs[0].dataset).validation
    lates = late_points(specs)

    def mean_accuracy(points: Float[Tensor, "M D"]) -> Float[Tensor, ""]:
        probs = predict(specs[0], points, held_out.images)
        return accuracy(probs, held_out.labels).mean()

    goal = kept * mean_accuracy(lates[:, -1])
    for s in (LADDERS[family] / 2 ** (rung / 2) for rung in range(RUNGS)):
        scales = torch.full((count,), s)
        clouds = [draw(family, late, scales, k) for k, late in enumerate(lates)]
        if mean_accuracy(torch.cat(clouds)) >= goal:
            return {"reach": torch.tensor(s)}
    raise ValueError(f"{family} samples keep less than {kept:g} of the accuracy down to scale {s:.2g}; allowed: less")


def widths(specs: Sequence[Spec], family: Family, count: int, factor: float) -> Float[Tensor, " S"]:
    """The scales of `count` samples: evenly up to the reach, or for a Gaussian its own spread; times `factor`."""
    if family in LADDERS:
        return even_scales(factor * reach(specs, family)["reach"], count)
    return torch.full((count,), factor)


@stored(publish=False)
def predictions(specs: Sequence[Spec], family: Family, count: int, factor: float = 1.0) -> dict[str, Tensor]:
    """`probs`, (R, S, N, C) in half precision: `count` samples around each of R runs on the held-out images."""
    images = load(specs[0].dataset).validation.images
    scales = widths(specs, family, count, factor)
    clouds = [draw(family, late, scales, k) for k, late in enumerate(late_points(specs))]
    probs = predict(specs[0], torch.cat(clouds), images)
    return {"probs": probs.unflatten(0, (len(specs), count)).half()}


@stored()
def samples(specs: Sequence[Spec], family: Family, count: int, factor: float = 1.0) -> dict[str, Tensor]:
    """`labels`, (R, S, N), that samples give the held-out images, and their `accuracy`, (R, S)."""
    labels = predictions(specs, family, count, factor)["probs"].argmax(-1)
    right = labels == load(specs[0].dataset).validation.labels
    return {"labels": labels.to(torch.int8), "accuracy": right.float().mean(-1)}


@stored()
def solutions(specs: Sequence[Spec]) -> dict[str, Tensor]:
    """`labels`, (R, N), that the solutions give the held-out images, and their `accuracy`, (R,)."""
    held_out = load(specs[0].dataset).validation
    probs = predict(specs[0], ends(specs), held_out.images)
    right = accuracy(probs, held_out.labels)
    return {"labels": probs.argmax(-1).to(torch.int8), "accuracy": right}


@stored(audit=False)  # another processor's last digit moves the whole picture
def embedding(
    specs: Sequence[Spec], family: Family, count: int, perplexity: int = 30, seed: int = 0
) -> dict[str, Tensor]:
    """`places`, (R, T + 1 + S, 2): t-SNE of the predictions of all checkpoints of R runs, then of their samples."""
    parts = predictions_along(specs), predictions(specs, family, count)
    probs = torch.cat([part["probs"].float() for part in parts], dim=1)
    rows = probs.flatten(0, 1).flatten(1).numpy()
    places = TSNE(perplexity=perplexity, random_state=seed).fit_transform(rows)
    return {"places": torch.from_numpy(places).unflatten(0, probs.shape[:2])}


@stored()
def component_spreads(spec: Spec) -> dict[str, Tensor]:
    """`deviations`, (5,): how far a run's late checkpoints spread along each of their first principal components."""
    return {"deviations": principal_components(late_points([spec])[0], rank=5)[2]}


def own_and_other(
    labels: Int[Tensor, "S N"], solutions: Int[Tensor, "R N"], run: int
) -> tuple[Float[Tensor, " S"], Float[Tensor, " S"]]:
    """Disagreement of each sample of a run with its own solution, and with the nearest of the other solutions."""
    far = torch.stack([label_difference(labels, solution) for solution in solutions])
    others = torch.cat([far[:run], far[run + 1 :]])
    return far[run], others.min(0).values


def compared(labels: Int[Tensor, "R S N"], solutions: Int[Tensor, "R1 N"]) -> Float[Tensor, "2 RS"]:
    """`own_and_other` of the samples of all runs, the first of whose solutions these are."""
    return torch.cat([torch.stack(own_and_other(cloud, solutions, run)) for run, cloud in enumerate(labels)], dim=1)


def among(labels: Int[Tensor, "R S N"]) -> Float[Tensor, " P"]:
    """Disagreement of every two samples of the same run."""
    return torch.cat([pairs(disagreement(cloud)) for cloud in labels])
