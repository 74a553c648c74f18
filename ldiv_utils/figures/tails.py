"""Draws what runs gain by the mean of their tails, and by samples around it."""

from collections.abc import Mapping

from jaxtyping import Float
from matplotlib.axes import Axes
from torch import Tensor

from ..measures import standard_error
from .inks import GREY, ink
from .plots import LOOKS, Look

WAYS = {  # what is averaged over runs
    "solution": Look("independent runs", LOOKS["independent"].colour, LOOKS["independent"].marker),
    "mean": Look("MultiSWA", LOOKS["weight_average"].colour, LOOKS["weight_average"].marker),
    "swag": Look("Multi-SWAG", LOOKS["low_rank"].colour, LOOKS["low_rank"].marker),
}
PARTS = {
    "diagonal": Look("diagonal half", LOOKS["diagonal"].colour, LOOKS["diagonal"].marker),
    "low_rank": Look("low-rank half", LOOKS["low_rank"].colour, LOOKS["low_rank"].marker, open=True),
    "swag": Look("SWAG", LOOKS["low_rank"].colour, LOOKS["low_rank"].marker),
}


def by_passes(ax: Axes, each: int, values: Float[Tensor, " R"], way: str) -> Axes:
    """A score of ensembles of 1, 2, … R runs against the forward passes that they take, so many for each run."""
    look, passes = WAYS[way], [each * m for m in range(1, 1 + len(values))]
    ax.plot(passes, values, **look.line(8.0 if look.marker == "*" else 5.0))
    return ax


def by_samples(ax: Axes, grown: Mapping[int, Tensor], name: str) -> Axes:
    """The same for one ensemble whose runs take more and more samples: passes to score, dashed, named at its start."""
    colour, (first, *_) = WAYS["swag"].colour, grown.items()
    ax.plot(list(grown), list(grown.values()), color=colour, linewidth=1, linestyle="--")
    ax.annotate(name, first, (8, 0), textcoords="offset points", va="center", color=ink(colour), fontsize=10)
    return ax


def passes_axis(ax: Axes) -> Axes:
    """A logarithmic axis of forward passes."""
    ax.set_xscale("log")
    ticks = (1, 3, 10, 30, 100)
    ax.set_xticks(ticks, [str(tick) for tick in ticks])
    ax.minorticks_off()
    ax.set_xlabel("forward passes for an image")
    return ax


def from_above(ax: Axes, places: Mapping[str, Float[Tensor, "n 2"]]) -> Axes:
    """A tail in a plane through its mean: its path from the solution on, and samples of each part around the mean."""
    path = [*places["solution"].tolist(), *places["passed"].tolist()]
    ax.plot(*zip(*path, strict=True), color=GREY, linewidth=0.8, marker=".", markersize=5, label="the tail")
    ax.plot(*path[0], **WAYS["solution"].marks(12.0) | {"label": "solution"})
    ax.plot(0, 0, **WAYS["mean"].marks(11.0) | {"label": "mean, SWA"})
    for part, look in PARTS.items():
        ax.plot(*places[part].T.tolist(), **look.marks(5.5 if part == "low_rank" else 3.5), zorder=3)
    ax.set(xlabel="along the first component", ylabel="along the second", aspect="equal")
    ax.margins(0.08)
    return ax


def leads(ax: Axes, way: str, runs: int, ahead: Mapping[int, Float[Tensor, " blocks"]]) -> Axes:
    """How far a way with so many runs is ahead, by intensity: the mean over blocks of images, bars the standard error.

    One run is dashed, its marks open.
    """
    look, alone, name = WAYS[way], runs == 1, "one run" if runs == 1 else f"{runs} runs"
    style = {"linestyle": "--" if alone else "-", "markerfacecolor": "none" if alone else look.colour}
    aside = (-0.12 if alone else 0.12) + (0.06 if way == "swag" else 0)
    means, errors = ([value(x).item() for x in ahead.values()] for value in (Tensor.mean, standard_error))
    shape = look.line(5.0) | style | {"label": f"{look.name}, {name}"}
    ax.errorbar([k + aside for k in ahead], means, errors, elinewidth=0.8, **shape)
    ax.set(xlabel="intensity", xticks=range(1 + max(ahead)))
    return ax
