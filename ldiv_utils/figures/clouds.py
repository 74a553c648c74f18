"""Samples around the solutions of several runs: where they lie, how far from which solution, and cuts between these.

Draws arrays and computes nothing; families are named and coloured as in `plots.LOOKS`.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from torch import Tensor

from . import plots
from .inks import GREY
from .plots import LOOKS


def embedded(axes: np.ndarray, places: Mapping[str, Float[Tensor, "R P 2"]], samples: int) -> np.ndarray:
    """For each family a panel of runs as paths, then their last `samples` places as squares; the legend last."""
    runs = len(next(iter(places.values())))
    for ax, (family, each) in zip(axes.flat[:-1], places.items(), strict=True):
        plots.samples(ax, each[:, -samples:].numpy())
        plots.trajectories(ax, each[:, :-samples].numpy(), [f"run {run + 1}" for run in range(runs)])
        ax.set_adjustable("datalim")
        ax.set_title(LOOKS[family].name)
    last = axes.flat[-1]
    handles, labels = axes.flat[0].get_legend_handles_labels()
    for marker, label in (("o", "checkpoints"), ("s", "samples")):
        handles += last.plot([], [], marker, color=GREY, markersize=4)
        labels.append(label)
    _legend_alone(last, handles, labels)
    return axes


def in_two_dimensions(axes: np.ndarray, clouds: Mapping[str, Tensor], checkpoints: Tensor) -> np.ndarray:
    """For each family a panel of samples (S, 2) around the checkpoints (K, 2), of which the last is the solution."""
    for ax, (family, cloud) in zip(axes.flat, clouds.items(), strict=True):
        ax.plot(*cloud.T, **LOOKS[family].marks(2.5) | {"markeredgewidth": 0.6})
        ax.plot(*checkpoints.T, "o-", color=GREY, markersize=3, linewidth=0.8)
        ax.plot(*checkpoints[-1], "*", color=GREY, markersize=11, markeredgecolor="white", markeredgewidth=0.5)
        ax.set(aspect="equal", xlim=(-0.7, 1.5), ylim=(-0.9, 1.9), xticks=(0, 1), yticks=(0, 1))
        ax.set_title(LOOKS[family].name.replace(", ", ",\n"))
    return axes


def distances(axes: np.ndarray, compared: Mapping[str, Float[Tensor, "2 S"]], between: float) -> np.ndarray:
    """For each family a panel of its samples, distance from the own solution across and from the nearest other up, with
    the line of equal distances and dashes at the distance `between` runs; the legend last.
    """
    last, far = axes.flat[-1], max(each.max().item() for each in compared.values())
    for ax, (family, (own, other)) in zip(axes.flat[:-1], compared.items(), strict=True):
        ax.plot(own, other, **LOOKS[family].marks(3.0) | {"alpha": 0.5, "markeredgewidth": 0.5})
        ax.axline((0, 0), slope=1, color=GREY, linewidth=0.8, label="as far from both")
        ax.axvline(between, color=GREY, linestyle="--", linewidth=1, label="between runs")
        ax.set(xlim=(0, 1.03 * far), ylim=(0, 1.03 * far), aspect="equal", xticks=(0, 0.3, 0.6), yticks=(0, 0.3, 0.6))
        ax.set_title(LOOKS[family].name)
    handles, labels = axes.flat[0].get_legend_handles_labels()
    _legend_alone(last, handles[1:], labels[1:])
    return axes


def cuts(
    axes: np.ndarray, lines: Mapping[str, Tensor], near: Mapping[str, Tensor], solutions: Float[Tensor, " R"]
) -> np.ndarray:
    """Two cuts through the negative loss, on training and on held-out images, and how wide a Gaussian is on each.

    Left, along the lines through solutions at these places; right, from the first to the second, logarithmic.
    """
    (left, right), colour = axes, LOOKS["diagonal"].colour
    for ax, curve in ((left, lines), (right, near)):
        ax.plot(curve["distance"], curve["values"][0], color=GREY, label="training")
        ax.plot(curve["distance"], curve["values"][1], "--", color=GREY, linewidth=1.2, label="held-out")
    for run, place in enumerate(solutions):
        left.annotate(f"run {run + 1}", (place, 0), ha="center", va="bottom", color=GREY)
    left.axvspan(-near["radius"], near["radius"], color=colour, alpha=0.5, linewidth=0)
    right.axvline(near["projected"], color=colour, linestyle="--", label="σ along the line")
    right.axvline(near["radius"], color=colour, label="|σ|, all directions")
    left.set(xlabel="distance along the lines", ylabel="negative loss", ylim=(-3.5, 0))
    right.set(xlabel="distance from solution 1", xscale="log")
    return axes


def _legend_alone(ax: Axes, handles: list[Artist], labels: list[str]) -> None:
    """Only a legend, in a panel of its own."""
    ax.legend(handles, labels, loc="center")
    ax.set_axis_off()
