"""Whether the gap between other runs and samples grows with the problem: one gap, read in several units.

A problem is a dataset, and its comparisons are those of `diversity_plane`. A run's *rivals* are the samples that have
lost hardly more accuracy than it; its *gap* is how far it stands above the most diverse of them.
Source: Fort et al. (2020), section 4; figure 7.
"""

from collections.abc import Sequence
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor

from ..measures import disagreement, independent_errors, label_difference, pairs
from ..specs import Spec, known
from ..store import memo
from .diversity_plane import Comparison, independent
from .standing import RIVAL, TIE, pooled

Unit = Literal["diversity", "labels", "limit"]


def best_rivals(
    compared: Comparison, lost: float = RIVAL, relative: bool = False
) -> tuple[Float[Tensor, "G 2"], Float[Tensor, "G 2"]]:
    """Accuracy and diversity of each of G other runs that have rivals, and those of its most diverse rival.

    Rivals have an accuracy at most `lost` below the run's; with `relative`, at most that share of it. Raises ValueError
    unless 0 ≤ lost ≤ 1.
    """
    if not 0 <= lost <= 1:
        raise ValueError(f"rivals that lost {lost} of accuracy were asked for; allowed: 0 to 1")
    (a, diversity, _), others = pooled(compared), compared["independent"]
    runs, rivals = [], []
    for accuracy, height in zip(others["accuracy"], others["diversity"], strict=True):
        near = a >= accuracy - lost * (accuracy if relative else 1) - TIE
        if near.any():
            best = diversity.masked_fill(~near, -torch.inf).argmax()
            runs.append(torch.stack([accuracy, height]))
            rivals.append(torch.stack([a[best], diversity[best]]))
    return (torch.stack(runs), torch.stack(rivals)) if runs else (torch.empty(0, 2), torch.empty(0, 2))


def in_unit(places: Float[Tensor, "G 2"], unit: Unit, reference: float, classes: int) -> Float[Tensor, " G"]:
    """How different networks at these places of the plane, (accuracy, diversity), are from the reference.

    `diversity`: d / (1 − a), as on the plane; `labels`: d, the share of all images; `limit`: d over that of unrelated
    mistakes at the same accuracy (`independent_errors`). Raises ValueError for another unit.
    """
    known("unit", unit, Unit)
    accuracy, diversity = places.unbind(1)
    if unit == "diversity":
        return diversity
    changed = diversity * (1 - accuracy)
    return changed if unit == "labels" else changed / independent_errors(accuracy, reference, classes)


def gap(
    compared: Comparison, unit: Unit = "diversity", lost: float = RIVAL, relative: bool = False
) -> Float[Tensor, " G"]:
    """How far each other run stands above the most diverse of its rivals, if it has any: `best_rivals`, `in_unit`."""
    run, rival = (
        in_unit(places, unit, compared["reference"], compared["classes"])
        for places in best_rivals(compared, lost, relative)
    )
    return run - rival


def rivals_of(compared: Comparison, lost: float = RIVAL) -> Float[Tensor, " R"]:
    """How many rivals each other run has."""
    accuracy = pooled(compared)[0]
    return (accuracy >= compared["independent"]["accuracy"][:, None] - lost - TIE).sum(1).float()


def error_of(compared: Comparison) -> Float[Tensor, " 1"]:
    """The share of images on which the reference errs."""
    return torch.tensor([1 - compared["reference"]])


def apart(specs: Sequence[Spec], inputs: int) -> dict[str, Float[Tensor, " P"]]:
    """Of each pair of R runs on the first N test images: the share of `labels` that differ, and that over their mean
    error, the `diversity`."""
    kept = independent(list(specs), inputs)
    error = label_difference(kept["labels"], kept["truth"])
    labels = pairs(disagreement(kept["labels"]))
    return {"labels": labels, "diversity": labels / pairs((error[:, None] + error) / 2)}




def at_hand(specs: Sequence[Spec], inputs: int) -> bool:
    """Whether what these runs say of the first N test images is published or stored, so that nothing has to train."""
    return memo.exists(independent.recipe(list(specs), inputs))
