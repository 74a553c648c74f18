"""Curves over intensities show the arrays they are given."""

import pytest
import torch

from ldiv_utils.figures import curves, plots


def test_a_curve_and_the_paper_s_have_the_colour_of_their_family(ax):
    values, look = torch.tensor([0.1, 0.3, 0.2]), plots.LOOKS["random"]
    curves.curve(ax, values, look, torch.full((3,), 0.1))
    curves.readings(ax, [0.2, 0.4, 0.3], look)
    ours, *_, theirs = ax.lines
    assert ours.get_ydata().tolist() == values.tolist()
    assert list(theirs.get_ydata()) == [0.2, 0.4, 0.3]
    assert ours.get_color() == theirs.get_color() == look.colour
    plots.legend_below([ax, ax], columns=2)
    assert [text.get_text() for text in ax.figure.legends[0].get_texts()] == ["the paper", "random"]


def test_a_band_goes_from_the_least_to_the_greatest(ax):
    curves.band(ax, [torch.tensor([0.0, 3.0]), torch.tensor([1.0, 2.0])], "around")
    corners = {tuple(corner) for corner in ax.collections[0].get_paths()[0].vertices.tolist()}
    assert corners == {(0, 0), (0, 1), (1, 2), (1, 3)}


def test_arrows_end_where_their_paths_do(ax):
    places = torch.tensor([[[0.0, 0.0], [0.1, 0.1]], [[0.0, 0.0], [0.9, 0.2]]])
    curves.arrows(ax, places, ["near", "far"], ["#757575", "#0072b2"])
    names = [text for text in ax.texts if text.get_text()]
    assert [text.get_text() for text in names] == ["near", "far"]
    assert [text.get_ha() for text in names] == ["right", "left"]
    assert [tuple(round(x, 6) for x in text.xy) for text in names] == [(0.1, 0.1), (0.9, 0.2)]


def test_a_name_below_hangs_lower_beside_the_same_end(ax):
    places = torch.tensor([[[0.0, 0.0], [0.8, 0.2]], [[0.0, 0.0], [0.9, 0.2]]])
    curves.arrows(ax, places, ["above", "hung"], ["#757575", "#0072b2"], below=["hung"])
    above, hung = (text for text in ax.texts if text.get_text())
    assert above.xyann[0] == hung.xyann[0]
    assert hung.xyann[1] < -8 < above.xyann[1]


@pytest.mark.parametrize("image", [torch.rand(1, 4, 4), torch.zeros(3, 4, 4, dtype=torch.uint8)])
def test_a_picture_stands_upright(ax, image):
    curves.picture(ax, image, "clean")
    assert ax.images[0].origin == "upper"
    assert ax.images[0].get_array().shape[:2] == (4, 4)
