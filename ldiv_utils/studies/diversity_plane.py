"""Figure 6: what a difference from a network costs in accuracy, for samples around it and for other runs.

A *comparison* holds all that is compared with one reference run on C classes, the numbers behind a panel:

- `reference`: its accuracy; `classes`: C;
- `independent`: the R − 1 other runs, and each family of samples by its name: of each run or sample `accuracy`,
  `diversity` and its `standard_error`, (R − 1,) or (S,); of a family also `top`, (), its largest scale;
- `limits`: `accuracy`, and there the `upper` and the `lower` limit of the diversity, (A,).
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from ..datasets import facts, load
from ..measures import diversity_plane, ensemble, independent_errors, label_difference, perturbed_reference
from ..points import FAMILIES, Family, draw, even_scales
from ..predict import predict
from ..runs import ends, late_points
from ..specs import Spec
from ..store import stored

Comparison = dict[str, Any]
# Where the search for the largest scale starts: the notebook's constants, which are for MediumCNN.
CONSTANTS = {"random": 70.0, "dropout": 0.1, "diagonal": 10.0, "low_rank": 6.0, "low_rank_unit": 6.0}


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
def cloud(spec: Spec, family: Family, count: int, inputs: int) -> dict[str, Tensor]:
    """Samples of a family around the end of one run, on the first N test images: `accuracy`, `diversity` and its
    `standard_error`, (S,); `top`, (), of their scales.

    Scales lie evenly up to the one at which three samples are on average right on at most twice the share of chance.
    """
    dataset, checkpoints = load(spec.dataset), late_points([spec])[0]
    images, truth = dataset.test.images[:inputs], dataset.test.labels[:inputs]

    def labels(points: Tensor) -> Tensor:
        return predict(spec, points, images, "bfloat16").argmax(-1)

    def drawn(scales: Tensor) -> Tensor:
        scales = scales.clamp(max=0.9) if family == "dropout" else scales
        return labels(draw(family, checkpoints, scales, spec.init_seed, rank=4))

    def lost(scale: float) -> bool:
        error = label_difference(drawn(torch.full((3,), scale)), truth).mean()
        return bool(error >= 1 - 2 / dataset.classes)

    top = torch.tensor(largest_scale(lost, CONSTANTS[family]))
    samples = drawn(even_scales(top, count))
    return {"top": top, **diversity_plane(samples, labels(checkpoints[-1:])[0], truth)}


@stored()
def independent(specs: list[Spec], inputs: int) -> dict[str, Tensor]:
    """`labels`, (R, N), that R runs give the first N test images, those of their `ensemble`, (N,), and the `truth`."""
    dataset = load(specs[0].dataset)
    images, truth = dataset.test.images[:inputs], dataset.test.labels[:inputs]
    probs = predict(specs[0], ends(specs), images, "bfloat16")
    labels, together = probs.argmax(-1), ensemble(probs).argmax(-1)
    kept = {"labels": labels, "ensemble": together, "truth": truth}
    return {name: value.to(torch.int16) for name, value in kept.items()}


def limits(reference: float, classes: int, count: int = 200) -> dict[str, Float[Tensor, " A"]]:
    """The upper and the lower limit of the diversity at `count` accuracies from chance to the reference's."""
    a = torch.linspace(1 / classes, reference, count)
    upper, lower = (limit(a, reference, classes) / (1 - a) for limit in (independent_errors, perturbed_reference))
    return {"accuracy": a, "upper": upper, "lower": lower}


def comparison(specs: Sequence[Spec], reference: int, count: int, inputs: int) -> Comparison:
    """What is compared with one of R runs on N test images: `count` samples of each family, and the R − 1 others."""
    kept, classes = independent(specs, inputs), facts(specs[0].dataset).classes
    labels, truth = kept["labels"], kept["truth"]
    others = torch.cat([labels[:reference], labels[reference + 1 :]])
    best = 1 - label_difference(labels[reference][None], truth).item()
    return {
        "reference": best,
        "classes": classes,
        "independent": diversity_plane(others, labels[reference], truth),
        "limits": limits(best, classes),
        **{family: cloud(specs[reference], family, count, inputs) for family in FAMILIES},
    }


def comparisons(specs: Sequence[Spec], count: int, inputs: int) -> list[Comparison]:
    """The comparisons of R runs: each is the reference once."""
    return [comparison(specs, reference, count, inputs) for reference in range(len(specs))]


def of_median_accuracy(comparisons: Sequence[Comparison]) -> Comparison:
    """The comparison whose reference is the one of median accuracy, of an even number the upper."""
    accuracy = torch.tensor([one["reference"] for one in comparisons])
    return comparisons[int(accuracy.argsort(stable=True)[len(comparisons) // 2])]
