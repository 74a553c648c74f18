"""A surface to turn, or a film: drawn by plotly.js in the page, without a kernel and without another host."""

import hashlib
import json
import shutil
from dataclasses import dataclass
from html import escape
from importlib.resources import as_file, files
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

DIGITS = 3
HEIGHT = 520
PAGE = """<div id="{id}" role="group" aria-label="{summary}" style="width: 100%; height: {height}px">{summary}</div>
<script>
(() => {{
  const figure = {figure};
  const draw = () => {{
    const place = document.getElementById("{id}");
    const layout = structuredClone(figure.layout);
    layout.font = {{color: getComputedStyle(place).color}};
    layout.paper_bgcolor = "transparent";
    if (layout.scene && place.clientWidth < 500) layout.scene.camera.eye = {{x: 1.8, y: 1.8, z: 1.8}};
    place.textContent = "";
    Plotly.newPlot(place, {{...figure, layout, config: {{...figure.config, responsive: true}}}});
  }};
  const start = () => {{
    draw();
    new MutationObserver(draw).observe(document.documentElement, {{attributeFilter: ["data-theme"]}});
  }};
  if (window.Plotly) return start();
  const script = document.createElement("script");
  script.src = "_static/plotly.min.js";
  script.onload = start;
  document.head.append(script);
}})();
</script>"""


@dataclass(frozen=True)
class Interactive:
    """A plotly figure as the plain dictionary that plotly.js reads, and a sentence in place of it.

    JupyterLab draws the dictionary by itself. On the site the HTML draws it, with the plotly.js that
    `setup` puts there, as wide as the page, on its ground and in the colour of its words; JupyterLab
    sees to the width itself, and would be confused by `responsive`. Where neither is at hand the
    sentence is shown.
    """

    figure: dict
    summary: str

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {
            "application/vnd.plotly.v1+json": self.figure,
            "text/html": self.html(),
            "text/plain": self.summary,
        }

    def html(self) -> str:
        """A place, named by its contents so that the same figure has the same bytes, and the script that fills it."""
        text = json.dumps(self.figure, allow_nan=False, separators=(",", ":")).replace("</", "<\\/")
        name = f"plotly-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
        return PAGE.format(id=name, height=HEIGHT, summary=escape(self.summary), figure=text)


def surface(
    xs: Float[Tensor, " W"],
    ys: Float[Tensor, " H"],
    height: Float[Tensor, "H W"],
    shares: dict[str, Float[Tensor, "H W"]],
    marks: dict[str, tuple[float, float, float]],
    titles: tuple[str, str, str],
) -> Interactive:
    """`height` over a grid of the plane, coloured by a share in [0, 1]; of several, a menu says which.

    Pointing at a place shows the height and all shares there. Numbers are rounded to three decimals.

    Args:
        marks: name -> (x, y, height) of places to be named; drawn a quarter higher, clear of the surface.
        titles: of x, y and the height; the height's axis is logarithmic.

    Raises:
        ValueError: a height is below 0.001 or not finite, or a share not in [0, 1].
    """
    if not (height.isfinite() & (height >= 0.001)).all():
        given = f"heights from {height.min():g} to {height.max():g} were given"
        raise ValueError(f"{given}; allowed: 0.001 or more and finite, since the axis is logarithmic")
    if not all(((share >= 0) & (share <= 1)).all() for share in shares.values()):
        raise ValueError("a share is outside [0, 1]")
    colours = {name: rounded(share) for name, share in shares.items()}
    named = [f"{name}: %{{customdata[{i}]:.2f}}" for i, name in enumerate(shares)]
    lines = [f"{titles[2]}: %{{z:.2f}}", *named, "at (%{x:.2f}, %{y:.2f})"]
    first = next(iter(colours))
    bar = {"orientation": "h", "y": -0.1, "thickness": 12, "len": 0.8, "title": {"text": first, "side": "bottom"}}
    net = {
        "type": "surface",
        "x": rounded(xs),
        "y": rounded(ys),
        "z": rounded(height),
        "surfacecolor": colours[first],
        "customdata": rounded(torch.stack(list(shares.values()), dim=-1)),
        "hovertemplate": "<br>".join(lines) + "<extra></extra>",
        "colorscale": "Viridis",
        "cmin": 0,
        "cmax": 1,
        "colorbar": bar,
    }
    x, y, z = (rounded(column) for column in (torch.tensor(list(marks.values())) * torch.tensor([1, 1, 1.25])).T)
    dots = {"type": "scatter3d", "mode": "markers+text", "x": x, "y": y, "z": z, "text": list(marks)}
    dots |= {"marker": {"size": 5, "color": "black"}, "hoverinfo": "skip", "showlegend": False}
    recolour = [[{"surfacecolor": [colour], "colorbar.title.text": name}, [0]] for name, colour in colours.items()]
    buttons = [{"method": "restyle", "label": name, "args": args} for name, args in zip(shares, recolour, strict=True)]
    axes = {f"{axis}axis": {"title": {"text": title}} for axis, title in zip("xyz", titles, strict=True)}
    axes["zaxis"] |= {"type": "log", "tickvals": [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]}
    scene = {**axes, "aspectratio": {"x": 1, "y": 1, "z": 0.6}, "camera": {"eye": {"x": 1.2, "y": 1.2, "z": 1.2}}}
    menu = {"buttons": buttons, "x": 0, "xanchor": "left", "y": 1, "yanchor": "top"}
    menu |= {"bgcolor": "white", "font": {"color": "#333333"}}  # on a dark page too
    menus = [menu] if len(shares) > 1 else []
    layout = {"scene": scene, "updatemenus": menus, "margin": {"l": 0, "r": 0, "t": 0, "b": 0}, "height": HEIGHT}
    config = {"displaylogo": False, "showSendToCloud": False, "scrollZoom": False}
    what = f"{titles[2]} as a surface over {len(xs)} × {len(ys)} points of the plane, coloured by {first}"
    summary = f"Interactive figure, drawn by a script on the book's site and in JupyterLab: {what}."
    return Interactive({"data": [net, dots], "layout": layout, "config": config}, summary)


def setup(app) -> dict:
    """As an extension of Sphinx: copies the installed package's plotly.js into the site; pages ask for it.

    MyST-NB would warn of the dictionary beside the HTML, which is meant for JupyterLab alone.
    """
    app.connect("config-inited", lambda _, config: config.suppress_warnings.append("mystnb.unknown_mime_type"))
    app.connect("build-finished", _copy_plotly)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _copy_plotly(app, failure: Exception | None) -> None:
    if failure is None and app.builder.format == "html":
        with as_file(files("plotly") / "package_data" / "plotly.min.js") as script:
            shutil.copyfile(script, Path(app.outdir) / "_static" / "plotly.min.js")


def rounded(values: Tensor) -> list:
    """Nested lists of numbers with few digits; zero has no sign."""
    if values.dim() > 1:
        return [rounded(row) for row in values]
    return [round(value, DIGITS) + 0.0 for value in values.double().tolist()]
