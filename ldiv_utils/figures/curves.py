"""Draws how scores and divergences change with the intensity of a corruption."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from matplotlib.axes import Axes
from torch import Tensor

from .inks import GREY, ink
from .plots import Look


def curve(ax: Axes, values: Float[Tensor, " I"], look: Look, bars: Float[Tensor, " I"] | None = None) -> Axes:
    """Values at the intensities 0, 1, … in the look of their family, with error bars if any are given."""
    error = None if bars is None else bars.numpy()
    ax.errorbar(range(len(values)), values.numpy(), error, capsize=2, elinewidth=0.8, **look.line())
    ax.set(xlabel="intensity", xticks=range(len(values)))
    return ax


def band(ax: Axes, values: list[Float[Tensor, " I"]], name: str) -> Axes:
    """From the least to the greatest of some families at each intensity, in grey."""
    ends = torch.stack(values).aminmax(dim=0)
    ax.fill_between(range(len(ends.min)), ends.min, ends.max, color=GREY, alpha=0.35, linewidth=0, label=name)
    return ax


def readings(ax: Axes, values: list[float] | Float[Tensor, " I"], look: Look) -> Axes:
    """What the paper has at the intensities 0, 1, …: dots in the family's colour."""
    ax.plot(range(len(values)), values, color=look.colour, linestyle=":", linewidth=1.2, label="the paper")
    return ax


def arrows(
    ax: Axes, places: Float[Tensor, "K I 2"], names: list[str], colours: list[str], below: Sequence[str] = ()
) -> Axes:
    """K paths in the plane, one for each corruption, from clean images to the named arrowhead at the last intensity.

    A name in `below` hangs lower than the others: where two would lie on one another.
    """
    first, last = places[:, :, 0].aminmax()
    third = first + (last - first) / 3
    for path, name, colour in zip(places.tolist(), names, colours, strict=True):
        ax.plot(*zip(*path, strict=True), color=colour, linewidth=1.0)
        look = {"arrowstyle": "-|>", "color": colour, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", path[-1], path[-2], arrowprops=look)
        right, side = (4, "left") if path[-1][0] > third else (-6, "right")  # beyond the crowd of the beginnings
        offset = (right, -9 if name in below else 2)
        ax.annotate(name, path[-1], offset, textcoords="offset points", ha=side, color=ink(colour), fontsize=10)
    return ax


def picture(ax: Axes, image: Tensor, title: str) -> Axes:
    """An image (c, h, w), of bytes or between 0 and 1, in colour or grey."""
    scale = {} if image.dtype == torch.uint8 else {"vmin": 0, "vmax": 1}
    ax.imshow(image.permute(1, 2, 0).numpy(), cmap="gray", origin="upper", **scale)
    ax.set_title(title, fontsize=10)
    return ax
