"""What the uncertainty of an ensemble finds: its own errors, and foreign images.

Source: the split into total, within and between as in Wimmer et al. (2023); the area is scikit-learn's.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from sklearn.metrics import roc_auc_score
from torch import Tensor

from ..measures import blocks_of, subsets, uncertainty
from ..runs import Sampling
from ..specs import Spec
from ..store import stored
from .shown import Shown
from .worth import answers, members

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


@stored()
def detected(specs: list[Spec], sampling: Sampling, inputs: int, shown: Shown, sizes: Sequence[int], most: int) -> dict:
    """How well each of `SIGNS` tells an ensemble's errors from its right labels, and foreign images from clean ones.

    "errors" and "foreign", for each measure and size: the `area` of every ensemble, at most so many, (E,); and as
    "block" that of all networks together on ten blocks of the images, (10,). "clean_level" and "foreign_level": the
    mean of each measure on those images, over the ensembles of each size, (E,). Clean are the first N test images.
    """
    clean, labels = members(specs, sampling, inputs)
    outside = answers(specs, shown, sampling.precision)["outside"].double().softmax(-1)
    found: dict = {part: {m: {} for m in SIGNS} for part in ("errors", "foreign", "clean_level", "foreign_level")}
    for size in sizes:
        each = [told(clean[list(c)], labels, outside[list(c)]) for c in subsets(len(specs), size, most)]
        for part, of in found.items():
            for m in SIGNS:
                of[m][size] = torch.tensor([one[part][m] for one in each])
    blocks = zip(blocks_of(len(labels)), blocks_of(shown.outside), strict=True)
    each = [told(clean[:, b], labels[b], outside[:, f]) for b, f in blocks]
    for task in ("errors", "foreign"):
        for m in SIGNS:
            found[task][m]["block"] = torch.tensor([one[task][m] for one in each])
    return found


def told(
    clean: Float[Tensor, "M N C"], labels: Int[Tensor, " N"], outside: Float[Tensor, "M n C"]
) -> dict[str, dict[str, float]]:
    """Of one ensemble: for each sign the `area` of its errors and of foreign images, and its mean on either kind."""
    inside, away = signs(clean), signs(outside)
    wrong = clean.mean(0).argmax(-1) != labels
    return {
        "errors": {m: area(sign[wrong], sign[~wrong]) for m, sign in inside.items()},
        "foreign": {m: area(away[m], sign) for m, sign in inside.items()},
        "clean_level": {m: sign.mean().item() for m, sign in inside.items()},
        "foreign_level": {m: sign.mean().item() for m, sign in away.items()},
    }
