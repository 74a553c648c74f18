"""Draws runs whose learning rate falls and rises again: their rates, their snapshots, and where samplers went."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.patches import Circle
from torch import Tensor

from .forks import AVERAGES
from .inks import GREY
from .plots import LOOKS, Look

LINES = {  # what is averaged, and what stands for it in every chapter
    "single": Look("one snapshot", GREY, LOOKS["original"].marker),
    "weights": AVERAGES["soup"],
    "predictions": AVERAGES["ensemble"],
}
BETWEEN = {  # what is measured between successive snapshots
    "change": "label change",
    "less": "weights − predictions",
    "barrier": "error barrier",
}
METHODS = ("snapshots", "fast geometric", "one cosine")
KINDS = {
    "within": Look("cycles of one run", "#0072b2", "s"),
    "between": LOOKS["independent"],
}


def over_cycles(ax: Axes, accuracy: dict[str, Float[Tensor, " _"]], count: int, like: Axes) -> Axes:
    """The accuracy of one snapshot and of averages after each cycle, from the first average to the last of `count`.

    The vertical axis is shared with `like`, the first panel, which alone is labelled; it holds the values of all.
    """
    if ax is like:
        ax.set_ylabel("accuracy")
    else:  # before anything is drawn, so that the axis has room for all panels
        ax.sharey(like)
        ax.tick_params(labelleft=False)
    shown = min(len(values) for values in accuracy.values())
    places = range(count - shown + 1, count + 1)
    for name, values in accuracy.items():
        ax.plot(places, values[-shown:], **LINES[name].line(8.0 if LINES[name].marker == "*" else 5.0))
    ax.set(xlabel="cycle", xticks=places[::2])
    return ax


def over_angles(
    ax: Axes,
    angles: Float[Tensor, " R"],
    values: Float[Tensor, " R"],
    bars: tuple[Float[Tensor, " R"], Float[Tensor, " R"]] | None = None,
) -> Axes:
    """A value for each of R highest rates against the angle between snapshots, with bars along and across if given."""
    along, across = (None, None) if bars is None else bars
    look = LINES["single"].line(5.0) | {"color": "#0072b2", "markerfacecolor": "#0072b2", "label": "SmallCNN"}
    ax.errorbar(angles, values, across, along, capsize=2, elinewidth=0.8, **look)
    ax.set(xlabel="angle")
    ax.xaxis.set_major_formatter("{x:.0f}°")
    return ax


def bar(ax: Axes, height: float) -> Axes:
    """What a barrier must exceed to be called one, with room above it."""
    ax.axhline(height, color=GREY, linestyle=":", linewidth=1.2)
    ax.set_ylim(-0.15 * height, 1.5 * height)
    return ax


def theirs(ax: Axes, angles: Sequence[float], values: Sequence[float], name: str) -> Axes:
    """What a paper has, read off its picture."""
    ax.plot(angles, values, "--", color=GREY, linewidth=1.2, marker=".", label=name)
    return ax


def schedule(ax: Axes, rates: Float[Tensor, " steps"], count: int, taken: Sequence[int]) -> Axes:
    """The learning rate over `count` cycles, and a mark where each snapshot is taken."""
    steps = len(rates)
    ax.plot(torch.arange(count * steps) / steps, rates.repeat(count), color="#0072b2", linewidth=1.2)
    ax.plot([n / steps for n in taken], [0.0] * len(taken), **LINES["single"].marks(5.0), clip_on=False, zorder=3)
    ax.set(xlabel="cycle", xticks=range(count + 1), ylim=(0, None), yticks=[])
    return ax


def walked(ax: Axes, path: Float[Tensor, "steps 2"], centres: Float[Tensor, "K 2"], width: float) -> Axes:
    """Where one chain stood at each step, as dots, over circles of two standard deviations around the centres."""
    for x, y in centres.tolist():
        ax.add_patch(Circle((x, y), 2 * width, fill=False, edgecolor=GREY, linewidth=0.8))
    ax.plot(*path.T, ".", color="#0072b2", markersize=1.5, alpha=0.5)
    side = centres.abs().max().item() + 0.6
    ax.set(aspect="equal", xlim=(-side, side), ylim=(-side, side), xticks=[], yticks=[])
    ax.spines[:].set_visible(True)
    return ax


def at_temperatures(ax: Axes, found: dict[str, dict[str, Float[Tensor, " R"]]]) -> Axes:
    """For each temperature a mark for each of R runs, within it and between it and the others; bars at the means."""
    for place, values in enumerate(found.values()):
        for shift, (kind, look) in zip((-0.15, 0.15), KINDS.items(), strict=True):
            at, each = place + shift, values[kind]
            marks = look.marks(8.0 if look.marker == "*" else 5.0) | {"alpha": 0.6}
            ax.plot(torch.full((len(each),), at), each, **marks)
            ax.hlines(each.mean(), at - 0.12, at + 0.12, color=look.colour, linewidth=2)
    ax.set(xticks=range(len(found)), xticklabels=found, xlabel="temperature", ylim=(0, 1.1))
    return ax
