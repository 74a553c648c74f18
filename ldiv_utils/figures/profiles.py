"""Paths between two solutions against the length of the way: straight ones dashed, each bent kind in its colour."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from torch import Tensor

from .inks import GREY

PATHS = {  # name -> how it is drawn, in every figure
    "straight line": {"color": GREY, "linestyle": "--"},
    "Bezier curve": {"color": "#0072b2"},
    "chain": {"color": "#d55e00"},
    "band": {"color": "#009e73"},
}
ROWS = {"loss": "loss (nats)", "accuracy": "accuracy", "change": "label change"}


def panels(axes: np.ndarray, paths: dict[str, dict[str, Tensor]]) -> np.ndarray:
    """Loss, accuracy and label change from the first end, a row each, along paths; training images, then test images.

    `paths` are results of `studies.tunnels.profile` by a name of `PATHS`.
    """
    for row, (what, label) in zip(axes, ROWS.items(), strict=True):
        for ax, images in zip(row, ("training", "test"), strict=True):
            for name, path in paths.items():
                values = path[f"{images}_{what}"]
                ax.plot(path["length"], values[0] if what == "change" else values, label=name, **PATHS[name])
            ax.set_ylim(0, 1 if what != "loss" else None)
        row[0].set_ylabel(label)
    for ax, images in zip(axes[0], ("training", "test"), strict=True):
        ax.set_title(f"{images} images")
    for ax in axes[-1]:
        ax.set_xlabel("way from optimum 1")
    return axes


def heights(ax: Axes, paths: dict[str, Sequence[dict[str, Tensor]]]) -> Axes:
    """Training loss along each of several pairs' paths of each kind, against the share of the way; dots are pivots."""
    for name, pairs in paths.items():
        for i, path in enumerate(pairs):
            share = path["length"] / path["length"][-1]
            ax.plot(share, path["training_loss"], linewidth=1.2, label=name if i == 0 else None, **PATHS[name])
            if "pivot" in path:
                ax.plot(
                    share[path["pivot"]],
                    path["training_loss"][path["pivot"]],
                    "o",
                    markersize=4,
                    color=PATHS[name]["color"],
                )
    ax.set(xlabel="share of the way", ylabel="training loss (nats)")
    return ax
