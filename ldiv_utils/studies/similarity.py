"""How alike solutions are, in weights and in predictions: along one run, between runs, in two precisions."""

from collections.abc import Sequence

import torch
from torch import Tensor

from ..datasets.images import facts, load
from ..measures import accuracy, cosine_similarity, disagreement, pairs
from ..networks import batch_norm_scales, network
from ..predict import predict
from ..runs import ends, late_points, train, trajectory
from ..specs import Spec
from ..store.memo import stored


@stored()
def one_run(spec: Spec) -> dict[str, Tensor]:
    """All checkpoints of a run with each other: `cosine` and `disagreement`, (T + 1, T + 1), on the held-out images.

    Also the shares of the classes that the untrained network gives (`start`) and the `accuracy` of every checkpoint.
    """
    run = trajectory(spec)
    images = load(spec.dataset).validation.images
    labels = predict(spec, run["points"], images).argmax(-1)
    return {
        "cosine": cosine_similarity(run["points"]),
        "disagreement": disagreement(labels),
        "start": labels[0].bincount() / len(images),
        "accuracy": run["validation_accuracy"],
    }


@stored()
def optima(specs: Sequence[Spec]) -> dict[str, Tensor]:
    """The solutions of R runs with each other: `cosine`, `disagreement` (held-out) and `test_disagreement`, (R, R).

    Also the mean disagreement among the last ten checkpoints `within` each run, and the `test_accuracy`, (R,).
    """
    dataset, checkpoints = load(specs[0].dataset), late_points(specs)
    held_out, test = dataset.validation, dataset.test
    late = [predict(specs[0], k, held_out.images).argmax(-1) for k in checkpoints]
    solutions = checkpoints[:, -1]
    tested = predict(specs[0], solutions, test.images)
    return {
        "cosine": cosine_similarity(solutions),
        "disagreement": disagreement(torch.stack([run[-1] for run in late])),
        "within": torch.stack([pairs(disagreement(run)).mean() for run in late]),
        "test_accuracy": accuracy(tested, test.labels),
        "test_disagreement": disagreement(tested.argmax(-1)),
    }


@stored()
def cosine_without_scales(specs: Sequence[Spec]) -> dict[str, Tensor]:
    """`cosine`, (R, R), between the solutions of R runs, all weights but the scales of batch normalisation."""
    data = facts(specs[0].dataset)
    net = network(specs[0].architecture, data.shape, data.classes)
    return {"cosine": cosine_similarity(ends(specs)[:, ~batch_norm_scales(net)])}


@stored()
def after_epoch(specs: Sequence[Spec], epoch: int) -> dict[str, Tensor]:
    """R runs after that epoch, on the test images: their `accuracy`, (R,), and the `disagreement` of each pair."""
    dataset = load(specs[0].dataset)
    points = torch.stack([run["points"][epoch] for run in train(specs)])
    probs = predict(specs[0], points, dataset.test.images)
    return {
        "accuracy": accuracy(probs, dataset.test.labels),
        "disagreement": pairs(disagreement(probs.argmax(-1))),
    }
