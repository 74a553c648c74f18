"""Lines between solutions that were renumbered in several ways."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from matplotlib.axes import Axes
from torch import Tensor

from .inks import GREY
from .plots import LOOKS, Look

WAYS = {  # how the second end was renumbered
    "none": Look("as they are", GREY, LOOKS["original"].marker),
    "weights": Look("matched by weights", "#0072b2", "s"),
    "balanced": Look("balanced, then matched by weights", "#56b4e9", "v"),
    "activations": Look("by activations", "#d55e00", "^"),
    "repaired": Look("by activations, repaired", "#009e73", "D"),
}


def along_lines(ax: Axes, values: dict[str, Float[Tensor, "K S"]], label: str) -> Axes:
    """For each way the mean over K pairs of S values evenly along the line, and each pair as a thin line."""
    for way, lines in values.items():
        t, look = torch.linspace(0, 1, lines.shape[1]), WAYS[way]
        ax.plot(t, lines.mean(0), **look.line(3.5) | {"linewidth": 1.8})
        if len(lines) > 1:
            ax.plot(t, lines.T, color=look.colour, linewidth=0.6, alpha=0.5)
    ax.set(xlabel="t", ylabel=label, xlim=(-0.04, 1.04))
    ax.set_xticks([0, 0.5, 1], ["0", "½", "1"])
    return ax


def over_widths(ax: Axes, widths: Sequence[float], values: dict[str, Float[Tensor, "W K"]], label: str) -> Axes:
    """For each way a line through the means over K pairs at W widths, and a mark for each pair."""
    for way, found in values.items():
        look = WAYS[way]
        ax.plot(widths, found.mean(1), **look.line(3.5))
        if found.shape[1] > 1:
            ax.plot(widths, found, **look.marks(3) | {"alpha": 0.4, "label": None})
    ax.set(xscale="log", xlabel="width", ylabel=label)
    ax.set_xticks(widths, [{0.25: "¼", 0.5: "½"}.get(width, f"{width:g}") for width in widths])
    ax.minorticks_off()
    return ax
