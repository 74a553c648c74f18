"""What the networks along a path do: loss, accuracy and labels at each of its points, however many there are."""

from collections.abc import Iterable

import torch
from jaxtyping import Float
from torch import Tensor

from ..datasets.splits import Split
from ..measures.metrics import accuracy, log_likelihood
from ..predict import each_prediction
from ..specs import Precision, Spec


def seen(
    spec: Spec, points: Float[Tensor, "M D"] | Iterable[Tensor], split: Split, precision: Precision = "float32"
) -> dict[str, Tensor]:
    """Of the networks at M points, on the N images of a split: `loss` in nats and `accuracy`, (M,); `labels`, (M, N).

    `points` may come one after the other, each (D,): then memory does not grow with D times M.
    """
    losses, right, labels = [], [], []
    for probs in each_prediction(spec, points, split.images, precision):
        losses.append(-log_likelihood(probs[None], split.labels)[0])
        right.append(accuracy(probs[None], split.labels)[0])
        labels.append(probs.argmax(-1).to(torch.uint8))
    return {"loss": torch.stack(losses), "accuracy": torch.stack(right), "labels": torch.stack(labels)}


def first(split: Split, count: int) -> Split:
    """The first images of a split, at most all."""
    return Split(split.images[:count], split.labels[:count])
