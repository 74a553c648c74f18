"""What more members are worth, drawn: marks and forecasts, places and paths, a line that leaves the limits alone."""

import pytest
import torch

from ldiv_utils.figures import members


def test_marks_stand_on_the_mean_of_the_forecasts(ax):
    told = torch.tensor([[0.5, 0.4, 0.3], [0.3, 0.2, 0.1]])
    members.growth(ax, [0.4, 0.3, 0.2], told, members.NETWORKS["small_cnn"])
    *fan, mean, marks = ax.lines
    assert len(fan) == 2
    assert mean.get_ydata().tolist() == pytest.approx([0.4, 0.3, 0.2])
    assert list(marks.get_xdata()) == [1, 2, 3]


def test_a_paper_s_curves_are_named_and_the_forecast_is_crossed(ax):
    members.foretold(ax, {"one": [0.5, 0.6], "two": [0.4, 0.5]}, [0.3, 0.4], "five")
    assert [text.get_text() for text in ax.texts] == ["one", "two"]
    assert ax.lines[-1].get_marker() == "x"


def test_an_ensemble_s_path_ends_in_the_filled_mark(ax):
    singles, path = torch.rand(3, 2), torch.tensor([[0.4, 0.5], [0.2, 0.3]])
    members.against(ax, singles, path, members.NETWORKS["resnet20"])
    assert ax.lines[-1].get_xydata().tolist() == [pytest.approx([0.2, 0.3])]
    assert ax.get_legend_handles_labels()[1] == ["ResNet20v1"]


def test_the_line_leaves_the_limits_as_they_were(ax):
    ax.plot([0, 1], [0, 1])
    before = ax.get_xlim()
    members.straight(ax, 2.0, 1.0, "line")
    assert ax.get_xlim() == before
    assert ax.lines[-1].get_ydata() == pytest.approx([2 * x + 1 for x in before])


def test_one_network_has_nothing_between(ax):
    found = {"total": {1: torch.tensor([0.7, 0.8]), 2: torch.tensor([0.9])}}
    members.areas(ax, found | {"between": {1: torch.tensor([0.5, 0.5]), 2: torch.tensor([0.8])}})
    total, between = (bars[0] for bars in ax.containers)
    assert list(total.get_xdata()) == [1, 2]
    assert list(between.get_xdata()) == [2]
