"""Draws what more members are worth: a score against their number, and against what larger networks have."""

from collections.abc import Mapping, Sequence

from jaxtyping import Float
from matplotlib.axes import Axes
from torch import Tensor

from .inks import GREY
from .plots import Look

NETWORKS = {
    "small_cnn": Look("SmallCNN", "#0072b2", "o"),
    "medium_cnn": Look("MediumCNN", "#d55e00", "s"),
    "resnet20": Look("ResNet20v1", "#009e73", "^"),
}
WIDTHS = [Look("half the width", "#cc79a7", "v"), NETWORKS["small_cnn"]]
WIDTHS += [Look("twice the width", "#e69f00", "D"), Look("four times", "#56b4e9", "P")]
SIGNS = {
    "total": Look("total", "#0072b2", "o"),
    "within": Look("within", "#009e73", "^"),
    "between": Look("between", "#d55e00", "*"),
    "variance": Look("variance", "#cc79a7", "D"),
}
FOREIGN = {"left_out": "digits 8 and 9", "shuffled": "shuffled patches", "cifar100": "CIFAR-100"}


def growth(ax: Axes, found: Sequence[float], told: Float[Tensor, "P M"], look: Look) -> Axes:
    """A score of 1, 2, … M members as marks; as lines what each of P pairs foretells, faint, and their mean."""
    sizes = range(1, 1 + len(found))
    ax.plot(sizes, told.T.numpy(), color=look.colour, linewidth=0.6, alpha=0.2)
    ax.plot(sizes, told.mean(0).numpy(), color=look.colour, linewidth=1.4)
    ax.plot(sizes, found, **look.marks(5.0))
    ticks = [size for size in (1, 2, 3, 5, 10) if size <= max(ax.dataLim.x1, len(found))]
    ax.set(xlabel="members", xticks=ticks)
    return ax


def foretold(ax: Axes, found: Mapping[str, Sequence[float]], told: Sequence[float], name: str) -> Axes:
    """A paper's curves over the intensities, each named at its right end, and crosses where one is foretold."""
    for label, values in found.items():
        ax.plot(range(len(values)), values, color=GREY, linewidth=1.2, marker="o", markersize=3)
        ax.annotate(label, (len(values) - 1, values[-1]), (9, 0), textcoords="offset points", va="center", fontsize=10)
    ax.plot(range(len(told)), told, "x", color="#d55e00", markersize=8, label=name)
    ax.set(xlabel="intensity", xticks=range(len(told)), xlim=(-0.3, len(told) + 0.2))
    return ax


def against(ax: Axes, singles: Float[Tensor, "R 2"], ensembles: Float[Tensor, "K 2"], look: Look) -> Axes:
    """Networks of one kind as open marks, their ensembles of 1, 2, … K as a path that ends in a filled one."""
    ax.plot(*singles.T, **look.marks(5.0) | {"markerfacecolor": "none", "label": None})
    ax.plot(*ensembles.T, color=look.colour, linewidth=1.2)
    ax.plot(*ensembles[-1], **look.marks(7.0))
    return ax


def straight(ax: Axes, slope: float, height: float, name: str) -> Axes:
    """The line y = slope · x + height, dashed, across what is drawn already, whose limits stay."""
    ends = ax.get_xlim()
    ax.plot(ends, [slope * x + height for x in ends], "--", color=GREY, linewidth=1, label=name)
    ax.set_xlim(ends)
    return ax


def areas(ax: Axes, found: Mapping[str, Mapping[int, Float[Tensor, " S"]]]) -> Axes:
    """How well each sign tells, over the members of an ensemble: the mean over ensembles, bars their deviation."""
    for sign, by_size in found.items():
        sizes = [size for size in by_size if size > 1 or sign in ("total", "within")]
        means = [by_size[size].mean().item() for size in sizes]
        bars = [by_size[size].std().item() if len(by_size[size]) > 1 else 0 for size in sizes]
        size = 8.0 if SIGNS[sign].marker == "*" else 5.0
        ax.errorbar(sizes, means, bars, capsize=2, elinewidth=0.8, **SIGNS[sign].line(size))
    ticks = sorted({size for by_size in found.values() for size in by_size})
    ax.set(xlabel="members", xscale="log", xticks=ticks, xticklabels=ticks)
    ax.minorticks_off()
    return ax
