"""Cycles, drawn: the accuracy of every rate within the axis that the panels share."""

import matplotlib.pyplot as plt
import torch

from ldiv_utils.figures import waves


def test_all_rates_lie_within_the_axis_that_the_panels_share():
    figure, axes = plt.subplots(1, 3)
    for panel, best in zip(axes, (0.70, 0.72, 0.65), strict=True):
        waves.over_cycles(panel, {name: torch.linspace(best - 0.03, best, 4) for name in waves.LINES}, 6, axes[0])
    figure.canvas.draw()
    for panel in axes:
        low, high = panel.get_ylim()
        assert low < 0.62 and high > 0.72
    assert axes[0].lines[0].get_xdata().tolist() == [3, 4, 5, 6]
    plt.close(figure)


def test_cycles_and_runs_stand_side_by_side_at_each_temperature():
    figure, ax = plt.subplots()
    found = {"0": {"within": torch.tensor([0.5, 0.7]), "between": torch.tensor([0.9, 0.9])}}
    waves.at_temperatures(ax, found | {"1": found["0"]})
    places = [line.get_xdata()[0] for line in ax.lines]
    assert torch.allclose(torch.tensor(places), torch.tensor([-0.15, 0.15, 0.85, 1.15]))
    bars = [bar.get_segments()[0][0][1] for bar in ax.collections]
    assert torch.allclose(torch.tensor(bars), torch.tensor([0.6, 0.9, 0.6, 0.9]).double())
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0", "1"]
    plt.close(figure)
