"""What makes two runs of one recipe differ: their initial weights, the order of their batches, or neither."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ..datasets import load
from ..measures import accuracy, cosine_similarity, disagreement, pairs
from ..predict import predict
from ..runs import Start, run, train
from ..specs import Spec
from ..store import stored

Seeds = Sequence[tuple[int, int]]  # of each run: that of its initial weights, that of its batches


def kinds(seeds: Seeds) -> dict[str, Bool[Tensor, " P"]]:
    """Which of the P pairs of runs, in the order of `measures.pairs`, differ in both seeds, and which in one alone.

    Source: Fort et al. (2020), appendix B; figure S4.
    """
    i, j = torch.triu_indices(len(seeds), len(seeds), offset=1)
    starts, orders = (torch.tensor(seeds)[i] != torch.tensor(seeds)[j]).T
    return {
        "both": starts & orders,
        "initial weights": starts & ~orders,
        "order": ~starts & orders,
    }


def by_kind(values: Float[Tensor, "*n P"], seeds: Seeds) -> dict[str, Float[Tensor, "*n K"]]:
    """The values of P pairs, in the order of `measures.pairs`, parted by what differs between the two runs."""
    return {kind: values[..., chosen] for kind, chosen in kinds(seeds).items()}


def apart(
    rates: Sequence[dict[str, Tensor]], again: Sequence[dict[str, Tensor]], seeds: Seeds, measure: str
) -> dict[str, Float[Tensor, "R K"]]:
    """How far apart the K pairs of each kind, and the repeated runs, end at R learning rates, (R, K).

    `rates` are results of `crossed`, `again` of `rerun`; `measure` is "disagreement" or "cosine".
    """
    neither = torch.stack([one[measure] for one in again])[:, None]
    return by_kind(torch.stack([one[measure] for one in rates]), seeds) | {"neither": neither}


@stored()
def crossed(specs: Sequence[Spec]) -> dict[str, Tensor]:
    """How R runs of equal length end, and how far each two of them are apart; P pairs as in `measures.pairs`.

    `accuracy`, (R,), `disagreement` and `cosine`, (P,): of the ends, on the test images. `by_epoch`, (T + 1, P): the
    disagreement after each epoch, on the first 2,000 of them. `last_epoch`, (R,): that of each run with itself an epoch
    before its end, on the same.
    """
    test = load(specs[0].dataset).test
    points = torch.stack([one["points"] for one in train(specs)], dim=1)
    ends = predict(specs[0], points[-1], test.images)
    few = test.images[:2_000]
    labels = torch.stack([predict(specs[0], p, few).argmax(-1) for p in points])
    return {
        "accuracy": accuracy(ends, test.labels),
        "disagreement": pairs(disagreement(ends.argmax(-1))),
        "cosine": pairs(cosine_similarity(points[-1])),
        "by_epoch": torch.stack([pairs(disagreement(epoch)) for epoch in labels]),
        "last_epoch": (labels[-1] != labels[-2]).float().mean(1),
    }


@stored()
def rerun(spec: Spec) -> dict[str, Tensor]:
    """A run against the same run made anew: how many weights of all checkpoints are `different`, as bits, so that even
    0 and −0 are two; `cosine` and `disagreement` of the two ends, on the test images. All are numbers, ()."""
    before = train([spec])[0]["points"]
    anew = run(spec)["points"]
    images = load(spec.dataset).test.images
    ends = torch.stack([before[-1], anew[-1]])
    return {
        "different": (before.view(torch.int32) != anew.view(torch.int32)).sum(),
        "cosine": cosine_similarity(ends)[0, 1],
        "disagreement": disagreement(predict(spec, ends, images).argmax(-1))[0, 1],
    }


@stored()
def nudged(spec: Spec, nudge: float) -> dict[str, Tensor]:
    """A run against one whose first initial weight is larger by `nudge`: the `distance` of their weights after each
    epoch, over the length of the first, (T + 1,); the `disagreement` of their ends, on the test images."""
    plain = train([spec])[0]["points"]
    first = torch.nn.functional.one_hot(torch.tensor(0), plain.shape[1])
    other = run(spec, Start(plain[0] + nudge * first))["points"]
    images = load(spec.dataset).test.images
    labels = [predict(spec, points[-1:], images)[0].argmax(-1) for points in (plain, other)]
    return {
        "distance": (plain - other).norm(dim=1) / plain.norm(dim=1),
        "disagreement": disagreement(torch.stack(labels))[0, 1],
    }


@stored()
def forked(spec: Spec, epoch: int) -> dict[str, Tensor]:
    """Two runs that share the first epochs of `spec`, then see different batches: `disagreement` and `cosine` of their
    ends, on the test images; `epoch_later`: the disagreement of the run of `spec` with itself an epoch before its end.

    All three are numbers, (). The forks start with an empty optimiser, and count their epochs from the fork.
    """
    shared, images = train([spec])[0]["points"], load(spec.dataset).test.images
    rest = [replace(spec, epochs=spec.epochs - epoch, batch_seed=seed) for seed in (1, 2)]
    ends = [run(fork, Start(shared[epoch]))["points"][-1] for fork in rest]
    labels = predict(spec, torch.stack([*ends, *shared[-2:]]), images).argmax(-1)
    return {
        "disagreement": disagreement(labels[:2])[0, 1],
        "cosine": cosine_similarity(torch.stack(ends))[0, 1],
        "epoch_later": disagreement(labels[2:])[0, 1],
    }
