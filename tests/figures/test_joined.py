"""What joins many solutions, drawn from the numbers given."""

import matplotlib.pyplot as plt
import pytest
import torch

from ldiv_utils.figures import joined, maps


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def test_heights_are_means_with_bars_to_the_least_and_greatest(ax):
    joined.heights(ax, (1, 4), [{"hull": torch.tensor([1.0, 3])}, {"hull": torch.tensor([5.0])}])
    (bars,) = ax.containers
    assert bars[0].get_ydata().tolist() == [2, 5]
    assert [segment[:, 1].tolist() for segment in bars[2][0].get_segments()] == [[1, 3], [5, 5]]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["1", "4"]


def test_ways_are_means_in_a_band(ax):
    joined.ways(ax, torch.tensor([0.0, 1]), {"hub": torch.tensor([[1.0, 2], [3, 6]])})
    assert ax.lines[0].get_ydata().tolist() == [2, 4]
    heights = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (1, 6)
    assert ax.get_legend_handles_labels()[1] == ["hub"]


def test_a_triangle_has_its_names_at_its_corners_and_the_colours_of_every_loss(ax):
    places = torch.tensor([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1 / 3, 1 / 3, 1 / 3]])
    drawn = joined.triangle(ax, places, torch.tensor([0.6, 1, 2, 1]), ["a", "b", "c"], [0.8, 1.5])
    named = {text.get_text(): tuple(text.xy) for text in ax.texts if hasattr(text, "xy")}
    assert named == {
        "a": pytest.approx((0, 0)),
        "b": pytest.approx((1, 0)),
        "c": pytest.approx((0.5, 0.75**0.5)),
    }
    colours, _, limits, *_ = maps.LEVELS["loss"]
    assert drawn.cmap == colours
    assert (drawn.norm.vmin, drawn.norm.vmax) == limits
    assert {text.get_text() for text in ax.texts} >= {"0.8", "1.5"}
