"""What becomes of forks, drawn: a line for each family, and a place for 0 on the axis."""

import pytest
import torch

from ldiv_utils.figures import forks


def test_each_family_has_its_line_and_its_errors(ax):
    values, errors = torch.tensor([[0.5, 0.3, 0.1], [0.7, 0.3, 0.0]]), torch.full((2, 3), 0.05)
    forks.over_forks(ax, (0, 10, 100), values, forks.ENDS, errors)
    assert [bars[0].get_ydata().tolist() for bars in ax.containers] == [pytest.approx(row) for row in values.tolist()]
    low, high = ax.containers[0][2][0].get_segments()[0][:, 1]
    assert (low, high) == pytest.approx((0.45, 0.55))
    assert ax.get_legend_handles_labels()[1] == ["SmallCNN"]


def test_the_axis_has_a_place_for_no_batch(ax):
    forks.over_forks(ax, (0, 25, 100, 7334), torch.rand(2, 4), forks.ENDS)
    forks.batches(ax, (0, 25, 100, 7334))
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0", "10", "100", "1,000", "10,000"]
    assert ax.get_xlim()[0] < 0


def test_forks_that_all_share_batches_have_a_plain_logarithmic_axis(ax):
    forks.batches(ax, (386, 7334))
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["300", "1,000", "3,000", "10,000"]


def test_a_paper_s_curve_is_drawn_where_it_was_read(ax):
    forks.theirs(ax, [0, 100], [0.8, 0.6], "ResNet-20", ":")
    assert ax.lines[0].get_xydata().tolist() == [[0, 0.8], [100, 0.6]]
