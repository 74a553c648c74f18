"""Runs that part after k batches: the line between their ends, where they still differ, and what averages of them give.

A run and its forks are a family. Member 0 is the run itself; member m shares its first k batches, and then sees those
of another seed. `stops` are all numbers of batches after which a family forks.
Source: Frankle et al. (2020), section 2.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from ..datasets import Split, facts, load
from ..measures import accuracy, blocks_of, brier, cosine_similarity, ensemble, label_difference
from ..points import greedy, mean_point, segment
from ..predict import predict
from ..runs import fork, trunk
from ..runs.forks import Memory
from ..specs import Precision, Spec, known
from ..store import stored
from .paths import first, seen

PLACES = 31  # on a line, its ends among them
ORDERS = 1000  # from one member's seed of the batches to the next one's


def steps(spec: Spec) -> int:
    """How many batches a whole run sees."""
    return spec.epochs * max(1, facts(spec.dataset).train // spec.batch_size)


def end(spec: Spec, stops: tuple[int, ...]) -> Float[Tensor, " D"]:
    """The end of the run itself."""
    return fork(spec, stops, spec.batch_seed, "copied")["point"]


def forked(spec: Spec, stops: tuple[int, ...], k: int, member: int = 1, memory: Memory = "copied") -> Tensor:
    """The end, (D,), of a member that forks after k batches, one of the stops."""
    known("number of batches", k, stops)
    return fork(spec, stops[: stops.index(k) + 1], ORDERS * member + spec.batch_seed, memory)["point"]


def gathered(results: Sequence[Sequence[dict[str, Tensor]]], name: str) -> Float[Tensor, "R K ..."]:
    """One entry of the results of R families at K stops each, (R, K, …): two axes more than it has, such as (N,)."""
    return torch.stack([torch.stack([one[name] for one in family]) for family in results])


def heights(error: Float[Tensor, "S blocks"]) -> Float[Tensor, " blocks"]:
    """The error barrier in each block of the images, at the one place where it is highest over all of them.

    The mean over equal blocks is the barrier, their spread tells how far that may be off.
    """
    above = error - (error[0] + error[-1]) / 2
    return above[above.mean(1).argmax()]


def on_the_other_half(error: Float[Tensor, "S blocks"]) -> Float[Tensor, ""]:
    """The error barrier without the bias of a maximum: its place is chosen on every other block of the images, its
    height measured on the rest; mean of both ways round, which may be negative."""
    halves = torch.stack([error[:, ::2].mean(1), error[:, 1::2].mean(1)])
    above = halves - (halves[:, :1] + halves[:, -1:]) / 2
    return above.flip(0).gather(1, above.argmax(1, keepdim=True)).mean()


def across(spec: Spec, one: Tensor, other: Tensor, test: Split, precision: Precision) -> dict[str, Tensor]:
    """On the straight line from one point to another, and between its ends.

    `error`, (31, 10): the share of wrong labels at places from one end to the other, in each of ten blocks of the
    images; `disagreement`, (10,), of the ends, in each block; `cosine` of the ends, a number, ().
    """
    labels = seen(spec, segment(one, other, PLACES), test, precision)["labels"]
    wrong, differs, blocks = labels != test.labels, labels[0] != labels[-1], blocks_of(len(test))
    return {
        "error": torch.stack([wrong[:, block].float().mean(1) for block in blocks], dim=1),
        "disagreement": torch.stack([differs[block].float().mean() for block in blocks]),
        "cosine": cosine_similarity(torch.stack([one, other]))[0, 1],
    }


@stored()
def line(
    spec: Spec, stops: tuple[int, ...], k: int, memory: Memory, inputs: int, precision: Precision
) -> dict[str, Tensor]:
    """`across`, `error` (S, 10) and the rest, from the end of a run to that of its fork, on the first test images."""
    one, other = end(spec, stops), forked(spec, stops, k, memory=memory)
    return across(spec, one, other, first(load(spec.dataset).test, inputs), precision)


@stored()
def standing(spec: Spec, stops: tuple[int, ...], inputs: int, precision: Precision) -> dict[str, Tensor]:
    """Where a run stands after each of its K stops, (K,): `accuracy`, and `disagreement` with its own end."""
    on_the_way = [trunk(spec, stops[: n + 1])["point"] for n in range(len(stops))]
    test = first(load(spec.dataset).test, inputs)
    found = seen(spec, [*on_the_way, end(spec, stops)], test, precision)
    *before, last = found["labels"].long()
    return {"accuracy": found["accuracy"][:-1], "disagreement": label_difference(torch.stack(before), last)}


def averages(spec: Spec, points: Float[Tensor, "M D"], test: Split, precision: Precision) -> dict[str, Tensor]:
    """`accuracy` and `brier`, (M + 2,): of M networks, of their soup (the mean of the weights), of their ensemble."""
    probs = predict(spec, torch.cat([points, mean_point(points)[None]]), test.images, precision)
    probs = torch.cat([probs, ensemble(probs[:-1])[None]])
    return {"accuracy": accuracy(probs, test.labels), "brier": brier(probs, test.labels)}


@stored()
def siblings(
    spec: Spec, stops: tuple[int, ...], k: int, members: int, inputs: int, precision: Precision
) -> dict[str, Tensor]:
    """`averages`, (M + 2,), of the first M members of a family that parts after k batches."""
    points = torch.stack([end(spec, stops), *(forked(spec, stops, k, m) for m in range(1, members))])
    return averages(spec, points, first(load(spec.dataset).test, inputs), precision)


@stored()
def pot(
    spec: Spec, stops: tuple[int, ...], ks: tuple[int, ...], inputs: int, precision: Precision
) -> dict[str, Tensor | dict[str, Tensor]]:
    """Ends of a family, forked early and late: `all` averaged, and those that a greedy soup keeps, `chosen`.

    `held_out`, (M,): accuracies on the held-out images, by which alone it chooses: of the run itself, then of its fork
    after each of `ks`. `kept`: which of these it keeps, in the order in which it takes them.
    """
    data = load(spec.dataset)
    points = torch.stack([end(spec, stops), *(forked(spec, stops, k) for k in ks)])

    def held_out(thetas: Tensor) -> Tensor:
        return seen(spec, thetas, data.validation, precision)["accuracy"]

    chosen, test = greedy(points, held_out), first(data.test, inputs)
    return {
        "held_out": held_out(points),
        "kept": torch.tensor(chosen),
        "all": averages(spec, points, test, precision),
        "chosen": averages(spec, points[chosen], test, precision),
    }
