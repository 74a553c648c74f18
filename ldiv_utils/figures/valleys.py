"""Cuts through a valley: a line for their mean, a band for all of them."""

from collections.abc import Sequence

from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from torch import Tensor

from .inks import GREY
from .maps import LEVELS
from .plots import run_colour

DASHES = ["-", (0, (4, 2)), (0, (1, 1.5))]  # so that of two valleys that are one both are seen


def draw(
    ax: Axes,
    places: Float[Tensor, " W"],
    valleys: dict[str, Float[Tensor, "_ W"]],
    colours: Sequence[int] = (0, 1, 2, 3),
) -> Axes:
    """Each valley's mean over its S cuts along the places, and a band from the least to the greatest of them.

    `colours` are those of the independent runs, by number.
    """
    for i, (name, values) in enumerate(valleys.items()):
        colour = run_colour(colours[i])
        ax.fill_between(places, values.amin(0), values.amax(0), color=colour, alpha=0.2, linewidth=0)
        ax.plot(places, values.mean(0), color=colour, linestyle=DASHES[i % len(DASHES)], label=name)
    return ax


def plane(ax: Axes, xs: Float[Tensor, " W"], values: Float[Tensor, "W W"], label: str, colour_bar: bool = True) -> Axes:
    """`values` over a plane with the solution in its middle, as filled contours at the levels of every map."""
    colours, levels, limits, ticks, extend = LEVELS[label.split()[0]]
    areas = ax.contourf(xs, xs, values, levels=levels, cmap=colours, norm=Normalize(*limits), extend=extend)
    areas.set_edgecolor("face")  # else the ground shows through between two areas
    ax.plot(0, 0, "*", color="white", markeredgecolor=GREY, markersize=9)
    ax.set(aspect="equal", xticks=[-0.5, 0, 0.5], yticks=[-0.5, 0, 0.5])
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    if colour_bar:
        bar = ax.figure.colorbar(areas, ax=ax, label=label, ticks=ticks, spacing="proportional", shrink=0.9)
        bar.outline.set_visible(False)
    return ax
