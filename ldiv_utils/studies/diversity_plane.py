"""Figure 6: what a difference from a network costs in accuracy, for samples around it and for other runs.

A *plane* is all that stands on it for one reference: where its samples and the other runs are, its own accuracy,
the number of classes, and the two limits.
"""

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from ..datasets import facts, load
from ..measures import (
    diversity_plane,
    ensemble,
    fit_exponent,
    independent_errors,
    label_difference,
    perturbed_family,
    perturbed_reference,
)
from ..points import draw
from ..predict import predict
from ..runs import ends, late_points
from ..specs import Spec
from ..store import stored

# Where the search for the largest scale starts: the notebook's constants, which are for MediumCNN.
CONSTANTS = {"random": 70.0, "dropout": 0.1, "diagonal": 10.0, "low_rank_unit": 6.0, "low_rank": 6.0}
RIVAL = 0.02  # a sample at most so much less accurate than an optimum is its rival
TIE = 1e-6  # far less than one image in all: a tie passes, whatever float32 makes of it


def largest_scale(lost: Callable[[float], bool], constant: float) -> float:
    """The constant times 2^k, with k the smallest multiple of ¼ above −8 and up to 8 at which the network is lost.

    Six steps of bisection, for what is lost at every larger scale too. Raises ValueError if it is lost at none.
    """
    power = -8.0
    for step in (8, 4, 2, 1, 0.5, 0.25):
        if not lost(constant * 2 ** (power + step)):
            power += step
    largest = constant * 2 ** (power + 0.25)
    if power == 7.75 and not lost(largest):
        raise ValueError(f"the network is not lost at any scale up to {largest:g}; allowed: a larger constant")
    return largest


@stored()
def cloud(spec: Spec, method: str, count: int, images: int) -> dict[str, Tensor]:
    """Samples of one family around the end of one run, placed on the plane, and the `top` of their scales.

    Scales lie evenly up to the one at which three samples are on average right on at most twice the share of chance.
    """
    dataset, checkpoints = load(spec.dataset), late_points([spec])[0]
    inputs, truth = dataset.test.images[:images], dataset.test.labels[:images]

    def labels(points: Tensor) -> Tensor:
        return predict(spec, points, inputs, "bfloat16").argmax(-1)

    def drawn(scales: Tensor) -> Tensor:
        scales = scales.clamp(max=0.9) if method == "dropout" else scales
        return labels(draw(method, checkpoints, scales, spec.init_seed, rank=4))

    def lost(scale: float) -> bool:
        error = label_difference(drawn(torch.full((3,), scale)), truth).mean()
        return bool(error >= 1 - 2 / dataset.classes)

    top = torch.tensor(largest_scale(lost, CONSTANTS[method]))
    samples = drawn(top * (torch.arange(count) + 0.5) / count)
    return {"top": top, **diversity_plane(samples, labels(checkpoints[-1:])[0], truth)}


@stored()
def independent(specs: list[Spec], images: int) -> dict[str, Tensor]:
    """The labels that R runs give the first test images, those of their ensemble, and the truth."""
    dataset = load(specs[0].dataset)
    inputs, truth = dataset.test.images[:images], dataset.test.labels[:images]
    probs = predict(specs[0], ends(specs), inputs, "bfloat16")
    labels, together = probs.argmax(-1), ensemble(probs).argmax(-1)
    kept = {"labels": labels, "ensemble": together, "truth": truth}
    return {name: value.to(torch.int16) for name, value in kept.items()}


def limits(reference: float, classes: int, count: int = 200) -> dict[str, Float[Tensor, " A"]]:
    """The upper and the lower limit of the diversity at `count` accuracies from chance to the reference's."""
    a = torch.linspace(1 / classes, reference, count)
    upper, lower = (limit(a, reference, classes) / (1 - a) for limit in (independent_errors, perturbed_reference))
    return {"accuracy": a, "upper": upper, "lower": lower}


def unrelated_shares(accuracy: float, classes: int) -> Float[Tensor, "2 3"]:
    """Where the reference is right, and where it is wrong: the shares on which a network whose mistakes are unrelated
    to it has the same label, another that is wrong, and another that is right."""
    wrong, others = 1 - accuracy, classes - 1
    return torch.tensor([[accuracy, wrong, 0], [wrong / others, wrong * (others - 1) / others, accuracy]])


def blind_shares(p: float, classes: int) -> Float[Tensor, "2 3"]:
    """The same for the reference with a share p of its labels changed, each to another class at random."""
    others = classes - 1
    return torch.tensor([[1 - p, p, 0], [1 - p, p * (others - 1) / others, p / others]])


def plane(specs: Sequence[Spec], reference: int, count: int, images: int) -> dict:
    """The plane of one of R runs: `count` samples of each family around it, and the R − 1 others."""
    kept, classes = independent(specs, images), facts(specs[0].dataset).classes
    labels, truth = kept["labels"], kept["truth"]
    others = torch.cat([labels[:reference], labels[reference + 1 :]])
    best = 1 - label_difference(labels[reference][None], truth).item()
    return {
        "baseline": best,
        "classes": classes,
        "independent": diversity_plane(others, labels[reference], truth),
        "limits": limits(best, classes),
        **{method: cloud(specs[reference], method, count, images) for method in CONSTANTS},
    }


def planes(specs: Sequence[Spec], count: int, images: int) -> list[dict]:
    """The planes of R runs: each is the reference once."""
    return [plane(specs, reference, count, images) for reference in range(len(specs))]


def median_plane(planes: Sequence[dict]) -> dict:
    """The plane whose reference is the one of median accuracy, of an even number the upper."""
    accuracy = torch.tensor([plane["baseline"] for plane in planes])
    return planes[int(accuracy.argsort(stable=True)[len(planes) // 2])]


def pooled(plane: dict, methods: Sequence[str] = tuple(CONSTANTS)) -> list[Float[Tensor, " S"]]:
    """Accuracy, diversity and its standard error of the samples of these families, all together."""
    return [torch.cat([plane[method][key] for method in methods]) for key in ("accuracy", "diversity", "deviation")]


def exponent(plane: dict, methods: Sequence[str] = tuple(CONSTANTS)) -> float:
    """The exponent e of the family of curves nearest to the plane's samples: `fit_exponent`."""
    a, diversity, _ = pooled(plane, methods)
    return fit_exponent(a, diversity * (1 - a), plane["baseline"], plane["classes"])


def curve(plane: dict, exponent: float, count: int = 2000) -> tuple[Float[Tensor, " P"], Float[Tensor, " P"]]:
    """Accuracy and diversity along `perturbed_family`, from the plane's reference to all labels changed."""
    p = torch.linspace(0, 1, count)
    a, changed = perturbed_family(p, exponent, plane["baseline"], plane["classes"])
    return a, changed / (1 - a)


def each(planes: Sequence[dict], number: Callable[..., Tensor], *of: float) -> Float[Tensor, " R"]:
    """The mean of a number (of what else it is given) over each of the planes that have any of it."""
    found = [values.mean() for plane in planes if len(values := number(plane, *of))]
    return torch.stack(found) if found else torch.empty(0)


def without(planes: Sequence[dict], run: int) -> list[dict]:
    """The planes of all runs but one, which stands on none of them any more."""

    def left(reference: int, plane: dict) -> dict:
        place = run - (run > reference)  # among the other runs of that reference
        others = {name: torch.cat([v[:place], v[place + 1 :]]) for name, v in plane["independent"].items()}
        return plane | {"independent": others}

    return [left(reference, plane) for reference, plane in enumerate(planes) if reference != run]


def jackknife_error(planes: Sequence[dict], number: Callable[..., Tensor]) -> Float[Tensor, ""]:
    """Standard error of the mean of `each`, by the jackknife over R runs, since every two planes share runs.

    √((R − 1)/R Σ_r (m_r − m̄)²), with m_r the mean without run r, and m̄ the mean of these; NaN where an m_r is the
    mean of nothing.
    """
    means = torch.stack([each(without(planes, run), number).mean() for run in range(len(planes))])
    return ((len(means) - 1) * means.var(correction=0)).sqrt()


def rise(before: Sequence[dict], after: Sequence[dict], number: Callable[..., Tensor]) -> float:
    """How much larger the mean of `each` is on the planes `after`, in standard errors of the difference."""
    error = torch.hypot(jackknife_error(before, number), jackknife_error(after, number))
    return ((each(after, number).mean() - each(before, number).mean()) / error).item()


def over_noise(plane: dict, lost: float, within: float = 0.02) -> Float[Tensor, " P"]:
    """How many times the labels that blind noise would change have changed, in samples that lost so much accuracy.

    Both are means over the samples whose accuracy is the reference's less `lost`, give or take `within`; empty if there
    are none.
    """
    (a, diversity, _), best = pooled(plane), plane["baseline"]
    a, diversity = (values[(best - lost - a).abs() <= within + TIE] for values in (a, diversity))
    changed, blind = diversity * (1 - a), perturbed_reference(a, best, plane["classes"])
    return changed.mean()[None] / blind.mean() if len(a) else a


def band(plane: dict, accuracy: float, within: float = 0.03) -> Float[Tensor, " B"]:
    """The diversities of the samples whose accuracy is that, give or take `within`."""
    a, diversity, _ = pooled(plane)
    return diversity[(a - accuracy).abs() <= within + TIE]


def gaps(plane: dict) -> Float[Tensor, " G"]:
    """How far each other run stands above the most diverse of its rivals, if it has any.

    Rivals are the samples at most `RIVAL` less accurate than it.
    """
    (a, diversity, _), optima = pooled(plane), plane["independent"]
    rivals = [diversity[a >= accuracy - RIVAL - TIE] for accuracy in optima["accuracy"]]
    pairs = zip(optima["diversity"], rivals, strict=True)
    return torch.tensor([height - near.max() for height, near in pairs if len(near)])


def of_the_limit(plane: dict) -> Float[Tensor, " R"]:
    """The diversity of each other run as a share of the upper limit at its accuracy."""
    a, diversity = plane["independent"]["accuracy"], plane["independent"]["diversity"]
    return diversity * (1 - a) / independent_errors(a, plane["baseline"], plane["classes"])


def inside(plane: dict) -> Float[Tensor, " S"]:
    """Which samples lie between the limits, give or take two of their standard errors: 1 or 0."""
    (a, diversity, deviation), best, classes = pooled(plane), plane["baseline"], plane["classes"]
    highest = independent_errors(a, best, classes) / (1 - a)
    lowest = perturbed_reference(a, best, classes) / (1 - a)
    within = (diversity > lowest - 2 * deviation) & (diversity < highest + 2 * deviation)
    return within.float()
