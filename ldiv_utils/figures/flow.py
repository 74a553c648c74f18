"""The way from weights to labels, drawn for a few networks."""

import numpy as np
from jaxtyping import Float, Int
from torch import Tensor

from .inks import GREY, ink
from .plots import run_colour

HEADS = ("weights of a layer", "point", "probabilities", "label")
LAYOUT = {"width_ratios": (3, 0.45, 3.2, 0.7), "wspace": 0.3}  # of the four columns
SHOWN = 40  # weights of a point, from the first on


def weights_to_labels(
    axes: np.ndarray,
    layers: Float[Tensor, "M a b"],
    points: Float[Tensor, "M D"],
    probs: Float[Tensor, "M N C"],
    labels: Int[Tensor, "M N"],
) -> np.ndarray:
    """A row of `axes`, (M, 4), for each network: a layer, the start of its point, and what it predicts for N inputs.

    Labels on which the networks differ are framed. Returns `axes`.
    """
    scale = {"cmap": "PuOr", "vmin": -float(layers.abs().max()), "vmax": float(layers.abs().max()), "aspect": "auto"}
    differs = (labels != labels[0]).any(0)
    for m, row in enumerate(axes):
        row[0].imshow(layers[m].numpy(), origin="upper", **scale)
        row[1].imshow(points[m, :SHOWN, None].numpy(), origin="upper", **scale)
        _bare(row, f"network {m + 1}", run_colour(m))
        row[2].imshow(probs[m].numpy(), origin="upper", aspect="auto", vmin=0, vmax=1)
        for n, label in enumerate(labels[m]):
            if differs[n]:
                row[3].axhspan(n - 0.42, n + 0.42, facecolor="none", edgecolor=run_colour(m), linewidth=1.5)
            row[3].text(0.5, n, str(int(label)), ha="center", va="center", color=ink(run_colour(m)), weight="bold")
        row[3].set(xlim=(0, 1), ylim=(len(differs) - 0.5, -0.5))
    for ax, head in zip(axes[0], HEADS, strict=True):
        ax.set_title(head)
    (_, a, b), (_, d), (_, n, c) = layers.shape, points.shape, probs.shape
    axes[-1, 2].set_xticks(range(c), range(c))
    axes[-1, 2].tick_params(length=0, pad=1)
    under_point, under_probs = f"first {SHOWN}\nof D = {d:,}", f"N = {n} images,\nC = {c} classes"
    below = (f"{a} filters,\n{b} weights each", under_point, under_probs, f"N = {n}\nlabels")
    for ax, text in zip(axes[-1], below, strict=True):
        ax.set_xlabel(text)
    return axes


def _bare(row: np.ndarray, name: str, colour: str) -> None:
    for i, ax in enumerate(row):
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        if i:
            arrow = {"arrowstyle": "-|>", "color": GREY, "shrinkA": 0, "shrinkB": 0}
            ax.annotate("", (-0.03, 0.5), (-26, 0), "axes fraction", "offset points", arrowprops=arrow)
    row[0].set_ylabel(name, color=ink(colour))
