"""Valleys show the arrays they are given: the mean as a line, all between the least and the greatest."""

import pytest
import torch

from ldiv_utils.figures import plots, valleys


def test_a_line_is_the_mean_and_a_band_goes_from_the_least_to_the_greatest(ax):
    places = torch.tensor([-1.0, 0, 1])
    values = torch.tensor([[2.0, 0, 4], [4.0, 0, 0]])
    valleys.draw(ax, places, {"one": values, "other": values + 1}, [3, 1])
    assert [line.get_ydata().tolist() for line in ax.lines] == [[3, 0, 2], [4, 1, 3]]
    assert [line.get_label() for line in ax.lines] == ["one", "other"]
    assert [line.get_color() for line in ax.lines] == [plots.run_colour(3), plots.run_colour(1)]
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle()
    corners = {tuple(corner) for corner in ax.collections[0].get_paths()[0].vertices.tolist()}
    assert corners == {(-1, 2), (-1, 4), (0, 0), (1, 0), (1, 4)}


@pytest.mark.parametrize("label", ["loss (nats)", "accuracy"])
def test_a_plane_has_its_solution_in_the_middle(ax, label):
    xs = torch.linspace(-1, 1, 5)
    values = xs[:, None] ** 2 + xs**2
    valleys.plane(ax, xs, values / 2, label, colour_bar=False)
    assert ax.lines[0].get_xydata().tolist() == [[0, 0]]
    assert len(ax.figure.axes) == 1
    valleys.plane(ax, xs, values / 2, label)
    assert ax.figure.axes[1].get_ylabel() == label
