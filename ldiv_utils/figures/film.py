"""A band on a landscape of two variables: as a drawing, as a film with a slider, and its heights along the way."""

import base64
import io
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm
from matplotlib.image import imsave
from torch import Tensor

from .inks import GREY
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
    x, y, width, height = *(v[0].item() for v in (xs, ys)), *((v[-1] - v[0]).item() for v in (xs, ys))
    ground = {"source": _picture(heights), "x": x, "y": y, "sizex": width, "sizey": height, "xref": "x", "yref": "y"}
    ground |= {"xanchor": "left", "yanchor": "bottom", "sizing": "stretch", "layer": "below"}
    chains = [{"x": rounded(points[:, 0]), "y": rounded(points[:, 1])} for points in bands]
    plain = {"type": "scatter", "hoverinfo": "skip", "showlegend": False}
    rim = plain | {"mode": "lines", "line": {"color": "white", "width": 6}}  # so that it reads on every ground
    chain = plain | {"mode": "lines+markers", "line": {"color": "#222222", "width": 2}}
    chain |= {"marker": {"size": 10, "color": BAND, "line": {"color": "white", "width": 1.5}}}
    places = {axis: list(values) for axis, values in zip("xy", zip(*marks.values(), strict=True), strict=True)}
    stars = plain | {"mode": "markers+text", "text": list(marks)} | places
    stars |= {"textposition": "bottom center", "marker": {"symbol": "star", "size": 13, "color": "cyan"}}
    stars |= {"textfont": {"color": "black", "size": 13}}
    frames = [{"name": str(i), "data": [at, at], "traces": [0, 1]} for i, at in enumerate(chains)]
    axes = {"showgrid": False, "zeroline": False}
    layout = _controls(captions) | {"images": [ground], "height": HEIGHT}
    layout |= {"margin": {"l": 50, "r": 10, "t": 10, "b": 150}}
    layout |= {"xaxis": axes | {"title": {"text": "x", "standoff": 4}, "range": [x, x + width]}}
    layout |= {"yaxis": axes | {"title": {"text": "y"}, "range": [y, y + height]}}
    config = {"displayModeBar": False, "scrollZoom": False}
    summary = (
        f"Interactive figure, drawn by a script on the book's site and in JupyterLab: a band of pivots settling on a "
        f"landscape of two variables, {len(bands)} frames."
    )
    data = [rim | chains[0], chain | chains[0], stars]
    return Interactive({"data": data, "layout": layout, "frames": frames, "config": config}, summary)


def _controls(captions: Sequence[str]) -> dict[str, list]:
    """Below a film: a slider to each of its frames, which says its caption, and buttons that play and stop it.

    A frame moves the band and draws nothing else again.
    """
    still = {"mode": "immediate", "frame": {"duration": 0, "redraw": False}, "transition": {"duration": 0}}
    running = still | {"fromcurrent": True, "frame": {"duration": MILLISECONDS, "redraw": False}}
    steps = [{"method": "animate", "label": text, "args": [[str(i)], still]} for i, text in enumerate(captions)]
    said = {"prefix": "", "xanchor": "left", "font": {"color": GREY, "size": 14}}
    slider = {"steps": steps, "active": 0, "ticklen": 0, "currentvalue": said, "pad": {"t": 45}}
    slider |= {"font": {"color": "rgba(0, 0, 0, 0)", "size": 1}}  # the other captions
    buttons = [
        {"method": "animate", "label": "play", "args": [None, running]},
        {"method": "animate", "label": "stop", "args": [[None], still]},
    ]
    menu = {"type": "buttons", "direction": "left", "buttons": buttons, "showactive": False, "pad": {"t": 110}}
    menu |= {"x": 0, "xanchor": "left", "y": 0, "yanchor": "top"}
    menu |= {"bgcolor": "white", "font": {"color": "#333333"}}  # on a dark page too
    return {"sliders": [slider], "updatemenus": [menu]}


def _picture(heights: Float[Tensor, "H W"]) -> str:
    """The landscape in 16 colours as a PNG, in a URL of its own: a trace would be drawn again for every frame."""
    shades = (heights.clamp(min=0).sqrt() / 4).clamp(max=1)[None, None]
    shades = F.interpolate(shades, scale_factor=4, mode="bilinear", align_corners=True)[0, 0]
    png = io.BytesIO()
    imsave(png, ((16 * shades).floor() / 16), cmap="magma_r", vmin=0, vmax=1, origin="lower")
    return f"data:image/png;base64,{base64.b64encode(png.getvalue()).decode()}"
