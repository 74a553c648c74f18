"""Where samples and other runs stand on the diversity plane: numbers of a comparison (`studies.diversity_plane`)."""

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from ..measures import fit_exponent, independent_errors, perturbed_family, perturbed_reference
from ..points import FAMILIES, Family
from .diversity_plane import Comparison

Number = Callable[..., Float[Tensor, " n"]]  # of a comparison: one for each sample or run that has it
RIVAL = 0.02  # a sample at most so much less accurate than an optimum is its rival
TIE = 1e-6  # far less than one image in all: a tie passes, whatever float32 makes of it


def pooled(compared: Comparison, families: Sequence[Family] = FAMILIES) -> list[Float[Tensor, " S"]]:
    """Accuracy, diversity and its standard error of the samples of these families, all together."""
    keys = ("accuracy", "diversity", "standard_error")
    return [torch.cat([compared[family][key] for family in families]) for key in keys]


def exponent(compared: Comparison, families: Sequence[Family] = FAMILIES) -> float:
    """The exponent e of the family of curves nearest to the samples: `fit_exponent`."""
    a, diversity, _ = pooled(compared, families)
    return fit_exponent(a, diversity * (1 - a), compared["reference"], compared["classes"])


def curve(compared: Comparison, exponent: float, count: int = 2000) -> tuple[Float[Tensor, " P"], Float[Tensor, " P"]]:
    """Accuracy and diversity along `perturbed_family`, from the reference to all labels changed."""
    p = torch.linspace(0, 1, count)
    a, changed = perturbed_family(p, exponent, compared["reference"], compared["classes"])
    return a, changed / (1 - a)


def each(comparisons: Sequence[Comparison], number: Number, *of: float) -> Float[Tensor, " R"]:
    """The mean of a number (of what else it is given) over each of R comparisons, less those that have none of it."""
    found = [values.mean() for compared in comparisons if len(values := number(compared, *of))]
    return torch.stack(found) if found else torch.empty(0)


def without(comparisons: Sequence[Comparison], run: int) -> list[Comparison]:
    """The comparisons of all runs but one, which stands in none of them any more."""

    def left(reference: int, compared: Comparison) -> Comparison:
        place = run - (run > reference)  # among the other runs of that reference
        others = {name: torch.cat([v[:place], v[place + 1 :]]) for name, v in compared["independent"].items()}
        return compared | {"independent": others}

    return [left(reference, compared) for reference, compared in enumerate(comparisons) if reference != run]


def jackknife_error(comparisons: Sequence[Comparison], number: Number) -> Float[Tensor, ""]:
    """Standard error of the mean of `each`, by the jackknife over R runs, since every two comparisons share runs.

    √((R − 1)/R Σ_r (m_r − m̄)²), with m_r the mean without run r, and m̄ the mean of these; NaN where an m_r is the
    mean of nothing.
    """
    means = torch.stack([each(without(comparisons, run), number).mean() for run in range(len(comparisons))])
    return ((len(means) - 1) * means.var(correction=0)).sqrt()


def rise(before: Sequence[Comparison], after: Sequence[Comparison], number: Number) -> float:
    """How much larger the mean of `each` is over the comparisons `after`, in standard errors of the difference."""
    error = torch.hypot(jackknife_error(before, number), jackknife_error(after, number))
    return ((each(after, number).mean() - each(before, number).mean()) / error).item()


def over_noise(compared: Comparison, lost: float, within: float = 0.02) -> Float[Tensor, " P"]:
    """How many times the labels that blind noise would change have changed, in samples that lost so much accuracy.

    Both are means over the samples whose accuracy is the reference's less `lost`, give or take `within`; empty if there
    are none.
    """
    (a, diversity, _), best = pooled(compared), compared["reference"]
    a, diversity = (values[(best - lost - a).abs() <= within + TIE] for values in (a, diversity))
    changed, blind = diversity * (1 - a), perturbed_reference(a, best, compared["classes"])
    return changed.mean()[None] / blind.mean() if len(a) else a


def band(compared: Comparison, accuracy: float, within: float = 0.03) -> Float[Tensor, " B"]:
    """The diversities of the samples whose accuracy is that, give or take `within`."""
    a, diversity, _ = pooled(compared)
    return diversity[(a - accuracy).abs() <= within + TIE]


def gaps(compared: Comparison) -> Float[Tensor, " G"]:
    """How far each other run stands above the most diverse of its rivals, if it has any.

    Rivals are the samples at most `RIVAL` less accurate than it.
    """
    (a, diversity, _), optima = pooled(compared), compared["independent"]
    rivals = [diversity[a >= accuracy - RIVAL - TIE] for accuracy in optima["accuracy"]]
    pairs = zip(optima["diversity"], rivals, strict=True)
    return torch.tensor([height - near.max() for height, near in pairs if len(near)])


def of_the_limit(compared: Comparison) -> Float[Tensor, " R"]:
    """The diversity of each other run as a share of the upper limit at its accuracy."""
    a, diversity = compared["independent"]["accuracy"], compared["independent"]["diversity"]
    return diversity * (1 - a) / independent_errors(a, compared["reference"], compared["classes"])


def inside(compared: Comparison) -> Float[Tensor, " S"]:
    """Which samples lie between the limits, give or take two of their standard errors: 1 or 0."""
    (a, diversity, error), best, classes = pooled(compared), compared["reference"], compared["classes"]
    highest = independent_errors(a, best, classes) / (1 - a)
    lowest = perturbed_reference(a, best, classes) / (1 - a)
    within = (diversity > lowest - 2 * error) & (diversity < highest + 2 * error)
    return within.float()
