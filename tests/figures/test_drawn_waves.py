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
