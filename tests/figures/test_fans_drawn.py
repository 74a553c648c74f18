"""The drawn fan: colours where the values are, the tunnel at radius one."""

import matplotlib.pyplot as plt
import pytest
import torch

from ldiv_utils.figures import fans, plots, spans


@pytest.fixture
def ax():
    plots.use_style()
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def test_a_fan_shows_its_tunnel_corners_and_folds(ax):
    places = torch.tensor([[1.0, 0], [0.5, 0.5], [0, 1], [-0.5, 0.5], [-1, 0]])
    fans.fan(ax, places, torch.tensor([0.5, 1.0, 1.5]), torch.rand(3, 5), "accuracy, test", each=2)
    tunnel, corners, fold, *_ = ax.lines
    assert tunnel.get_xydata().tolist() == places.tolist()
    assert corners.get_xydata().tolist() == [[0, 1]]
    assert fold.get_xydata().tolist() == [[0, 0], [0, 1]]
    assert [text.get_text() for text in ax.texts] == ["1", "2"]
    assert ax.dataLim.x0 == -1.5 and ax.dataLim.x1 == 1.5
    assert ax.get_ylim()[0] < 0, "the stars at height 0 are cut"
    assert ax.figure.axes[1].get_ylabel() == "accuracy, test"


def test_an_unknown_quantity_is_named(ax):
    with pytest.raises(ValueError, match="quantity 'speed' is unknown"):
        fans.fan(ax, torch.rand(3, 2), torch.ones(2), torch.ones(2, 3), "speed", each=1)


def test_a_span_reaches_from_the_least_to_the_greatest(ax):
    values = torch.tensor([[0.0, 1, 2], [2, 1, 0]])
    spans.span(ax, torch.tensor([0.0, 0.5, 1]), values, "#0072b2")
    assert ax.lines[0].get_ydata().tolist() == [1, 1, 1]
    assert ax.collections[0].get_paths()[0].get_extents().y1 == 2
