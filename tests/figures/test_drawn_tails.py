"""Tails and what they gain, drawn: scores at the passes that they take, bars at the intensities."""

import pytest
import torch

from ldiv_utils.figures import tails


def test_an_ensemble_stands_at_the_passes_that_it_takes(ax):
    tails.by_passes(ax, 20, torch.tensor([-0.9, -0.8, -0.75]), "swag")
    assert ax.lines[0].get_xdata().tolist() == [20, 40, 60]
    tails.by_samples(ax, {3: torch.tensor(-0.9), 6: torch.tensor(-0.8)}, "3 runs")
    assert ax.lines[1].get_xydata().tolist() == [[3, pytest.approx(-0.9)], [6, pytest.approx(-0.8)]]
    assert ax.texts[0].get_text() == "3 runs" and ax.texts[0].xy[0] == 3
    tails.passes_axis(ax)
    assert ax.get_xscale() == "log" and [tick.get_text() for tick in ax.get_xticklabels()][-1] == "100"


def test_a_tail_begins_at_the_solution_and_each_part_has_its_marks(ax):
    places = {"solution": torch.tensor([[3.0, 1.0]]), "passed": torch.tensor([[2.0, 0.5], [-2.0, -0.5]])}
    places |= {part: torch.full((4, 2), float(i)) for i, part in enumerate(tails.PARTS)}
    tails.from_above(ax, places)
    assert ax.lines[0].get_xydata().tolist() == [[3, 1], [2, 0.5], [-2, -0.5]]
    drawn = {line.get_label(): line.get_xydata() for line in ax.lines}
    assert drawn["solution"].tolist() == [[3, 1]] and drawn["mean, SWA"].tolist() == [[0, 0]]
    assert [len(drawn[look.name]) for look in tails.PARTS.values()] == [4, 4, 4]


def test_leads_have_their_bars_and_one_run_is_open(ax):
    spread = torch.tensor([-0.004, 0.004] * 5)  # of a standard deviation of 0.0042, over the root of ten
    for runs in (1, 5):
        tails.leads(ax, "swag", runs, {0: 0.01 + spread, 3: 0.03 + spread})
    assert ax.get_legend_handles_labels()[1] == ["Multi-SWAG, one run", "Multi-SWAG, 5 runs"]
    one, five = (bars[0] for bars in ax.containers)
    assert one.get_markerfacecolor() == "none" != five.get_markerfacecolor()
    assert one.get_ydata().tolist() == pytest.approx([0.01, 0.03])
    low, high = ax.containers[0][2][0].get_segments()[1][:, 1]
    assert (low, high) == pytest.approx((0.03 - 0.00133, 0.03 + 0.00133), abs=1e-5)
    assert all(abs(x - i) < 0.2 for bars in ax.containers for i, x in zip((0, 3), bars[0].get_xdata(), strict=True))
