"""What more networks are worth, and what a larger one: forecasts from pairs, and scores as images get worse.

Sources: Fort et al. (2020), figure 9; Abe et al. (2022), "Deep ensembles work, but are they necessary?"
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ..datasets import load, out_of_distribution
from ..measures import accuracy, blocks_of, brier, brier_by_size, log_likelihood, subsets
from ..measures.ensembles import Score
from ..predict import predict
from ..runs import Sampling, ends
from ..specs import Precision, Spec
from ..store import stored
from . import ensembles
from .shift import INTENSITIES
from .shown import Shown, rows_of, test_images

SCORES = {"accuracy": accuracy, "brier": brier, "log_likelihood": log_likelihood}


def members(specs: list[Spec], sampling: Sampling, inputs: int) -> tuple[Float[Tensor, "M N C"], Int[Tensor, " N"]]:
    """What M solutions predict for the first N test images, in float64 with sums of 1, and the labels.

    Of the logarithms that *Ensembles* stores; in float32 the smallest of their probabilities would be 0.
    """
    result = ensembles.originals(specs, sampling, inputs)
    return result["log_probs"].double().softmax(-1), result["labels"].long()


def from_pairs(one: Float[Tensor, " M"], two: Float[Tensor, " P"]) -> Float[Tensor, "P M"]:
    """What each of P pairs of M networks foretells of the Brier scores of 1, 2, … M: from its own alone.

    `one` has the scores of the networks, `two` those of the pairs' averages, in the order of `subsets(M, 2)`.
    Raises ValueError unless there is one for every pair.
    """
    pairs = torch.combinations(torch.arange(len(one)))
    if len(two) != len(pairs):
        raise ValueError(f"{len(two)} pairs of {len(one)} networks were given; allowed: {len(pairs)}, each once")
    alone = one[pairs].mean(1)
    sizes = range(1, 1 + len(one))
    return torch.stack([brier_by_size(alone, 2 * (alone - two), size) for size in sizes], dim=1)


@stored(publish=False)
def answers(specs: list[Spec], shown: Shown, precision: Precision) -> dict[str, Tensor]:
    """Logarithms of what R networks of one kind predict, in half precision.

    "shifted" (R, I, N, C), at I intensities; "outside" (R, n, C), for foreign images.
    """
    spec, points = specs[0], ends(specs)

    def of(images: Tensor) -> Tensor:
        return predict(spec, points, images, precision).log().half()

    worse = [of(test_images(spec.dataset, shown, intensity)) for intensity in INTENSITIES]
    return {
        "shifted": torch.stack(worse, dim=1),
        "outside": of(out_of_distribution(spec.dataset, shown.outside)),
    }


@stored()
def scores(specs: list[Spec], shown: Shown, precision: Precision, most: int) -> dict:
    """For each of `SCORES`: "run" (R, I), of each of R networks at I intensities, and "size" (R, I), of ensembles.

    The latter is the mean over the ensembles of 1, 2, … R networks, at most so many of a size; "block" (10, R, I) the
    same on blocks of the images.
    """
    logs = answers(specs, shown, precision)["shifted"]
    labels = load(specs[0].dataset).test.labels[rows_of(specs[0].dataset, shown).flatten()]
    result: dict = {name: {"run": [], "size": [], "block": []} for name in SCORES}
    for at in logs.float().softmax(-1).unbind(1):
        for name, score in SCORES.items():
            parts = [by_size(at[:, b], labels[b], score, most) for b in blocks_of(len(labels))]
            result[name]["run"].append(score(at, labels))
            result[name]["size"].append(by_size(at, labels, score, most))
            result[name]["block"].append(torch.stack(parts))
    return {name: {part: torch.stack(v, dim=-1) for part, v in of.items()} for name, of in result.items()}


def by_size(probs: Float[Tensor, "R N C"], labels: Int[Tensor, " N"], score: Score, most: int) -> Float[Tensor, " R"]:
    """Mean score of the ensembles of 1, 2, … R networks, at most so many of a size."""

    def of(size: int) -> Tensor:
        chosen = subsets(len(probs), size, most)
        return torch.cat([score(probs[list(members)].mean(0, keepdim=True), labels) for members in chosen]).mean()

    return torch.stack([of(size) for size in range(1, 1 + len(probs))])
