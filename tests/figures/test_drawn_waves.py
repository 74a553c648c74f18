"""Cycles, drawn: panels that share an axis hold the values of all."""

import torch

from ldiv_utils.figures import waves


def accuracies(*values):
    return {name: torch.tensor(values) for name in waves.LINES}


def test_every_panel_of_cycles_shows_all_values_whatever_the_first_has(subplots):
    axes = subplots(1, 3)
    for ax, one in zip(axes, (accuracies(0.70, 0.71), accuracies(0.72, 0.75), accuracies(0.60, 0.62)), strict=True):
        waves.over_cycles(ax, one, 6, axes[0])
    for ax in axes:
        low, high = ax.get_ylim()
        assert low < 0.60 and high > 0.75
        assert ax.lines[0].get_xdata().tolist() == [5, 6]
