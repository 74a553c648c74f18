"""A grid of runs by their two seeds, and how far apart its pairs end."""

from collections.abc import Sequence

import torch
from jaxtyping import Bool, Float
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch
from torch import Tensor

from .inks import GREY, ink
from .plots import LOOKS, Look

CAUSES = {  # what differs between two runs; both: independent runs; neither: the run itself
    "both": Look("both", LOOKS["independent"].colour, LOOKS["independent"].marker),
    "initial weights": Look("initial weights", "#0072b2", "s"),
    "order": Look("order", "#009e73", "^"),
    "neither": Look("neither", GREY, LOOKS["original"].marker),
}


def over_rates(ax: Axes, rates: Sequence[float], values: dict[str, Float[Tensor, "R K"]]) -> Axes:
    """For each cause a line through its means at R learning rates, and a mark for each of its K pairs of runs."""
    for (cause, apart), shift in zip(values.items(), (-1, 0, 1, 0), strict=True):
        look, x = CAUSES[cause], torch.tensor(rates) * 1.06**shift  # side by side on a logarithmic axis
        size = 7.0 if look.marker == "*" else 4.5
        ax.plot(x, apart.mean(1), color=look.colour, linewidth=1.2)
        ax.plot(x[:, None].expand_as(apart), apart, **look.marks(size) | {"alpha": 0.6, "label": None})
        ax.plot([], [], **look.line(size))  # for the legend
    ax.set(xscale="log", xlabel="learning rate")
    ax.set_xticks(rates, [f"{rate:g}" for rate in rates])
    ax.minorticks_off()
    return ax


def seed_grid(ax: Axes, seeds: Sequence[tuple[int, int]], pairs: Bool[Tensor, " P"], cause: str) -> Axes:
    """Runs as dots, a row for each initial weights and a column for each order; a line joins each of the pairs."""
    ends = torch.triu_indices(len(seeds), len(seeds), offset=1)[:, pairs].T.tolist()
    for (row, column), (other_row, other_column) in ((seeds[i], seeds[j]) for i, j in ends):
        bent = 0.35 if row == other_row and abs(column - other_column) > 1 else 0.0  # around the run between
        path = {"arrowstyle": "-", "connectionstyle": f"arc3,rad={bent}", "color": CAUSES[cause].colour}
        ax.add_patch(FancyArrowPatch((column, row), (other_column, other_row), shrinkA=0, shrinkB=0, lw=1.8, **path))
    rows, columns = (sorted(set(each)) for each in zip(*seeds, strict=True))
    ax.plot([b for _, b in seeds], [a for a, _ in seeds], "o", color=GREY, markersize=9)
    ax.set(xticks=columns, yticks=rows, xlim=(-0.5, columns[-1] + 0.5), ylim=(rows[-1] + 0.6, -0.6))
    ax.set_title(f"{cause}:\n{len(ends)} pairs", color=ink(CAUSES[cause].colour))
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    return ax
