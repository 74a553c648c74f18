"""Cuts through a valley: a line for their mean, a band for all of them."""

from jaxtyping import Float
from matplotlib.axes import Axes
from torch import Tensor


def valley(
    ax: Axes,
    places: Float[Tensor, " W"],
    values: Float[Tensor, "S W"],
    colour: str,
    name: str = "",
    style: str | tuple = "-",
) -> Axes:
    """The mean of S cuts along the places, and a band from the least to the greatest of them."""
    ax.fill_between(places, values.amin(0), values.amax(0), color=colour, alpha=0.2, linewidth=0)
    ax.plot(places, values.mean(0), color=colour, linestyle=style, label=name or None)
    return ax
