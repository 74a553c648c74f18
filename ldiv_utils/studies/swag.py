"""What one run predicts from its tail: by its last point, by the mean, by samples of SWAG; and ensembles of such runs.

Every average is one of probabilities. Sources: Izmailov et al. (2018); Maddox et al. (2019); Wilson & Izmailov (2020),
figure 4; for the temperature Ashukha et al. (2020).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ..measures import accuracy, blocks_of, brier, fitted_temperature, log_likelihood, subsets
from ..measures.ensembles import Score
from ..points import Part, principal_components, swag, swag_samples
from ..predict import each_prediction
from ..runs import Tail, beside, ends, late_points, tail
from ..specs import Precision, Spec
from ..store import stored
from .ensembles import softened
from .shown import Shown
from .tunnel_ensembles import Place, images_of

Way = Part | Literal["solution", "last"]
SCORES = {"accuracy": accuracy, "brier": brier, "log_likelihood": log_likelihood}
COUNTS = (1, 2, 5, 10, 20)  # samples whose mean is scored, as far as there are so many


@dataclass(frozen=True)
class Drawn:
    """How runs are sampled: their tails, how many samples of each, with how many columns, in which arithmetic."""

    tail: Tail
    samples: int
    rank: int
    precision: Precision

    def counts(self, way: Way) -> tuple[int, ...]:
        """After how many of its points a way is scored: after its one point, or after 1, 2, 5, … samples."""
        sampled = way not in ("solution", "last", "mean")
        return (*(n for n in COUNTS if n < self.samples), self.samples) if sampled else (1,)


def points_of(spec: Spec, way: Way, drawn: Drawn) -> Float[Tensor, "S D"]:
    """The points whose predictions a way averages: one, or the samples of `swag_samples`.

    `solution` is where the tail starts, `last` where it ends, `mean` the mean of its points, SWA.
    """
    if way == "solution":
        return ends([spec])
    passed = tail(spec, drawn.tail)["points"]
    if way == "last":
        return passed[-1:]
    return swag_samples(swag(passed, drawn.rank), way, drawn.samples, spec.init_seed)


@stored(publish=False)
def predicted(spec: Spec, way: Way, drawn: Drawn, place: Place, shown: Shown) -> dict[str, Tensor]:
    """`log_probs`, (K, N, C) for K counts, in half precision: of the mean prediction of the first so many points."""
    images, total, means = images_of(spec.dataset, place, shown).images, 0, []
    for n, probs in enumerate(each_prediction(spec, points_of(spec, way, drawn), images, drawn.precision), start=1):
        total = total + probs
        if n in drawn.counts(way):
            means.append(total / n)
    return {"log_probs": torch.stack(means).clamp_min(1e-26).log().half()}


def gathered(
    specs: Sequence[Spec], way: Way, drawn: Drawn, place: Place, shown: Shown
) -> tuple[Float[Tensor, "R counts N C"], Int[Tensor, " N"]]:
    """What R runs predict at a place, each by the mean over its first so many points; and the labels there.

    Tails and predictions that are not at hand are computed side by side.
    """
    if way != "solution":
        beside(tail, [(spec, drawn.tail) for spec in specs])
    found = beside(predicted, [(spec, way, drawn, place, shown) for spec in specs])
    probs = torch.stack([one["log_probs"].float().exp() for one in found])
    return probs, images_of(specs[0].dataset, place, shown).labels


def of_size(
    probs: Float[Tensor, "R N C"],
    labels: Int[Tensor, " N"],
    held_out: Float[Tensor, "R H C"],
    held_out_labels: Int[Tensor, " H"],
    size: int,
) -> dict[str, Tensor]:
    """Every ensemble of so many of R runs, E of them, on ten blocks of the images: each of `SCORES`, (E, 10).

    `calibrated` is the log-likelihood at the `temperature`, (E,), that is best on H held-out images.
    """
    chosen = [list(runs) for runs in subsets(len(probs), size)]
    means = torch.stack([probs[runs].mean(0) for runs in chosen])
    temperatures = [fitted_temperature(held_out[runs].mean(0), held_out_labels) for runs in chosen]
    calibrated = torch.stack([softened(mean, t) for mean, t in zip(means, temperatures, strict=True)])

    def by_block(score: Score, of: Tensor) -> Tensor:
        return torch.stack([score(of[:, block], labels[block]) for block in blocks_of(len(labels))], dim=1)

    result = {name: by_block(score, means) for name, score in SCORES.items()}
    return result | {"calibrated": by_block(log_likelihood, calibrated), "temperature": torch.tensor(temperatures)}


@stored()
def scores(specs: Sequence[Spec], way: Way, drawn: Drawn, place: Place, shown: Shown) -> dict:
    """Ensembles of 1, 2, … R runs that predict in a way, at a place: result[score][n][m] is that of `of_size`, (E, 10),
    for the ensembles of m runs, each with the mean of its first n points. Validation images choose the temperatures.
    """
    probs, labels = gathered(specs, way, drawn, place, shown)
    held_out, kept = gathered(specs, way, drawn, "validation", shown)
    sizes = range(1, 1 + len(specs))
    found = {
        n: {m: of_size(probs[:, i], labels, held_out[:, i], kept, m) for m in sizes}
        for i, n in enumerate(drawn.counts(way))
    }
    names = (*SCORES, "calibrated", "temperature")
    return {name: {n: {m: of[m][name] for m in sizes} for n, of in found.items()} for name in names}


@stored()
def seen_from_above(spec: Spec, drawn: Drawn) -> dict:
    """A tail and its samples: where they lie in the plane of the tail's first two principal components, `places`, each
    (M, 2), and how far from the tail's mean in all directions, `away`, each (M,).

    Of the `solution` and the points `passed`; of the samples of each part. `late`, of `away` alone: the last ten
    checkpoints of the run itself, from their own mean.
    """
    passed, checkpoints = tail(spec, drawn.tail)["points"], late_points([spec])[0]
    mean, components, _ = principal_components(passed, 2)
    these = {"solution": ends([spec]), "passed": passed}
    these |= {way: points_of(spec, way, drawn) for way in ("diagonal", "low_rank", "swag")}
    away = {name: (points - mean).norm(dim=1) for name, points in these.items()}
    return {
        "places": {name: (points - mean) @ components.T for name, points in these.items()},
        "away": away | {"late": (checkpoints - checkpoints.mean(0)).norm(dim=1)},
    }


def by_runs(score: dict[int, dict[int, Float[Tensor, "ensembles 10"]]]) -> dict[int, Float[Tensor, " R"]]:
    """A score of `scores`, for each number of points: its mean over ensembles and images, for one run, two, … R."""
    return {n: torch.stack([of[m].mean() for m in sorted(of)]) for n, of in sorted(score.items())}


def by_block(score: dict[int, dict[int, Float[Tensor, "ensembles 10"]]], size: int) -> Float[Tensor, " 10"]:
    """A score of `scores` with all points, on ten blocks of the images: its mean over the ensembles of so many runs."""
    return score[max(score)][size].mean(0)
