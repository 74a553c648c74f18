"""Draws an easier and a harder problem beside each other: a line for each, with bars for errors."""

from collections.abc import Sequence

from jaxtyping import Float
from matplotlib.axes import Axes
from torch import Tensor

from .inks import GREY
from .plots import LOOKS, Look

COLOUR = LOOKS["independent"].colour  # what is drawn is a property of independent runs, on either problem


def looks(easier: str, harder: str) -> dict[str, Look]:
    """How the two problems are drawn: the easier one open, the harder one filled."""
    return {easier: Look(easier, GREY, "o", open=True), harder: Look(harder, COLOUR, "o")}


def over(ax: Axes, xs: Sequence[float], values: Float[Tensor, " X"], errors: Float[Tensor, " X"], look: Look) -> Axes:
    """A line through the values at xs, with a bar of one error to either side."""
    ax.errorbar(xs, values, errors, capsize=2, elinewidth=0.8, **look.line(5.0))
    return ax
