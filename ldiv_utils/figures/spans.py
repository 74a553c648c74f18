"""Draws what several pairs of runs have in common along a way."""

from jaxtyping import Float
from matplotlib.axes import Axes
from torch import Tensor


def span(ax: Axes, x: Float[Tensor, " S"], values: Float[Tensor, "P S"], colour: str) -> Axes:
    """The mean of P curves as a line, and a band from the least of them to the greatest."""
    least, greatest = values.aminmax(dim=0)
    ax.fill_between(x, least, greatest, color=colour, alpha=0.3, linewidth=0)
    ax.plot(x, values.mean(0), color=colour)
    return ax
