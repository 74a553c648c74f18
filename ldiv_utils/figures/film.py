"""A band on a landscape of two variables: as a drawing, as a film with a slider, and its heights along the way."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, to_hex
from torch import Tensor

from .interactive import HEIGHT, Interactive, rounded
from .plots import run_colour

LEVELS = [0, 0.5, 1, 2, 4, 8, 16]
MILLISECONDS = 120  # a frame
BAND = "#0072b2"


def landscape(ax: Axes, xs: Float[Tensor, " W"], ys: Float[Tensor, " H"], heights: Float[Tensor, "H W"]) -> Axes:
    """Heights over a plane as filled contours, each level twice the one before; the darkest is 16 and more."""
    shades = BoundaryNorm(LEVELS, 256, extend="max")
    areas = ax.contourf(xs, ys, heights, levels=LEVELS, cmap="magma_r", norm=shades, extend="max")
    areas.set_edgecolor("face")
    ax.set(xlabel="x", ylabel="y", xlim=xs[[0, -1]].tolist(), ylim=ys[[0, -1]].tolist())
    bar = ax.figure.colorbar(areas, ax=ax, label="height", ticks=LEVELS[::2], format="{x:g}", location="top", aspect=30)
    bar.outline.set_visible(False)
    return ax


def band(ax: Axes, points: Float[Tensor, "P 2"], index: int, name: str) -> Axes:
    """A band as a chain of dots, white outside so that it reads on every ground."""
    ax.plot(*points.T, color="white", linewidth=3.2)
    ax.plot(*points.T, "o-", color=run_colour(index), markeredgecolor="white", markersize=6, label=name)
    return ax


def heights(ax: Axes, shares: Float[Tensor, " gaps"], values: Float[Tensor, "gaps n"], index: int, name: str) -> Axes:
    """Heights along a band against the share of the way: a line through n points of each gap, dots at its pivots."""
    ends = torch.cat([shares.new_zeros(1), shares.cumsum(0)]) / shares.sum()
    along = ends[:-1, None] + torch.linspace(0, 1, values.shape[1]) * ends.diff()[:, None]
    ax.plot(along.flatten(), values.flatten(), color=run_colour(index), label=name)
    ax.plot(ends, torch.cat([values[:, 0], values[-1:, -1]]), "o", color=run_colour(index), markersize=5)
    return ax


def film(
    xs: Float[Tensor, " W"],
    ys: Float[Tensor, " H"],
    heights: Float[Tensor, "H W"],
    bands: Sequence[Float[Tensor, "_ 2"]],
    captions: Sequence[str],
    marks: dict[str, tuple[float, float]],
) -> Interactive:
    """A band settling, a frame for each moment, with a slider and a button: the page plays it, without a kernel.

    Args:
        heights: of the landscape, at least 0; coloured by their square root.
        bands: one for each frame; the number of pivots may change.
        captions: what is said above each frame.
        marks: name -> (x, y) of places to be named.

    Raises ValueError unless there is a caption for each band, and one band or more.
    """
    if not bands or len(bands) != len(captions):
        raise ValueError(f"{len(bands)} bands and {len(captions)} captions were given; allowed: as many, 1 or more")
    ground = {
        "type": "contour",
        "x": rounded(xs),
        "y": rounded(ys),
        "z": rounded(heights.clamp(min=0).sqrt()),
        "colorscale": [[i / 8, to_hex(colormaps["magma_r"](i / 8))] for i in range(9)],
        "contours": {"coloring": "fill", "showlines": False, "start": 0, "end": 4, "size": 0.25},
        "showscale": False,
        "hoverinfo": "skip",
    }
    chains = [{"x": rounded(points[:, 0]), "y": rounded(points[:, 1])} for points in bands]
    look = {"line": {"color": "#222222", "width": 2}, "marker": {"size": 10, "color": BAND}}
    look["marker"] |= {"line": {"color": "#222222", "width": 1}}
    chain = {"type": "scatter", "mode": "lines+markers", "hoverinfo": "skip", "showlegend": False} | look
    x, y = zip(*marks.values(), strict=True)
    stars = {"type": "scatter", "mode": "markers+text", "x": list(x), "y": list(y), "text": list(marks)}
    stars |= {"textposition": "bottom center", "marker": {"symbol": "star", "size": 13, "color": "cyan"}}
    stars |= {"textfont": {"color": "black", "size": 13}, "hoverinfo": "skip", "showlegend": False}
    frames = [
        {"name": str(i), "data": [at], "traces": [1], "layout": {"title": {"text": text}}}
        for i, (at, text) in enumerate(zip(chains, captions, strict=True))
    ]
    layout = {"title": {"text": captions[0], "font": {"size": 14}}} | _controls([frame["name"] for frame in frames])
    layout |= {"xaxis": {"title": {"text": "x", "standoff": 4}}, "yaxis": {"title": {"text": "y"}}, "height": HEIGHT}
    layout |= {"margin": {"l": 50, "r": 10, "t": 50, "b": 130}}
    config = {"displayModeBar": False, "scrollZoom": False}
    summary = (
        f"Interactive figure, drawn by a script on the book's site and in JupyterLab: a band of pivots settling on a "
        f"landscape of two variables, {len(bands)} frames."
    )
    data = [ground, chain | chains[0], stars]
    return Interactive({"data": data, "layout": layout, "frames": frames, "config": config}, summary)


def _controls(names: Sequence[str]) -> dict[str, list]:
    """Below a film: a slider to each of its frames, and buttons that play and stop it."""
    still = {"mode": "immediate", "frame": {"duration": 0, "redraw": True}, "transition": {"duration": 0}}
    running = still | {"fromcurrent": True, "frame": {"duration": MILLISECONDS, "redraw": True}}
    steps = [{"method": "animate", "label": "", "args": [[name], still]} for name in names]
    slider = {"steps": steps, "active": 0, "ticklen": 0, "currentvalue": {"visible": False}, "pad": {"t": 45}}
    buttons = [
        {"method": "animate", "label": "play", "args": [None, running]},
        {"method": "animate", "label": "stop", "args": [[None], still]},
    ]
    menu = {"type": "buttons", "direction": "left", "buttons": buttons, "showactive": False, "pad": {"t": 90}}
    menu |= {"x": 0, "xanchor": "left", "y": 0, "yanchor": "top"}
    menu |= {"bgcolor": "white", "font": {"color": "#333333"}}  # on a dark page too
    return {"sliders": [slider], "updatemenus": [menu]}
