"""Draws arrays, and computes nothing: one style, and one colour and one scale for a thing everywhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import matplotlib.pyplot as plt
import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from torch import Tensor

from ..specs import known
from .inks import GREY

Quantity = Literal["cosine", "disagreement"]
SCALES = {
    "cosine": {"cmap": "viridis", "vmin": 0.0, "vmax": 1.0},
    "disagreement": {"cmap": "magma", "vmin": 0.0, "vmax": 0.5},
}


@dataclass(frozen=True)
class Look:
    """How a family of points is called and drawn in every chapter; open marks are variants of the filled ones."""

    name: str
    colour: str
    marker: str
    open: bool = False

    def marks(self, size: float = 4.0) -> dict[str, object]:
        """Settings for `Axes.plot`: the marks alone, without a line."""
        return self.line(size) | {"linestyle": "none"}

    def line(self, size: float = 4.0) -> dict[str, object]:
        """Settings for `Axes.plot`: a line with marks, labelled by the family's name."""
        face = "none" if self.open else self.colour
        look = {"label": self.name, "color": self.colour, "marker": self.marker, "markersize": size}
        return look | {"markerfacecolor": face, "linewidth": 1.2}


LOOKS = {  # Okabe–Ito colours; grey is the run itself
    "original": Look("Original", GREY, "o"),
    "independent": Look("independent runs", "#d55e00", "*"),
    "trajectory": Look("train trajectory", GREY, "P", open=True),
    "weight_average": Look("weight average", "#e69f00", "s"),
    "random": Look("random", "#0072b2", "v"),
    "random_low_rank": Look("random, low-rank", "#0072b2", "v", open=True),
    "dropout": Look("dropout", "#56b4e9", "X"),
    "diagonal": Look("diagonal", "#009e73", "^"),
    "low_rank": Look("low-rank", "#cc79a7", "D"),
    "low_rank_unit": Look("low-rank, unit spread", "#cc79a7", "D", open=True),
}
LABELS = {"cosine": "cosine similarity", "disagreement": "disagreement"}


def use_style() -> None:
    """Use the book's style, with figures at twice the resolution in Jupyter.

    It starts from Matplotlib's own defaults, so that a figure is the same whatever the reader's matplotlibrc
    says; the backend stays, which is no matter of style.
    """
    plt.style.use(["default", Path(__file__).with_name("ldiv.mplstyle")])
    try:
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ModuleNotFoundError:
        return
    set_matplotlib_formats("retina")


def run_colour(run: int) -> str:
    """The colour of that independent run, the same in every figure; it repeats after eight."""
    cycle = plt.rcParams["axes.prop_cycle"].by_key()["color"]
    return f"#{cycle[run % len(cycle)].lstrip('#')}"


def matrix(
    ax: Axes,
    values: Float[Tensor, "M M"],
    quantity: Quantity,
    label: str = "epoch",
    first: int = 0,
    colour_bar: bool = True,
) -> AxesImage:
    """A symmetric matrix as a map, on the scale that `quantity` has in every chapter.

    The origin is below on the left, as in the paper's figures 2 and 3. Values beyond the scale take
    its end colour, which the arrow of the colour bar shows. Rows and columns are counted from `first`.
    """
    known("quantity", quantity, Quantity)
    ends = first - 0.5, first + len(values) - 0.5
    image = ax.imshow(values.numpy(), extent=(*ends, *ends), **SCALES[quantity])
    ax.set(xlabel=label, ylabel=label)
    ax.spines[:].set_visible(False)
    if colour_bar:
        extend = {"cosine": "min", "disagreement": "max"}[quantity]
        ax.figure.colorbar(image, ax=ax, label=LABELS[quantity], extend=extend, shrink=0.9)
    return image


def trajectories(ax: Axes, places: Float[np.ndarray, "R T 2"], names: list[str] | None = None) -> Axes:
    """Runs as paths in the plane, one colour each, from pale (start) to full (end); a star marks the end."""
    for run, path in enumerate(places):
        colour = run_colour(run)
        fading = LinearSegmentedColormap.from_list("", ["#e6e6e6", colour])
        ax.plot(*path.T, color=colour, linewidth=0.7, alpha=0.4)
        ax.scatter(*path.T, c=np.arange(len(path)), cmap=fading, s=14, linewidths=0.3, edgecolors=colour)
        name = names[run] if names else None
        ax.scatter(*path[-1], color=colour, marker="*", s=130, edgecolors=GREY, linewidths=0.6, zorder=3, label=name)
    ax.set(xticks=[], yticks=[], aspect="equal")
    ax.spines[:].set_visible(True)
    ax.margins(0.08)
    return ax


def samples(ax: Axes, places: Float[np.ndarray, "R S 2"]) -> Axes:
    """Samples around R runs as small squares, a pale shade of each run's colour; draw them before `trajectories`."""
    for run, cloud in enumerate(places):
        ax.scatter(*cloud.T, color=run_colour(run), marker="s", s=9, alpha=0.35, linewidths=0)
    return ax


def legend_below(axes: Iterable[Axes], columns: int) -> None:
    """One legend for all panels, below the whole figure: each name once, its mark full and not too small to see."""
    axes = list(axes)
    shown = [ax.get_legend_handles_labels() for ax in axes]
    entries = {name: handle for handles, names in shown for handle, name in zip(handles, names, strict=True)}
    made = axes[0].figure.legend(entries.values(), entries, loc="outside lower center", ncols=columns, fontsize=10)
    for handle in made.legend_handles:
        if isinstance(handle, Line2D):
            handle.set(alpha=1, markersize=max(6, handle.get_markersize()))
