"""Drawings of the diversity plane and of the models behind its limits."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from torch import Tensor

from ..points import FAMILIES
from .inks import GREY
from .plots import LOOKS

Places = tuple[Float[Tensor, " n"], Float[Tensor, " n"]]  # accuracy and diversity


def comparison(ax: Axes, compared: dict[str, Any]) -> Axes:
    """All that `studies.diversity_plane.comparison` holds: limits, samples, the reference and the other runs."""
    limits, optima = compared["limits"], compared["independent"]
    ax.plot(compared["reference"], 0, **LOOKS["original"].marks(7.0))
    ax.plot(optima["accuracy"], optima["diversity"], **LOOKS["independent"].marks(9.0), mew=0.3, zorder=3)
    for name, style in (("upper", "--"), ("lower", ":")):
        ax.plot(limits["accuracy"], limits[name], style, color=GREY, linewidth=1.2, label=f"{name} limit")
    for family in FAMILIES:
        samples, look = compared[family], LOOKS[family].marks(2.8)
        ax.plot(samples["accuracy"], samples["diversity"], **look, mew=0.5, alpha=0.7)
    ax.set(xlabel="test accuracy", ylim=(-0.1, 1.95))
    return ax


def mosaic(ax: Axes, reference: float, shares: Float[Tensor, "2 3"], colour: str, least: float = 0.04) -> Axes:
    """A square of all images: columns where the reference is right or wrong, filled where the labels differ.

    `shares` of each column have the same label, another that is wrong, and another that is right. An area is the share
    of all images; one below `least` is not named.
    """
    names = (("both right", "network wrong", ""), ("both\nwrong,\nalike", "both\nwrong,\nunlike", "network\nright"))
    for x, width, column, words in zip((0, reference), (reference, 1 - reference), shares.tolist(), names, strict=True):
        y = 0.0
        for height, word, full in zip(column, words, (False, True, True), strict=True):
            face = colour if full else "none"
            ax.add_patch(Rectangle((x, y), width, height, facecolor=face, edgecolor="#bdbdbd", linewidth=1))
            if width * height > least:
                word_colour = "black" if full else GREY
                text = f"{word}{' ' if height < 0.2 else chr(10)}{width * height:.1%}"
                ax.text(x + width / 2, y + height / 2, text, ha="center", va="center", color=word_colour, fontsize=10)
            y += height
    ax.set(xlim=(0, 1), ylim=(0, 1), yticks=[], aspect="equal")
    ax.set_xticks([reference / 2, (1 + reference) / 2], ["reference right", "wrong"])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def family(ax: Axes, curves: Sequence[tuple[str, Places]], samples: Places, fit: tuple[str, Places]) -> Axes:
    """Curves of the family by name, from blue to green in their order; samples as dots, and the fit to them, thick."""
    for (name, places), shade in zip(curves, np.linspace(0.3, 0.85, len(curves)), strict=True):
        ax.plot(*places, color=colormaps["viridis"](shade), linewidth=1.3, label=name)
    ax.plot(*samples, ".", color=GREY, markersize=5, alpha=0.6, mew=0, label="samples")
    ax.plot(*fit[1], color=GREY, linewidth=2.6, label=fit[0])
    ax.set(xlabel="test accuracy", ylabel="diversity", ylim=(-0.05, 1.15))
    return ax
