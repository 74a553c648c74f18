"""Draws what becomes of runs that part after k batches, against k."""

from collections.abc import Sequence

from jaxtyping import Float
from matplotlib.axes import Axes
from torch import Tensor

from .grids import CAUSES
from .inks import GREY
from .plots import LOOKS, Look

ENDS = Look("SmallCNN", CAUSES["order"].colour, CAUSES["order"].marker)
AVERAGES = {
    "alone": Look("one end", GREY, LOOKS["original"].marker),
    "soup": Look("mean of the weights", LOOKS["weight_average"].colour, LOOKS["weight_average"].marker),
    "ensemble": Look("mean of the predictions", LOOKS["independent"].colour, LOOKS["independent"].marker),
}


def over_forks(
    ax: Axes, ks: Sequence[int], values: Float[Tensor, "R K"], look: Look, errors: Float[Tensor, "R K"] | None = None
) -> Axes:
    """A line for each of R families through its values after so many batches, with bars where errors are given."""
    shape, size = look.line(8.0 if look.marker == "*" else 5.0), len(values)
    for r, family in enumerate(values):
        bars = None if errors is None else errors[r]
        name = look.name if r == 0 else None
        ax.errorbar(ks, family, bars, capsize=2, elinewidth=0.8, **shape | {"label": name, "alpha": 1 - 0.5 * r / size})
    return ax


def batches(ax: Axes, ks: Sequence[int]) -> Axes:
    """The axis of the batches before a fork: logarithmic, with a place for 0 where a fork parts there."""
    if min(ks) == 0:
        ax.set_xscale("symlog", linthresh=10, linscale=0.5)
        ticks, low = [0, *(10**p for p in range(1, 6))], -3.0
    else:
        ax.set_xscale("log")
        ticks, low = [n * 10**p for p in range(6) for n in (1, 3)], min(ks) / 1.3
    ticks = [tick for tick in ticks if low < tick < 1.5 * max(ks)]
    ax.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    ax.minorticks_off()
    ax.set(xlabel="batches before the fork", xlim=(low, 1.6 * max(ks)))
    return ax


def theirs(ax: Axes, steps: Sequence[int], barriers: Sequence[float], name: str, style: str) -> Axes:
    """What a paper has, read off its picture."""
    ax.plot(steps, barriers, style, color=GREY, linewidth=1.2, label=name)
    return ax
