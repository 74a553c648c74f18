"""The straight line between two solutions, before and after the units of one are renumbered to match the other's."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor

from ..datasets.images import load
from ..measures import cosine_similarity, disagreement
from ..networks import network
from ..networks.point import CALIBRATION_IMAGES
from ..points.alignment import Permutations, permute, random_permutations
from ..points.gauge import balanced
from ..points.matching import weight_matching
from ..predict import predict
from ..runs import ends
from ..specs import Spec, known
from ..store import stored
from .matching import activation_matching
from .paths import seen
from .repair import repaired, variance_ratio

Matching = Literal["none", "weights", "balanced", "activations"]  # balanced: by weights, both solutions balanced before


def disjoint(specs: Sequence[Spec]) -> list[tuple[Spec, Spec]]:
    """The runs two by two, so that no two pairs share one."""
    return list(pairwise(specs))[::2]


LINES: dict[
    str, tuple[Matching, bool]
] = {  # how the second end is renumbered, and whether what lies between is repaired
    "none": ("none", False),
    "weights": ("weights", False),
    "balanced": ("balanced", False),
    "activations": ("activations", False),
    "repaired": ("activations", True),
}


def lines(pairs: Sequence[tuple[Spec, Spec]], ways: Sequence[str], places: int) -> dict[str, dict[str, Tensor]]:
    """For each way of `LINES` what `along` gives of K pairs: `loss` and `accuracy`, (K, S); `cosine`, (K,).

    Raises ValueError for another way.
    """
    for way in ways:
        known("way", way, LINES)
    found = {way: [along(*pair, *LINES[way], places) for pair in pairs] for way in ways}
    return {w: {key: torch.stack([one[key] for one in each]) for key in each[0]} for w, each in found.items()}


def matched(one: Spec, other: Spec, by: Matching) -> tuple[Tensor, Tensor]:
    """The solutions of two runs, (D,) each, the second with its units renumbered."""
    a, b = _solutions(one, other, by)
    if by == "none":
        return a, b
    return a, permute(_network(one), b, _permutations(renumbering(one, other, by)))


@stored(audit=False)
def renumbering(one: Spec, other: Spec, by: Matching) -> dict[str, Tensor]:
    """The permutations that match the units of the second solution to the first's: of each group of G units, (G,).

    By weights, or by `activations` on the first 1,000 training images. Where two are nearly as good, another machine
    may find the other.
    """
    a, b = _solutions(one, other, by)
    if by == "activations":
        found = activation_matching(one, a, b, _images(one))[0]
    else:
        found = weight_matching(_network(one), a, b)[0]
    return {group: p.to(torch.int16) for group, p in found.items()}


@stored()
def along(one: Spec, other: Spec, by: Matching, repair: bool, places: int) -> dict[str, Tensor]:
    """S networks evenly on the line from the first solution to the second, renumbered; those between made as loud as
    the ends if `repair`. Their `loss` in nats and `accuracy`, (S,), on all test images; the ends' `cosine`, ().
    """
    a, b = matched(one, other, by)
    images = _images(one)
    t = torch.linspace(0, 1, places).tolist()
    between = repaired(one, a, b, t[1:-1], images) if repair else ((1 - s) * a + s * b for s in t[1:-1])
    found = seen(one, [a, *between, b], load(one.dataset).test, one.precision)
    return {
        "loss": found["loss"],
        "accuracy": found["accuracy"],
        "cosine": cosine_similarity(torch.stack([a, b]))[0, 1],
    }


@stored()
def renamed(one: Spec, other: Spec, count: int) -> dict[str, dict[str, Tensor]]:
    """What a renumbering changes and what it leaves.

    `cosine` of the first solution with the second: as they are (`plain`, ()), with the second renumbered at `random`,
    (count,), and by its weights (`matched`); and of the second with itself renumbered at random (`itself`, (count,)).
    `disagreement` on the held-out images: plain, and with the second renumbered, at random and by its weights.
    """
    net, (a, b) = _network(one), ends([one, other]).float()
    generator = torch.Generator().manual_seed(0)
    shuffled = [permute(net, b, random_permutations(net, generator)) for _ in range(count)]
    by_weights = matched(one, other, "weights")[1]
    few = torch.stack([a, b, shuffled[0], by_weights])
    labels = predict(one, few, load(one.dataset).validation.images).argmax(-1)
    apart, near = disagreement(labels)[0], cosine_similarity(few)[0]
    return {
        "cosine": {
            "plain": near[1],
            "matched": near[3],
            "random": torch.stack([torch.cosine_similarity(a, p, dim=0) for p in shuffled]),
            "itself": torch.stack([torch.cosine_similarity(b, p, dim=0) for p in shuffled]),
        },
        "disagreement": {"plain": apart[1], "random": apart[2], "matched": apart[3]},
    }


@stored()
def loudness(one: Spec, other: Spec, by: Matching) -> dict[str, Tensor]:
    """`variance`, (G,): of each group's units halfway, over that at the ends; see `variance_ratio`."""
    return {"variance": variance_ratio(one, *matched(one, other, by), 0.5, _images(one))}


def _solutions(one: Spec, other: Spec, by: Matching) -> tuple[Tensor, Tensor]:
    known("matching", by, Matching)
    points = ends([one, other]).float()
    return tuple(balanced(_network(one), point) if by == "balanced" else point for point in points)


def _network(spec: Spec) -> torch.nn.Module:
    dataset = load(spec.dataset)
    return network(spec.architecture, dataset.shape, dataset.classes)


def _permutations(found: dict[str, Tensor]) -> Permutations:
    return {group: p.long() for group, p in found.items()}


def _images(spec: Spec) -> Tensor:
    """What the units are heard on: training images, as many as for batch normalisation."""
    return load(spec.dataset).train.images[:CALIBRATION_IMAGES]
