"""Networks on corrupted and foreign images: scores of their ensembles, and how far the networks of a set are apart.

Source: Fort et al. (2020), section 5, figure 9 and the numbers on SVHN.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ..datasets import corruption_names, foreign, load, out_of_distribution, shifted
from ..measures import accuracy, brier, ensemble_scores, jensen_shannon
from ..measures.ensembles import Score
from ..predict import predict
from ..runs import late_points, points_of
from ..specs import Precision, Spec
from ..store import stored

INTENSITIES = range(6)  # 0 is the clean image
BLOCKS = 10
Images = tuple[tuple[str, ...], str, str]  # the corruptions, where they come from, what is out of distribution


@dataclass(frozen=True)
class Setting:
    """How many images and samples a result rests on."""

    each: int  # test images for each corruption
    outside: int  # images out of distribution
    samples: int  # of each subspace, for each run
    reach: float  # of the random samples: s is uniform between 0 and it
    precision: Precision  # of the predictions


def images_of(dataset: str) -> Images:
    """What stands for worse images of a dataset, and for foreign ones; an argument of every result."""
    return (*corruption_names(dataset), foreign(dataset))


def rows_of(dataset: str, corruptions: int, each: int) -> Int[Tensor, "corruptions each"]:
    """Which test images each corruption gets: its own, and from the first on again where they run out."""
    return torch.arange(corruptions * each).view(corruptions, each) % len(load(dataset).test.labels)


def test_images(dataset: str, names: tuple[str, ...], each: int, intensity: int) -> Tensor:
    """`each` test images under the first corruption, `each` under the next, …: the same at every intensity."""
    rows = rows_of(dataset, len(names), each)
    return torch.cat([shifted(dataset, name, intensity, own) for name, own in zip(names, rows, strict=True)])


def points_around(spec: Spec, method: str, setting: Setting) -> Float[Tensor, "S D"]:
    """The points of a way to predict with one run; of its `trajectory`, every second checkpoint from the last back."""
    if method == "trajectory":
        return late_points([spec])[0].flip(0)[::2][: setting.samples]
    return points_of(spec, method, setting.samples, setting.reach, setting.precision)


@stored(publish=False)
def predictions(spec: Spec, method: str, setting: Setting, images: Images) -> dict:
    """Of each of S points: "shifted" (S, intensities, N, C) and "outside" (S, N, C), N images, C classes."""
    points, dataset = points_around(spec, method, setting), spec.dataset
    worse = [test_images(dataset, images[0], setting.each, i) for i in INTENSITIES]
    outside = out_of_distribution(dataset, setting.outside)
    return {
        "shifted": torch.stack([predict(spec, points, x, setting.precision) for x in worse], dim=1).half(),
        "outside": predict(spec, points, outside, setting.precision).half(),
    }


def predicted(specs: list[Spec], method: str, setting: Setting, images: Images) -> list[dict]:
    """`predictions` of each run; those that are not at hand are trained side by side first."""
    late_points(specs, 1 if method == "original" else 10)
    return [predictions(spec, method, setting, images) for spec in specs]


def parts(count: int, each: int) -> dict[str, tuple]:
    """Parts of `count` images: ten blocks of every tenth, so with every corruption in each, and the corruptions."""
    blocks = tuple(slice(block, count, BLOCKS) for block in range(BLOCKS))
    return {"block": blocks, "corruption": torch.arange(count).split(each)}


def standard_error(blocks: Float[Tensor, "10 *I"]) -> Float[Tensor, "*I"]:
    """The standard error of the mean over ten blocks of images: their standard deviation over the root of ten."""
    return blocks.std(0) / len(blocks) ** 0.5


def ensemble_means(
    probs: Float[Tensor, "R I N C"], labels: Int[Tensor, " N"], score: Score
) -> Float[Tensor, "sizes I"]:
    """The mean score of the ensembles of one, two and all of R runs, at each of I intensities."""
    sizes = (1, 2, len(probs))
    tables = [ensemble_scores(at, labels, score, sizes) for at in probs.unbind(1)]
    return torch.tensor([[table[size].mean() for table in tables] for size in sizes])


@stored()
def scores(specs: list[Spec], method: str, setting: Setting, images: Images) -> dict:
    """Accuracy and Brier score where a run predicts with the mean of its S points, and an ensemble with these means.

    For each score, "run" (R, intensities): each run alone; "block" (10, 3, intensities) and "corruption": the means
    over the ensembles of one, two and all runs, on parts of the images.
    """
    probs = torch.stack([run["shifted"].float().mean(0) for run in predicted(specs, method, setting, images)])
    dataset, result = specs[0].dataset, {}
    labels = load(dataset).test.labels[rows_of(dataset, len(images[0]), setting.each).flatten()]
    for name, score in (("accuracy", accuracy), ("brier", brier)):
        alone = torch.stack([score(at, labels) for at in probs.unbind(1)], dim=1)
        on = {
            part: torch.stack([ensemble_means(probs[:, :, rows], labels[rows], score) for rows in each])
            for part, each in parts(len(labels), setting.each).items()
        }
        result[name] = {"run": alone, **on}
    return result


def divergence(sets: Float[Tensor, "sets M I N C"]) -> Float[Tensor, "sets I"]:
    """The Jensen–Shannon divergence of each of some sets of M networks, at each of I intensities."""
    return torch.tensor([[jensen_shannon(probs) for probs in one.unbind(1)] for one in sets])


@stored()
def divergences(specs: list[Spec], method: str, setting: Setting, images: Images) -> dict:
    """How far the networks of a set are apart: the solutions of all runs (`original`, one set), or S points of a run.

    Every set has as many networks, at most five. "shifted" and "outside" hold "set" (sets, intensities), and the
    means over the sets on parts of the images, "block" and "corruption"; "outside" has no intensities.
    """
    each_run = predicted(specs, method, setting, images)

    def sets(where: str) -> Tensor:
        probs = torch.stack([run[where].float() for run in each_run])
        return (probs.transpose(0, 1) if method == "original" else probs)[:, : min(5, len(specs))]

    inside, outside = sets("shifted"), sets("outside")[:, :, None]
    blocks = parts(setting.outside, setting.outside)["block"]
    far = torch.cat([divergence(outside[:, :, :, rows]).mean(0) for rows in blocks])
    on = {
        part: torch.stack([divergence(inside[:, :, :, rows]).mean(0) for rows in each])
        for part, each in parts(inside.shape[3], setting.each).items()
    }
    return {
        "shifted": {"set": divergence(inside), **on},
        "outside": {"set": divergence(outside)[:, 0], "block": far},
    }


@stored()
def examples(dataset: str, images: Images, row: int) -> dict:
    """One test image, clean and under each corruption at intensity 5, and an image out of distribution."""
    rows = torch.tensor([row])
    corrupted = [shifted(dataset, name, 5, rows) for name in images[0]]
    return {"images": torch.cat([load(dataset).test.images[rows], *corrupted, out_of_distribution(dataset, 1)])}
