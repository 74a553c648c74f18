"""Networks on corrupted and foreign images: scores of their ensembles, and how far the networks of a set are apart.

Source: Fort et al. (2020), section 5, figure 9 and the numbers on SVHN.
"""

from typing import Literal

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ..datasets import load, out_of_distribution
from ..measures import accuracy, blocks_of, brier, ensemble_scores, jensen_shannon
from ..measures.ensembles import Score
from ..predict import predict
from ..runs import Sampling, Way, late_points, points_of, train_for
from ..specs import Spec
from ..store import stored
from .shown import Shown, rows_of, test_images

INTENSITIES = range(6)  # 0 is the clean image
Around = Way | Literal["trajectory"]


def points_around(spec: Spec, way: Around, sampling: Sampling) -> Float[Tensor, "S D"]:
    """The points of a way to predict with one run; of its `trajectory`, every second checkpoint from the last back."""
    if way == "trajectory":
        return late_points([spec])[0].flip(0)[::2][: sampling.count]
    return points_of(spec, way, sampling)


@stored(publish=False)
def predictions(spec: Spec, way: Around, sampling: Sampling, shown: Shown) -> dict[str, Tensor]:
    """Of each of S points: "shifted" (S, I, N, C) and "outside" (S, N, C), at I intensities, in half precision."""
    points = points_around(spec, way, sampling)
    worse = [test_images(spec.dataset, shown, intensity) for intensity in INTENSITIES]
    outside = out_of_distribution(spec.dataset, shown.outside)
    return {
        "shifted": torch.stack([predict(spec, points, images, sampling.precision) for images in worse], dim=1).half(),
        "outside": predict(spec, points, outside, sampling.precision).half(),
    }


def predicted(specs: list[Spec], way: Around, sampling: Sampling, shown: Shown) -> list[dict[str, Tensor]]:
    """`predictions`, (S, I, N, C) and (S, N, C), of each run; those that are not at hand are trained first."""
    train_for(specs, way)
    return [predictions(spec, way, sampling, shown) for spec in specs]


def parts(inputs: int, each: int) -> dict[str, list[slice] | tuple[Int[Tensor, " n"], ...]]:
    """Parts of N images: `blocks_of` them, so with every corruption in each, and the corruptions, `each` in a row."""
    return {"block": blocks_of(inputs), "corruption": torch.arange(inputs).split(each)}


def ensemble_means(
    probs: Float[Tensor, "R I N C"], labels: Int[Tensor, " N"], score: Score
) -> Float[Tensor, "sizes I"]:
    """The mean score of the ensembles of one, two and all of R runs, at each of I intensities."""
    sizes = (1, 2, len(probs))
    tables = [ensemble_scores(at, labels, score, sizes) for at in probs.unbind(1)]
    return torch.tensor([[table[size].mean() for table in tables] for size in sizes])


@stored()
def scores(specs: list[Spec], way: Around, sampling: Sampling, shown: Shown) -> dict:
    """Accuracy and Brier score where a run predicts with the mean of its S points, and an ensemble with these means.

    For each score, "run" (R, I): each run alone, at I intensities; "block" (10, 3, I) and "corruption" (K, 3, I): the
    means over the ensembles of one, two and all runs, on parts of the images, K corruptions among them.
    """
    probs = torch.stack([run["shifted"].float().mean(0) for run in predicted(specs, way, sampling, shown)])
    dataset, result = specs[0].dataset, {}
    labels = load(dataset).test.labels[rows_of(dataset, shown).flatten()]
    for name, score in (("accuracy", accuracy), ("brier", brier)):
        alone = torch.stack([score(at, labels) for at in probs.unbind(1)], dim=1)
        on = {
            part: torch.stack([ensemble_means(probs[:, :, rows], labels[rows], score) for rows in each])
            for part, each in parts(len(labels), shown.each).items()
        }
        result[name] = {"run": alone, **on}
    return result


def divergence(sets: Float[Tensor, "sets M I N C"]) -> Float[Tensor, "sets I"]:
    """The Jensen–Shannon divergence of each of some sets of M networks, at each of I intensities."""
    return torch.tensor([[jensen_shannon(probs) for probs in one.unbind(1)] for one in sets])


@stored()
def divergences(specs: list[Spec], way: Around, sampling: Sampling, shown: Shown) -> dict:
    """How far the networks of a set are apart: the solutions of all runs (`original`, one set), or S points of a run.

    Every set has as many networks, at most five. "shifted" and "outside" hold "set" (sets, I), at I intensities, and
    the means over the sets on parts of the images, "block" (10, I) and "corruption" (K, I); "outside" has neither
    intensities nor corruptions.
    """
    each_run = predicted(specs, way, sampling, shown)

    def sets(where: str) -> Tensor:
        probs = torch.stack([run[where].float() for run in each_run])
        return (probs.transpose(0, 1) if way == "original" else probs)[:, : min(5, len(specs))]

    inside, outside = sets("shifted"), sets("outside")[:, :, None]
    far = torch.cat([divergence(outside[:, :, :, rows]).mean(0) for rows in blocks_of(shown.outside)])
    on = {
        part: torch.stack([divergence(inside[:, :, :, rows]).mean(0) for rows in each])
        for part, each in parts(inside.shape[3], shown.each).items()
    }
    return {
        "shifted": {"set": divergence(inside), **on},
        "outside": {"set": divergence(outside)[:, 0], "block": far},
    }
