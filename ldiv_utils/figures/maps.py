"""Maps of a plane through weight space: contours, the landmarks on them, and how the plane's axes are made."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.patheffects import withStroke
from torch import Tensor

from ..specs import known
from .inks import GREY
from .plots import LOOKS, run_colour

SHARES = [0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]  # up to 0.2 is near chance of ten classes
WITHOUT_BLACK = ListedColormap(colormaps["magma_r"](np.linspace(0.02, 0.8, 256)))
LEVELS = {  # colours, levels, what has the first and the last colour, ticks, ends of the colour bar
    "accuracy": ("viridis", SHARES, (0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1], "neither"),
    "agreement": ("cividis", SHARES, (0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1], "neither"),
    "loss": (WITHOUT_BLACK, [0.5, 1, 1.5, 2, 2.5, 3, 4, 5], (0.5, 5), [1, 2, 3, 4, 5], "both"),
    "difference over error": ("magma", [0, 0.2, 0.4, 0.6, 0.8, 1.2], (-0.2, 1.3), [0, 0.4, 0.8, 1.2], "max"),
}


def contours(
    ax: Axes, xs: Float[Tensor, " W"], ys: Float[Tensor, " H"], values: Float[Tensor, "H W"], label: str
) -> Axes:
    """`values` over a grid of the plane as filled contours, at the levels of the quantity that `label` begins with."""
    kind = next((kind for kind in LEVELS if label.startswith(kind)), label)
    known("quantity", kind, LEVELS)
    colours, levels, limits, ticks, extend = LEVELS[kind]
    areas = ax.contourf(xs, ys, values, levels=levels, cmap=colours, norm=Normalize(*limits), extend=extend)
    areas.set_edgecolor("face")  # else the ground shows through between two areas
    ax.set(aspect="equal", xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    bar = ax.figure.colorbar(areas, ax=ax, label=label, ticks=ticks, spacing="proportional", shrink=0.9)
    bar.outline.set_visible(False)
    return ax


def draw(
    axes: np.ndarray, xs: Float[Tensor, " W"], panels: dict[str, Float[Tensor, "W W"]], paths: Float[Tensor, "2 T 2"]
) -> np.ndarray:
    """A map on each of the axes, by its label, all with the landmarks and in units of the first optimum's norm."""
    for ax, (label, values) in zip(axes.flat, panels.items(), strict=True):
        landmarks(contours(ax, xs, xs, values, label), paths)
    for ax in axes[-1]:
        ax.set_xlabel("towards optimum 1")
    for ax in axes[:, 0]:
        ax.set_ylabel("towards optimum 2")
    return axes


def landmarks(ax: Axes, paths: Float[Tensor, "2 T 2"]) -> Axes:
    """Both training paths as shadows on the map, from an open circle to a star; the optima and the origin by name."""
    outline = [withStroke(linewidth=2.5, foreground="black")]
    named = {"color": "white", "fontsize": 10, "path_effects": outline, "textcoords": "offset points"}
    for run, path in enumerate(paths.numpy()):
        colour, white = run_colour(run), {"color": "white", "zorder": 3}
        ax.plot(*path.T, linewidth=2.2, **white)
        ax.plot(*path.T, linewidth=1.2, color=colour, zorder=3)
        ax.plot(*path[0], "o", markeredgecolor=colour, markersize=4, **white)
        ax.plot(*path[-1], "*", color=colour, markeredgecolor="white", markersize=12, zorder=3)
        where = {"xytext": (14, 8), "ha": "right"} if run == 0 else {"xytext": (9, -3)}
        ax.annotate(f"optimum {run + 1}", path[-1], **where, **named)
    ax.plot(0, 0, "o", color="cyan", markeredgecolor="black", markersize=6, zorder=3)
    ax.annotate("origin", (0, 0), xytext=(-7, -12), ha="right", **named)
    return ax


def clouds(ax: Axes, places: dict[str, Float[Tensor, "S 2"]]) -> Axes:
    """Samples of several families as marks, one for each place, in the looks that the families have everywhere."""
    for family, at in places.items():
        ax.plot(*at.T.numpy(), **LOOKS[family].marks(), alpha=0.8)
    return ax


def gram_schmidt(
    ax: Axes, theta_1: Sequence[float | int], theta_2: Sequence[float | int], point: Sequence[float | int]
) -> Axes:
    """How two optima make the axes of their plane, seen in its own coordinates, θ₁ on the first axis.

    The thick arrows are u and v, of length one; the dashed line is what is left of θ₂ without its part along u. A
    network off the plane, the full dot, has its shadow at `point`.
    """
    shadow = np.array(point)
    lifted = shadow + np.array([0.25, 0.9])
    arrows = [(theta_1, run_colour(0), 1.5), (theta_2, run_colour(1), 1.5), ((1, 0), GREY, 4), ((0, 1), GREY, 4)]
    for end, colour, width in arrows:
        look = {"arrowstyle": "-|>,head_width=0.3", "color": colour, "linewidth": width, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", end, (0, 0), arrowprops=look)
    foot = (theta_2[0], 0)
    ax.plot(*zip(theta_2, foot, strict=True), "--", color=run_colour(1), linewidth=1.2)
    ax.plot(*zip(lifted, shadow, strict=True), ":", color=GREY)
    ax.plot(*lifted, "o", color=GREY, markersize=7)
    ax.plot(*shadow, "o", color=GREY, markersize=7, markerfacecolor="none")
    names = {
        r"$\theta_1$": (theta_1, (6, -4)),
        r"$\theta_2$": (theta_2, (2, 6)),
        "$u$": ((0.45, 0), (0, -18)),
        "$v$": ((0, 0.5), (-16, -4)),
        r"$(\theta_2 \cdot u)\,u$": (foot, (6, -18)),
        r"$\theta$": (lifted, (8, -2)),
        r"$\delta$": ((shadow + lifted) / 2, (8, -5)),
        "shadow $(x, y)$": (shadow, (9, -5)),
    }
    for name, (at, offset) in names.items():
        ax.annotate(name, at, offset, textcoords="offset points")
    ax.set(aspect="equal", xlim=(-0.4, theta_1[0] + 0.5), ylim=(-0.6, theta_2[1] + 0.4))
    ax.axis("off")
    return ax
