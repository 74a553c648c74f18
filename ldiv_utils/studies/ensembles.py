"""What ensembles of runs score, where each run predicts in one of seven ways, and how sure they are.

Source: Fort et al. (2020), section 5, figure 8; their released notebook.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ..datasets import load
from ..measures import accuracy, blocks_of, brier, calibration_error, ensemble_scores, log_likelihood
from ..measures.ensembles import Score
from ..predict import predict
from ..runs import Sampling, Way, points_of, train_for
from ..specs import Spec
from ..store import stored

SCORES = {
    "accuracy": accuracy,
    "brier": brier,
    "log_likelihood": log_likelihood,
    "calibration_error": calibration_error,
}
TEMPERATURES = torch.arange(0.5, 4, 0.1).tolist()


@stored(publish=False)
def predictions(spec: Spec, way: Way, sampling: Sampling, inputs: int) -> dict[str, Tensor]:
    """What a run predicts in one way for the first N test images: the mean of `all` its points, of a `third`, (N, C).

    Also the Brier score, `brier`, of each of the S points, (S,).
    """
    test = load(spec.dataset).test
    images, labels = test.images[:inputs], test.labels[:inputs]
    probs = predict(spec, points_of(spec, way, sampling), images, sampling.precision)
    third = probs[: max(1, sampling.count // 3)]
    return {"all": probs.mean(0), "third": third.mean(0), "brier": brier(probs, labels)}


def predicted(specs: list[Spec], way: Way, sampling: Sampling, inputs: int) -> list[dict[str, Tensor]]:
    """`predictions`, (N, C), of each run; those that are not trained yet train side by side."""
    train_for(specs, way)
    return [predictions(spec, way, sampling, inputs) for spec in specs]


def by_block(
    probs: Float[Tensor, "M N C"], labels: Int[Tensor, " N"], score: Score, size: int
) -> Float[Tensor, " blocks"]:
    """Mean score of the ensembles of a size on ten blocks of inputs, every tenth input a block."""
    tables = [ensemble_scores(probs[:, r], labels[r], score, [size]) for r in blocks_of(len(labels))]
    return torch.stack([table[size].mean() for table in tables])


@stored()
def scores(specs: list[Spec], way: Way, sampling: Sampling, inputs: int) -> dict:
    """The scores of ensembles of 1, 2, … M runs that predict in one way, on the first N test images.

    `all` and `third` (of the samples): for each of `SCORES` and each size a score for every ensemble, (E,);
    `by_block`: the mean of those of one run and of two on ten blocks of images, (10,); `member_brier`, (M,): that of a
    run's points on average.
    """
    each = predicted(specs, way, sampling, inputs)
    labels = load(specs[0].dataset).test.labels[:inputs]
    result = {"member_brier": torch.stack([run["brier"].mean() for run in each])}
    for kept in ("all", "third"):
        probs, sizes = torch.stack([run[kept] for run in each]), range(1, 1 + len(each))
        result[kept] = {name: ensemble_scores(probs, labels, score, sizes) for name, score in SCORES.items()}
    probs = torch.stack([run["all"] for run in each])
    result["by_block"] = {
        name: {size: by_block(probs, labels, SCORES[name], size) for size in (1, 2)} for name in ("accuracy", "brier")
    }
    return result


@stored()
def originals(specs: list[Spec], sampling: Sampling, inputs: int) -> dict[str, Tensor]:
    """`log_probs`, (M, N, C) in half precision: logarithms of what the solutions predict; and the `labels`, (N,)."""
    each = [run["all"] for run in predicted(specs, "original", sampling, inputs)]
    labels = load(specs[0].dataset).test.labels[:inputs]
    return {"log_probs": torch.stack(each).log().half(), "labels": labels}


def members(specs: list[Spec], sampling: Sampling, inputs: int) -> tuple[Float[Tensor, "M N C"], Int[Tensor, " N"]]:
    """What the solutions of M runs predict, and the labels."""
    result = originals(specs, sampling, inputs)
    return result["log_probs"].float().exp(), result["labels"]


def surplus(probs: Float[Tensor, "M N C"], labels: Int[Tensor, " N"]) -> Float[Tensor, " blocks"]:
    """How much surer than right M networks are: mean confidence − accuracy, on the ten blocks of `by_block`."""
    gap = (probs.amax(-1) - (probs.argmax(-1) == labels).float()).mean(0)
    return torch.stack([gap[block].mean() for block in blocks_of(len(gap))])


def softened(probs: Float[Tensor, "N C"], temperature: float) -> Float[Tensor, "N C"]:
    """Probabilities to the power 1/T, normalised again: softer for T > 1, and of the same labels.

    Source: Guo et al. (2017), "On calibration of modern neural networks", section 4.
    """
    return (probs.clamp_min(1e-30).log() / temperature).softmax(-1)


def tempered(probs: Float[Tensor, "M N C"], labels: Int[Tensor, " N"]) -> Float[Tensor, "M N C"]:
    """Each network softened by the temperature of the best Brier score on the other half of the inputs.

    The halves are the first and the last N/2 inputs, so that no input helps to choose its own temperature.
    """
    half, result = probs.shape[1] // 2, torch.empty_like(probs)
    for tuned, scored in [(slice(half), slice(half, None)), (slice(half, None), slice(half))]:
        for network, out in zip(probs, result, strict=True):
            tried = torch.stack([softened(network[tuned], t) for t in TEMPERATURES])
            best = TEMPERATURES[int(brier(tried, labels[tuned]).argmin())]
            out[scored] = softened(network[scored], best)
    return result
