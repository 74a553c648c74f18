"""A film of a band: a frame for each moment, played by the page alone."""

import base64
import io
import json
import re

import plotly.graph_objects as go
import pytest
import torch
from matplotlib.image import imread

from ldiv_utils.figures import film

XS, YS = torch.linspace(-1, 1, 4), torch.linspace(0, 2, 3)
GROUND = torch.rand(3, 4) * 30
BANDS = [torch.rand(4, 2), torch.rand(4, 2), torch.rand(6, 2)]  # a pivot may be inserted
CAPTIONS = ["cycle 1, step 0", "cycle 1, step 10", "cycle 2, step 0"]


def made():
    return film.film(XS, YS, GROUND, BANDS, CAPTIONS, {"pass": (0.0, 1.5)})


def test_plotly_s_own_schema_knows_every_property():
    figure = made().figure
    go.Figure(data=figure["data"], layout=figure["layout"], frames=figure["frames"])


def test_each_frame_is_its_band_with_its_caption():
    figure = made().figure
    [slider] = figure["layout"]["sliders"]
    for points, caption, frame, step in zip(BANDS, CAPTIONS, figure["frames"], slider["steps"], strict=True):
        _, chain = frame["data"]
        torch.testing.assert_close(torch.tensor([chain["x"], chain["y"]]).T, points, atol=5e-4, rtol=0)
        assert figure["data"][frame["traces"][1]]["mode"] == "lines+markers"
        assert (step["label"], step["args"][0]) == (caption, [frame["name"]])
    assert figure["data"][1]["x"] == figure["frames"][0]["data"][1]["x"]  # the film opens on its first frame


def test_the_slider_and_the_button_reach_every_frame():
    layout, frames = made().figure["layout"], made().figure["frames"]
    assert [step["args"][0] for step in layout["sliders"][0]["steps"]] == [[frame["name"]] for frame in frames]
    assert [button["label"] for button in layout["updatemenus"][0]["buttons"]] == ["play", "stop"]


def test_the_landscape_stands_as_it_was_computed():
    """Low at the right and high at the top left: the picture's corners say so."""
    heights = torch.zeros(3, 4)
    heights[2, 0] = 16.0
    [ground] = film.film(XS, YS, heights, BANDS, CAPTIONS, {"pass": (0.0, 1.5)}).figure["layout"]["images"]
    shades = imread(io.BytesIO(base64.b64decode(ground["source"].split(",")[1])), format="png")[..., :3].sum(-1)
    assert shades[0, 0] == shades.min() < shades[-1, 0] == shades[0, -1] == shades.max()
    assert [ground[name] for name in ("x", "y", "sizex", "sizey")] == [-1, 0, 2, 2]


def test_the_landscape_is_drawn_once():
    layout = made().figure["layout"]
    moves = [*layout["sliders"][0]["steps"], *layout["updatemenus"][0]["buttons"]]
    assert [move["args"][1]["frame"]["redraw"] for move in moves] == [False] * len(moves)
    assert all(frame["traces"] == [0, 1] for frame in made().figure["frames"])


def test_the_page_hands_the_frames_to_plotly_and_asks_no_other_host():
    page = made().html()
    text = re.search(r"const figure = (.*);\n", page)[1]
    assert json.loads(text)["frames"] == made().figure["frames"]
    assert "Plotly.newPlot(place, {...figure, layout" in page
    assert "://" not in page


def test_a_film_without_a_caption_for_each_band_is_refused():
    with pytest.raises(ValueError, match="allowed: as many, 1 or more"):
        film.film(XS, YS, GROUND, BANDS, CAPTIONS[:2], {"pass": (0.0, 1.5)})


def test_the_drawing_has_its_landscape_and_its_bands(ax):
    film.landscape(ax, XS, YS, GROUND)
    film.band(ax, BANDS[0], 0, "first")
    film.band(ax, BANDS[2], 1, "last")
    assert [line.get_label() for line in ax.lines if not line.get_label().startswith("_")] == ["first", "last"]
    assert ax.lines[-1].get_xydata().shape == (6, 2)


def test_heights_stand_where_the_band_has_gone_so_far(ax):
    """By hand: gaps of 1 and 3 quarters, three points in each."""
    film.heights(ax, torch.tensor([1.0, 3]), torch.tensor([[0.0, 5, 2], [2, 1, 0]]), 0, "band")
    line, dots = (one.get_xydata().tolist() for one in ax.lines)
    assert line == [[0, 0], [0.125, 5], [0.25, 2], [0.25, 2], [0.625, 1], [1, 0]]
    assert dots == [[0, 0], [0.25, 2], [1, 0]]
