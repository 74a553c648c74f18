"""What the uncertainty of an ensemble finds: its own errors, and foreign images.

Source: the split into total, within and between as in Wimmer et al. (2023); the area is scikit-learn's.
"""

from collections.abc import Sequence
from typing import get_args

import torch
from jaxtyping import Float, Int
from sklearn.metrics import roc_auc_score
from torch import Tensor

from ..datasets import facts, load, out_of_distribution
from ..datasets.shift import PATCH, ForeignKind, foreign_kind, shuffled_patches
from ..measures import blocks_of, subsets, uncertainty
from ..predict import predict
from ..runs import Sampling, ends
from ..specs import Spec
from ..store import stored
from .worth import members

SIGNS = ("total", "within", "between", "variance")


def signs(probs: Float[Tensor, "M N C"]) -> dict[str, Float[Tensor, " N"]]:
    """What may tell an input that M networks do not know: their `uncertainty`, and the variance of their predictions.

    The variance is the members' mean squared distance from their mean, as the Brier score has it.
    """
    return uncertainty(probs) | {"variance": probs.double().var(0, correction=0).sum(-1)}


def area(found: Float[Tensor, " P"], others: Float[Tensor, " Q"]) -> float:
    """AUROC: how often a sign is larger for one of the P to be found than for one of Q others; ties count a half.

    NaN where there is nothing to find, or nothing else.
    """
    if not len(found) or not len(others):
        return float("nan")
    truth = torch.cat([torch.ones(len(found)), torch.zeros(len(others))])
    return float(roc_auc_score(truth.numpy(), torch.cat([found, others]).numpy()))


def strangers(dataset: str, kind: str, count: int) -> Tensor:
    """N images, `count`, of a kind foreign to a dataset, (N, c, h, w): its test images with `shuffled` patches; what
    `out_of_distribution` has for it, `left_out` or `house_numbers`; or the test images of another dataset.

    Raises ValueError for what `out_of_distribution` has not, for the dataset itself, and for images of another shape.
    """
    if kind == "shuffled":
        return shuffled_patches(load(dataset).test.images[:count], PATCH.get(dataset, 4))
    if kind in get_args(ForeignKind):
        if kind != foreign_kind(dataset):
            raise ValueError(f"{kind} was asked for; at hand for {dataset}: {foreign_kind(dataset)}")
        return out_of_distribution(dataset, count)
    own, theirs = facts(dataset).shape, facts(kind).shape
    if kind == dataset:
        raise ValueError(f"images of {kind} itself were asked for; allowed: those of another dataset")
    if own != theirs:
        raise ValueError(f"foreign images of {kind}, {theirs}, were asked for; allowed for {dataset}: images of {own}")
    return load(kind).test.images[:count]


@stored()
def detected(
    specs: list[Spec],
    sampling: Sampling,
    inputs: int,
    kinds: Sequence[str],
    count: int,
    sizes: Sequence[int],
    most: int,
) -> dict:
    """How well each of `SIGNS` tells an ensemble's errors from its right labels, and foreign images from clean ones.

    "errors", and each of the `kinds` of foreign images, of which there are `count`; for each sign and size: the `area`
    of every ensemble, at most so many, (E,); and as "block" that of all networks together on ten blocks of the images,
    (10,). "level": the mean of each sign on the clean images, the first N test images, (E,).
    """
    clean, labels = members(specs, sampling, inputs)
    points, dataset = ends(specs), specs[0].dataset
    outside = {
        kind: predict(specs[0], points, strangers(dataset, kind, count), sampling.precision).double() for kind in kinds
    }
    found: dict = {part: {sign: {} for sign in SIGNS} for part in ("errors", *kinds, "level")}
    for size in sizes:
        each = [
            told(clean[list(c)], labels, {k: p[list(c)] for k, p in outside.items()})
            for c in subsets(len(specs), size, most)
        ]
        for part, of in found.items():
            for sign in SIGNS:
                of[sign][size] = torch.tensor([one[part][sign] for one in each])
    blocks = zip(blocks_of(len(labels)), blocks_of(count), strict=True)
    each = [told(clean[:, b], labels[b], {k: p[:, f] for k, p in outside.items()}) for b, f in blocks]
    for task in ("errors", *kinds):
        for sign in SIGNS:
            found[task][sign]["block"] = torch.tensor([one[task][sign] for one in each])
    return found


def told(
    clean: Float[Tensor, "M N C"], labels: Int[Tensor, " N"], outside: dict[str, Float[Tensor, "M n C"]]
) -> dict[str, dict[str, float]]:
    """Of one ensemble: for each sign the `area` of its "errors" and of each kind of foreign images, and its "level",
    the mean on the clean ones."""
    inside = signs(clean)
    wrong = clean.mean(0).argmax(-1) != labels
    foreign = {kind: signs(probs) for kind, probs in outside.items()}
    return {
        "errors": {name: area(sign[wrong], sign[~wrong]) for name, sign in inside.items()},
        **{kind: {name: area(of[name], sign) for name, sign in inside.items()} for kind, of in foreign.items()},
        "level": {name: sign.mean().item() for name, sign in inside.items()},
    }
