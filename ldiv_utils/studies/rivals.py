"""How far another run stands above the samples around one, in several units: the gap that is to grow with the problem.

A problem is a dataset, and its comparisons are those of `diversity_plane`. A run's *rivals* are the samples that have
lost hardly more accuracy than it; its *gap* is how far it stands above the most diverse of them.
Source: Fort et al. (2020), section 4; figure 7.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from ..measures import independent_errors
from ..specs import known
from .diversity_plane import Comparison
from .standing import RIVAL, TIE, curve, exponent, pooled

Unit = Literal["diversity", "labels", "limit"]


def best(
    compared: Comparison, lost: float = RIVAL, relative: bool = False
) -> tuple[Float[Tensor, "G 2"], Float[Tensor, "G 2"]]:
    """Accuracy and diversity of each of G other runs that have rivals, and those of its most diverse rival.

    Rivals have an accuracy at most `lost` below the run's; with `relative`, at most that share of it. Raises ValueError
    unless 0 ≤ lost ≤ 1.
    """
    if not 0 <= lost <= 1:
        raise ValueError(f"rivals that lost {lost} of accuracy were asked for; allowed: 0 to 1")
    (a, diversity, _), others = pooled(compared), compared["independent"]
    runs, rivals = torch.empty(0, 2), torch.empty(0, 2)
    for run in torch.stack([others["accuracy"], others["diversity"]], dim=1):
        near = a >= run[0] - lost * (run[0] if relative else 1) - TIE
        if near.any():
            highest = diversity.masked_fill(~near, -torch.inf).argmax()
            runs = torch.cat([runs, run[None]])
            rivals = torch.cat([rivals, torch.stack([a[highest], diversity[highest]])[None]])
    return runs, rivals


def number(compared: Comparison) -> Float[Tensor, " R"]:
    """How many rivals each other run has."""
    accuracy = pooled(compared)[0]
    return (accuracy >= compared["independent"]["accuracy"][:, None] - RIVAL - TIE).sum(1).float()


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
    """How far each other run stands above the most diverse of its rivals, if it has any: `best`, `in_unit`."""
    reference, classes = compared["reference"], compared["classes"]
    run, rival = (in_unit(places, unit, reference, classes) for places in best(compared, lost, relative))
    return run - rival


def fitted(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """The comparisons, each with the `exponent` of the curve nearest to its samples."""
    return [compared | {"exponent": exponent(compared)} for compared in comparisons]


def above_curve(compared: Comparison) -> Float[Tensor, " G"]:
    """How far each other run stands above the curve of a `fitted` comparison, where that is less accurate by `RIVAL`.

    A gap that does not hang on how many rivals there are. Runs beyond the curve's right end are left out; the curve is
    read where its accuracy falls, as in `measures.fit_exponent`.
    """
    a, diversity = curve(compared, compared["exponent"])
    top = int(a.argmax())
    falling = slice(top, top + int(a[top:].argmin()) + 1)
    a, diversity = a[falling].flip(0), diversity[falling].flip(0)
    others = compared["independent"]
    within = others["accuracy"] - RIVAL <= a[-1] + TIE
    heights = np.interp(others["accuracy"][within] - RIVAL, a, diversity)
    return others["diversity"][within] - torch.from_numpy(heights).float()
