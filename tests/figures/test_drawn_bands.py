"""Functions drawn: their bands, the map below them, and a slider that a page moves by itself."""

import json

import pytest
import torch

from ldiv_utils.figures import bands


def test_a_band_is_three_spreads_on_either_side(ax):
    x = torch.linspace(0, 1, 3)
    bands.band(ax, x, torch.ones(3), torch.full((3,), 0.5), "#0072b2")
    edges = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert (edges.min(), edges.max()) == pytest.approx((-0.5, 2.5))


def test_every_function_has_its_run_s_colour(ax):
    bands.several(bands.shaded(ax, [(0.0, 0.5)]), torch.linspace(0, 1, 3), torch.eye(3))
    assert len({line.get_color() for line in ax.lines}) == 3


def test_a_map_has_its_curve_and_its_star(ax):
    xs = torch.linspace(0, 1, 4)
    bands.valley(ax, xs, xs, -torch.rand(4, 4), torch.rand(5, 2), torch.tensor([0.5, 0.25]))
    assert ax.lines[-1].get_xydata().tolist() == [[0.5, 0.25]]


def test_a_map_says_how_long_its_sides_are(ax):
    bands.valley(
        ax, torch.linspace(-3, 12, 6), torch.linspace(-3, 7, 5), -torch.rand(5, 6), torch.rand(2, 2), torch.zeros(2)
    )
    ax.figure.draw_without_rendering()
    for axis, ticks in ((ax.xaxis, ["0", "5", "10"]), (ax.yaxis, ["0", "5"])):
        low, high = sorted(axis.get_view_interval())
        shown = [t.get_text() for t in axis.get_ticklabels() if low <= t.get_position()[axis is ax.yaxis] <= high]
        assert shown == ticks


def test_bars_are_drawn_where_there_are_several_fits(subplots):
    one, several = subplots(1, 2)
    bands.growth(one, (1, 2), torch.rand(2, 1), bands.METHODS["ensemble"])
    bands.growth(several, (1, 2), torch.rand(2, 3), bands.METHODS["variational"])
    assert not one.containers[0].has_yerr
    assert several.containers[0].has_yerr
    assert [tick.get_text() for tick in one.get_xticklabels()] == ["1", "2"]


def slider(members=3, captions=("two", "three")):
    x, flat = torch.linspace(0, 1, 4), torch.zeros(4)
    values = torch.arange(members * 4.0).view(members, 4)
    return bands.slider(x, (flat, flat), values, (x, x), captions)


def test_a_frame_is_the_band_of_the_first_members():
    figure = slider().figure
    json.dumps(figure, allow_nan=False)
    assert [frame["layout"]["title"]["text"] for frame in figure["frames"]] == ["two", "three"]
    edges = figure["frames"][0]["data"][0]["y"]
    assert edges[0] == pytest.approx(2 + 3 * 8**0.5, abs=1e-3)  # of 0 and 4: mean 2, spread √8
    assert [step["label"] for step in figure["layout"]["sliders"][0]["steps"]] == ["2", "3"]


def test_every_number_of_members_has_its_caption():
    with pytest.raises(ValueError, match="3 members, 1 captions were given; allowed"):
        slider(captions=("two",))
