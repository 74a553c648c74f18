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


@stored()
def softened(specs: list[Spec], shown: Shown, precision: Precision) -> dict[str, Float[Tensor, "R+1 I"]]:
    """`brier`, (R + 1, I): of R networks, and of all together, each softened by one temperature, at I intensities.

    The temperature is that of the best score on the clean images of one half; it is scored on the other half.
    """
    logs = answers(specs, shown, precision)["shifted"].float()
    labels = load(specs[0].dataset).test.labels[rows_of(specs[0].dataset, shown).flatten()]
    together = logs.softmax(-1).mean(0, keepdim=True)
    return {"brier": torch.stack([tempered(p, labels) for p in torch.cat([logs.softmax(-1), together])])}


def tempered(probs: Float[Tensor, "I N C"], labels: Int[Tensor, " N"]) -> Float[Tensor, " I"]:
    """Brier score of one network at I intensities, its temperature fitted where they are clean, on other images."""
    halves, found = [slice(0, None, 2), slice(1, None, 2)], torch.zeros(len(probs))
    for tuned, scored in (halves, halves[::-1]):
        tried = torch.stack([ensembles.softened(probs[0, tuned], t) for t in ensembles.TEMPERATURES])
        best = ensembles.TEMPERATURES[int(brier(tried, labels[tuned]).argmin())]
        soft = torch.stack([ensembles.softened(each, best) for each in probs[:, scored]])
        found += brier(soft, labels[scored]) / 2
    return found


def places(values: Float[Tensor, "R I"]) -> Float[Tensor, "R 2"]:
    """Scores on clean images, and their means over the intensities 1 to 5, from those at I intensities."""
    return torch.stack([values[:, 0], values[:, 1:].mean(1)], dim=1)


def line_through(singles: Float[Tensor, "S 2"]) -> tuple[float, float]:
    """Slope and height of the least-squares line through S single networks: y, where images are worse, over x."""
    x, y = singles.double().T
    slope = ((x - x.mean()) * (y - y.mean())).sum() / (x - x.mean()).square().sum()
    return slope.item(), (y.mean() - slope * x.mean()).item()


def above_line(places: Float[Tensor, "M 2"], singles: Float[Tensor, "S 2"]) -> Float[Tensor, " M"]:
    """How far M places lie above the line through S single networks.

    Raises ValueError for fewer than three single networks, through any two of which there is a line.
    """
    if len(singles) < 3:
        raise ValueError(f"{len(singles)} single networks were given; allowed: three or more, to have a spread")
    slope, height = line_through(singles)
    x, y = places.double().T
    return y - (slope * x + height)
