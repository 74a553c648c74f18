"""Draws the triangles between a tunnel and the origin, unfolded side by side."""

from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.patheffects import withStroke
from torch import Tensor

from ..specs import known
from .maps import LEVELS
from .plots import run_colour


def fan(
    ax: Axes,
    places: Float[Tensor, "J 2"],
    radii: Float[Tensor, " W"],
    values: Float[Tensor, "W J"],
    label: str,
    each: int,
) -> Axes:
    """`values` on J spokes at W radii as filled contours, at the levels of the quantity that `label` begins with.

    The white line is the tunnel, at radius 1, with a dot at each corner, every `each`-th spoke, and stars at both ends;
    from each corner a fold leads to the origin.
    """
    kind = next((kind for kind in LEVELS if label.startswith(kind)), label)
    known("quantity", kind, LEVELS)
    colours, levels, limits, ticks, extend = LEVELS[kind]
    x, y = (radii[:, None] * places[:, axis] for axis in (0, 1))
    areas = ax.contourf(x, y, values, levels=levels, cmap=colours, norm=Normalize(*limits), extend=extend)
    areas.set_edgecolor("face")
    outline = [withStroke(linewidth=2.5, foreground="black")]
    ax.plot(*places.T, color="white", linewidth=1.2, path_effects=outline)
    corners = places[each:-1:each]
    ax.plot(*corners.T, "o", color="white", markeredgecolor="black", markersize=4)
    for x_fold, y_fold in corners.tolist():
        ax.plot([0, x_fold], [0, y_fold], color="white", linewidth=0.6, alpha=0.7)
    named = {"color": "white", "fontsize": 10, "path_effects": outline, "textcoords": "offset points", "va": "bottom"}
    for run, (place, side) in enumerate(zip((places[0], places[-1]), ("right", "left"), strict=True)):
        ax.plot(*place, "*", color=run_colour(run), markeredgecolor="white", markersize=12, zorder=3)
        ax.annotate(f"{run + 1}", place, (-9 if side == "right" else 9, 0), ha=side, **named)
    ax.plot(0, 0, "o", color="cyan", markeredgecolor="black", markersize=6, zorder=3)
    ax.set(aspect="equal", xticks=[-1, 0, 1], yticks=[0, 1])
    ax.use_sticky_edges = False  # else the margins stop where the colours do
    ax.margins(0.06)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    bar = ax.figure.colorbar(areas, ax=ax, label=label, ticks=ticks, spacing="proportional", shrink=0.75)
    bar.outline.set_visible(False)
    return ax
