"""Drawings of what joins many solutions: ways and their heights, toy and networks alike, and triangles of networks."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.patheffects import withStroke
from matplotlib.tri import TriContourSet
from torch import Tensor

from .inks import GREY, ink
from .maps import LEVELS
from .plots import Look

LOOKS = {
    "line": Look("straight line", GREY, "o"),
    "hull": Look("middle of the hull", GREY, "o"),
    "connector": Look("connector", "#0072b2", "s"),
    "hub": Look("hub", "#009e73", "^"),
    "crossing": Look("by the crossing", "#009e73", "^"),
    "from_line": Look("tunnel, from the line", "#e69f00", "v"),
    "from_ends": Look("tunnel, from both ends", "#0072b2", "s"),
    "from_one": Look("from optimum 1", "#0072b2", "s"),
    "from_other": Look("from optimum 2", "#d55e00", "*"),
    "optima": Look("the optima", "#d55e00", "*"),
}


def heights(ax: Axes, x: Sequence[int], values: Sequence[dict[str, Tensor]]) -> Axes:
    """At each of X places the mean of a family's sets, for each family; bars to their least and greatest."""
    for name in values[0]:
        at = [one[name].numpy() for one in values]
        middle, low, high = (np.array([f(v) for v in at]) for f in (np.mean, np.min, np.max))
        style = LOOKS[name].line(8.0 if name == "optima" else 5.0)
        ax.errorbar(range(len(x)), middle, [middle - low, high - middle], capsize=2, **style)
    ax.set_xticks(range(len(x)), [str(one) for one in x])
    return ax


def ways(ax: Axes, t: Float[Tensor, " S"], curves: dict[str, Float[Tensor, "R S"]]) -> Axes:
    """For each family the mean of R curves over t, in a band from the least to the greatest."""
    for name, found in curves.items():
        look = LOOKS[name]
        ax.plot(t, found.mean(0), color=look.colour, label=look.name, linewidth=1.6)
        ax.fill_between(t, found.amin(0), found.amax(0), color=look.colour, alpha=0.18, linewidth=0)
    return ax


def triangle(
    ax: Axes, places: Float[Tensor, "T 3"], loss: Float[Tensor, " T"], names: Sequence[str], lines: Sequence[float]
) -> TriContourSet:
    """Loss over a triangle of networks, drawn with equal sides, from their coefficients of its three corners.

    In the colours that a loss has on every map, in steps of 0.1; `lines` are drawn besides, with their numbers.
    """
    colours, _, limits, _, extend = LEVELS["loss"]
    corners = np.array([[0, 0], [1, 0], [0.5, 3**0.5 / 2]])
    at = *(places.numpy() @ corners).T, loss.numpy()
    fine = np.linspace(*limits, round(10 * (limits[1] - limits[0])) + 1)
    drawn = ax.tricontourf(*at, levels=fine, cmap=colours, norm=Normalize(*limits), extend=extend)
    drawn.set_edgecolor("face")  # else the ground shows through between two areas
    numbered = ax.clabel(ax.tricontour(*at, levels=lines, colors="black", linewidths=0.7), fontsize=10)
    for number in numbered:
        number.set_path_effects([withStroke(linewidth=2.5, foreground="white")])
    for corner, name, above in zip(corners, names, (False, False, True), strict=True):
        spot = (0, 5) if above else (0, -5)
        look = {"ha": "center", "va": "bottom" if above else "top", "color": ink(GREY), "fontsize": 10}
        ax.annotate(name, corner, spot, textcoords="offset points", **look)
    ax.set(aspect="equal", xticks=[], yticks=[], xlim=(-0.3, 1.3), ylim=(-0.12, 1.0))
    ax.spines[:].set_visible(False)
    return drawn
