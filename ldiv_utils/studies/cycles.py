"""Snapshots of one run whose learning rate falls and rises again: averaged, beside each other, and beside further runs.

Sources: Fort and Jastrzebski (2019), section 4.5, figure 6; Huang et al. (2017).
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor

from ..datasets import Split, facts, load
from ..measures import accuracy, barrier, brier, cosine_similarity, disagreement, disagreement_per_error
from ..points import segment
from ..predict import predict
from ..runs import Chain, Cycle, beside, samples, snapshots
from ..specs import Precision, Spec
from ..store import stored
from .paths import first, seen

PLACES = 11  # on a line, its ends among them


def running(values: Float[Tensor, "M *n"]) -> Float[Tensor, "M *n"]:
    """The mean of the first one, two, … of M values, summed in double precision."""
    counts = torch.arange(1, len(values) + 1).view(-1, *[1] * (values.dim() - 1))
    return (values.double().cumsum(0) / counts).to(values.dtype)


def angles(points: Float[Tensor, "M D"]) -> Float[Tensor, " M1"]:
    """The angle between each two successive ones of M points, seen from the origin, in degrees."""
    return cosine_similarity(points).diagonal(1).clamp(-1, 1).arccos().rad2deg()


@stored()
def along(spec: Spec, cycle: Cycle, count: int, skip: int, inputs: int, precision: Precision) -> dict:
    """M snapshots of a run, and averages of those from number `skip` on, on the first test images.

    `accuracy`: of a `single` snapshot, (M,); of the network with the mean `weights`, and of the mean `predictions`, of
    snapshots `skip` to m, (M − skip,). `angle` in degrees and `change`, the share of labels, between successive ones,
    (M − 1,). `error`, (11, M − 1): the share of wrong labels on the straight line from one to the next.
    """
    points, test = snapshots(spec, cycle, count)["points"].float(), first(load(spec.dataset).test, inputs)
    probs = predict(spec, points, test.images, precision)
    means = predict(spec, running(points[skip:]), test.images, precision)
    lines = [segment(a, b, PLACES)[1:-1] for a, b in pairwise(points)]
    inner = seen(spec, torch.cat(lines), test, precision)["accuracy"].view(count - 1, -1).T
    right = accuracy(probs, test.labels)
    return {
        "accuracy": {
            "single": right,
            "weights": accuracy(means, test.labels),
            "predictions": accuracy(running(probs[skip:]), test.labels),
        },
        "angle": angles(points),
        "change": disagreement(probs.argmax(-1)).diagonal(1).clone(),
        "error": 1 - torch.cat([right[None, :-1], inner, right[None, 1:]]),
    }


def successive(results: Sequence[dict], skip: int) -> dict[str, Tensor]:
    """Of R results of `along`, from snapshot `skip` on: `angle`, `change` and `barrier`, of the error on the line,
    (R, P), between each two successive snapshots; `less`, (R,), the accuracy of the mean weights less that of the mean
    predictions, both of all those snapshots."""
    places = torch.linspace(0, 1, PLACES)
    found = {name: torch.stack([one[name][skip:] for one in results]) for name in ("angle", "change")}
    rises = torch.stack([barrier(one["error"], places)[skip:] for one in results])
    means = [one["accuracy"]["weights"][-1] - one["accuracy"]["predictions"][-1] for one in results]
    return found | {"barrier": rises, "less": torch.stack(means)}


def scored(probs: Float[Tensor, "M N C"], test: Split) -> dict[str, Tensor]:
    """`accuracy` and `brier`, (2,): of M networks, the mean; of their ensemble. `apart`: the mean of
    `disagreement_per_error` over all pairs, 0 for a single network."""
    both = torch.cat([probs, probs.mean(0, keepdim=True)])
    scores = {name: score(both, test.labels) for name, score in (("accuracy", accuracy), ("brier", brier))}
    ratio = disagreement_per_error(probs.argmax(-1), test.labels)
    pairs = len(probs) * (len(probs) - 1)
    means = {name: torch.stack([score[:-1].mean(), score[-1]]) for name, score in scores.items()}
    return means | {"apart": ratio.sum() / max(1, pairs)}


@stored()
def at_equal_cost(
    spec: Spec, cycle: Cycle, count: int, skip: int, inputs: int, precision: Precision
) -> dict[str, dict]:
    """What the epochs of M cycles buy: `accuracy` and `brier`, (2,), and `apart`, (), as `scored` says.

    Of the `snapshots of one run` from number `skip` on, of the ends of M `short runs` of a cycle each, from other
    seeds, and of the end of one `long run`, whose single cycle has all epochs. The first seed of the short runs is M
    times that of `spec`.
    """
    test, seeds = first(load(spec.dataset).test, inputs), range(count * spec.init_seed, count * (spec.init_seed + 1))
    bought = {
        "snapshots of one run": [(spec, cycle, count)],
        "short runs": [(replace(spec, init_seed=seed, batch_seed=seed), cycle, 1) for seed in seeds],
        "long run": [(spec, replace(cycle, epochs=count * cycle.epochs), 1)],
    }
    beside(snapshots, [call for calls in bought.values() for call in calls])
    points = {name: torch.cat([snapshots(*call)["points"] for call in calls]) for name, calls in bought.items()}
    points["snapshots of one run"] = points["snapshots of one run"][skip:]
    probs = {name: predict(spec, each.float(), test.images, precision) for name, each in points.items()}
    return {name: scored(each, test) for name, each in probs.items()}


def stacked(results: Sequence[dict]) -> dict[str, dict]:
    """R results of `at_equal_cost`, from R runs, as one: `accuracy` and `brier`, (R, 2), and `apart`, (R,)."""
    return {
        way: {name: torch.stack([one[way][name] for one in results]) for name in results[0][way]} for way in results[0]
    }


@stored()
def chains(specs: Sequence[Spec], chain: Chain, count: int, inputs: int, precision: Precision) -> dict[str, Tensor]:
    """R runs that sample, each for K cycles: `accuracy`, (R, K), at the end of each.

    `apart`, (R K, R K): `disagreement_per_error` of every two of these ends, run after run; `angle`, the same, in
    degrees. Source: Fort et al. (2020), appendix C; figure S5.
    """
    walked = beside(samples, [(spec, chain, count) for spec in specs])
    points = torch.cat([one["points"] for one in walked]).float()
    test = first(load(specs[0].dataset).test, inputs)
    found = seen(specs[0], points, test, precision)
    return {
        "accuracy": found["accuracy"].view(len(specs), count),
        "apart": disagreement_per_error(found["labels"].long(), test.labels),
        "angle": cosine_similarity(points).clamp(-1, 1).arccos().rad2deg(),
    }


def within_and_between(apart: Float[Tensor, "RK RK"], count: int) -> dict[str, Float[Tensor, " R"]]:
    """Of each of R runs: the mean over all pairs of its K cycles, `within`; and over its pairs with the same cycle of
    another run, `between`."""
    blocks = apart.unflatten(0, (-1, count)).unflatten(2, (-1, count)).transpose(1, 2)  # run, run, cycle, cycle
    runs = len(blocks)
    own = blocks.diagonal(dim1=0, dim2=1).sum((0, 1)) / (count * (count - 1))
    same = blocks.diagonal(dim1=2, dim2=3).mean(-1)
    return {"within": own, "between": same.sum(1) / (runs - 1)}


def at_temperatures(
    specs: Sequence[Spec], cycle: Cycle, count: int, inputs: int, precision: Precision
) -> dict[str, dict]:
    """R runs that sample at three temperatures, the middle one that of the published code: of each, (R,), the
    `accuracy` at the end of the last cycle, and `disagreement_per_error` and the angle, `within` and `between` runs."""
    heats, result = {"0": 0.0, "1/N": 1 / facts(specs[0].dataset).train, "1": 1.0}, {}
    for name, heat in heats.items():
        found = chains(specs, Chain(cycle, heat), count, inputs, precision)
        angles = within_and_between(found["angle"], count)
        turns = {f"angle {kind}": values for kind, values in angles.items()}
        result[name] = {"accuracy": found["accuracy"][:, -1], **within_and_between(found["apart"], count), **turns}
    return result
