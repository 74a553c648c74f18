"""What becomes of forks, drawn: means and deviations over runs, and a place for 0 on the axis."""

import pytest
import torch

from ldiv_utils.figures import forks


def test_the_line_goes_through_the_means_and_bars_are_standard_deviations(ax):
    values = torch.tensor([[0.5, 0.3, 0.1], [0.7, 0.3, 0.0]])
    forks.over_forks(ax, (0, 10, 100), values, forks.COPIED)
    bars = ax.containers[0]
    assert bars[0].get_ydata() == pytest.approx([0.6, 0.3, 0.05])
    low, high = bars[2][0].get_segments()[0][:, 1]
    assert high - low == pytest.approx(2 * values[:, 0].std())


def test_the_axis_has_a_place_for_no_batch(ax):
    forks.over_forks(ax, (0, 25, 100, 7334), torch.rand(2, 4), forks.RESET)
    forks.batches(ax, (0, 25, 100, 7334))
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0", "100", "1,000", "10,000"]
    assert ax.get_xlim()[0] < 0


def test_one_run_has_no_deviation(ax):
    forks.over_forks(ax, (0, 1), torch.tensor([[0.5, 0.3]]), forks.AVERAGES["soup"])
    assert ax.containers[0][0].get_ydata() == pytest.approx([0.5, 0.3])


def test_a_paper_s_curve_is_drawn_where_it_was_read(ax):
    forks.theirs(ax, [0, 100], [0.8, 0.6], "ResNet-20", ":")
    assert ax.lines[0].get_xydata().tolist() == [[0, 0.8], [100, 0.6]]
