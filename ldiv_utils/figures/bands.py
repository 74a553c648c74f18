"""Draws functions of one variable: data, single ones, bands, where they lie in a plane, and how far apart they are."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm
from matplotlib.ticker import MultipleLocator
from torch import Tensor

from .inks import GREY
from .interactive import HEIGHT, Interactive, rounded
from .plots import LOOKS, Look, run_colour

METHODS = {
    "hmc": Look("Hamiltonian Monte Carlo", GREY, "o"),
    "ensemble": Look("ensemble", LOOKS["independent"].colour, LOOKS["independent"].marker),
    "anchored": Look("anchored ensemble", LOOKS["independent"].colour, LOOKS["independent"].marker, open=True),
    "variational": Look("variational", LOOKS["random"].colour, LOOKS["random"].marker),
}
BELOW = [-300, -100, -30, -10, -3, -1, 0]  # log-density less its highest
STEP = 5  # from one tick of a plane to the next
SPREADS = 3  # of a band, on either side of its mean
Clusters = Sequence[tuple[float, float]]


def data(ax: Axes, x: Float[Tensor, " N"], y: Float[Tensor, " N"]) -> Axes:
    """Points that functions were fitted to."""
    ax.plot(x, y, ".", color="black", markersize=3, zorder=3)
    return ax


def shaded(ax: Axes, clusters: Clusters) -> Axes:
    """Where data lie, as pale columns."""
    for low, high in clusters:
        ax.axvspan(low, high, color=GREY, alpha=0.15, linewidth=0)
    return ax


def several(ax: Axes, x: Float[Tensor, " W"], values: Float[Tensor, "M W"]) -> Axes:
    """M functions, each in the colour of its run."""
    for m, one in enumerate(values):
        ax.plot(x, one, color=run_colour(m), linewidth=1.2)
    return ax


def band(ax: Axes, x: Float[Tensor, " W"], mean: Float[Tensor, " W"], spread: Float[Tensor, " W"], colour: str) -> Axes:
    """The mean of functions, and three spreads on either side."""
    ax.fill_between(x, mean - SPREADS * spread, mean + SPREADS * spread, color=colour, alpha=0.3, linewidth=0)
    ax.plot(x, mean, color=colour, linewidth=1.2)
    return ax


def valley(
    ax: Axes,
    xs: Float[Tensor, " W"],
    ys: Float[Tensor, " H"],
    below: Float[Tensor, "H W"],
    path: Float[Tensor, "S 2"],
    place: Float[Tensor, " 2"],
) -> object:
    """Log-density on a plane, less its highest, as filled contours; a curve on it, and a star at one place.

    Ticks every five units of the plane, which are lengths in weight space.
    """
    shades = BoundaryNorm(BELOW, 256, extend="min")
    areas = ax.contourf(xs, ys, below, levels=BELOW, cmap=colormaps["viridis"], norm=shades, extend="min")
    areas.set_edgecolor("face")
    ax.plot(*path.T, color="white", linewidth=1.5)
    ax.plot(*place, "*", color=run_colour(0), markeredgecolor="white", markersize=13, zorder=3)
    ax.set(aspect="equal")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MultipleLocator(STEP))
    ax.spines[:].set_visible(False)
    return areas


def growth(ax: Axes, sizes: Sequence[int], values: Float[Tensor, "sizes fits"], look: Look) -> Axes:
    """A distance against the number of members, with bars of one standard deviation where there are several fits."""
    bars = values.std(1) if values.shape[1] > 1 else None
    ax.errorbar(sizes, values.mean(1), bars, capsize=2, elinewidth=0.8, **look.line(9.0 if look.marker == "*" else 5.0))
    ax.set_xscale("log")
    ax.set_xticks(sizes, [str(size) for size in sizes])
    ax.minorticks_off()
    ax.set_xlabel("members")
    return ax


def slider(
    x: Float[Tensor, " W"],
    reference: tuple[Float[Tensor, " W"], Float[Tensor, " W"]],
    members: Float[Tensor, "M W"],
    points: tuple[Float[Tensor, " N"], Float[Tensor, " N"]],
    captions: Sequence[str],
) -> Interactive:
    """The band of the first 2, 3, … M members over that of a reference, with a slider for their number.

    Args:
        reference: mean and spread.
        captions: what is said above each of the M − 1 bands.

    Raises ValueError unless there are three members or more, and a caption for each number.
    """
    if len(members) < 3 or len(captions) != len(members) - 1:
        raise ValueError(
            f"{len(members)} members, {len(captions)} captions were given; allowed: 3 or more, one caption less"
        )
    sizes = range(2, len(members) + 1)
    bands = [_edges(members[:size].mean(0), members[:size].std(0)) for size in sizes]
    xs = rounded(torch.cat([x, x.flip(0)]))
    filled = {"type": "scatter", "mode": "lines", "fill": "toself", "hoverinfo": "skip", "line": {"width": 0}}
    truth = filled | {
        "x": xs,
        "y": _edges(*reference),
        "fillcolor": "rgba(117,117,117,0.45)",
        "name": METHODS["hmc"].name,
    }
    moving = filled | {"x": xs, "y": bands[0], "fillcolor": "rgba(213,94,0,0.45)", "name": METHODS["ensemble"].name}
    dots = {"type": "scatter", "mode": "markers", "x": rounded(points[0]), "y": rounded(points[1]), "name": "data"}
    dots |= {"marker": {"size": 4, "color": "#222222"}, "hoverinfo": "skip"}
    frames = [
        {"name": str(size), "data": [{"y": edges}], "traces": [1], "layout": {"title": {"text": caption}}}
        for size, edges, caption in zip(sizes, bands, captions, strict=True)
    ]
    still = {"mode": "immediate", "frame": {"duration": 0, "redraw": True}, "transition": {"duration": 0}}
    steps = [{"method": "animate", "label": str(size), "args": [[str(size)], still]} for size in sizes]
    control = {"steps": steps, "active": 0, "pad": {"t": 45}, "currentvalue": {"prefix": "members: "}}
    layout = {"title": {"text": captions[0], "font": {"size": 14}}, "sliders": [control], "height": HEIGHT}
    layout |= {"xaxis": {"title": {"text": "x", "standoff": 4}}, "yaxis": {"title": {"text": "y"}, "range": [-5, 5]}}
    layout |= {"legend": {"x": 0.02, "y": 0.98, "bgcolor": "rgba(0, 0, 0, 0)"}}  # inside, where no band goes
    layout |= {"margin": {"l": 50, "r": 10, "t": 40, "b": 60}}
    summary = (
        "Interactive figure, drawn by a script on the book's site and in JupyterLab: the band of an ensemble of "
        f"2 to {len(members)} members over that of Hamiltonian Monte Carlo."
    )
    figure = {"data": [truth, moving, dots], "layout": layout, "frames": frames}
    return Interactive(figure | {"config": {"displayModeBar": False, "scrollZoom": False}}, summary)


def _edges(mean: Tensor, spread: Tensor) -> list[float]:
    """The outline of a band: its upper edge, and its lower one backwards."""
    return rounded(torch.cat([mean + SPREADS * spread, (mean - SPREADS * spread).flip(0)]))
