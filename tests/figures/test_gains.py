"""What averaging gains, drawn: the lines stand where the numbers are."""

import pytest

from ldiv_utils.figures import gains


@pytest.mark.parametrize("runs, both", [([0.7, 0.75, 0.77], [0.72, 0.76, 0.77]), ([0.4, 0.33], [0.38, 0.32])])
def test_growth_draws_runs_and_both_and_names_them(ax, runs, both):
    gains.growth(ax, runs, both, [both[0], runs[0]])
    ax.figure.draw_without_rendering()
    drawn = [line.get_ydata().tolist() for line in ax.lines]
    assert [list(both), list(runs)] == drawn[:2]
    names = {text.get_text() for text in ax.texts}
    assert names == {"one run, five subspaces", "independent runs", "runs with samples"}


def test_rows_stand_in_the_order_given_from_the_top(ax):
    gains.members_and_average(ax, {"a": ("random", (0.4, 0.3)), "b": ("original", (0.4, 0.4))})
    assert [label.get_text() for label in ax.get_yticklabels()] == ["b", "a"]
    assert ax.lines[0].get_xdata().tolist() == [0.4, 0.4]


def test_differences_carry_the_names_of_the_families(ax):
    gains.differences(ax, {"random": [0.1, 0.0], "low_rank": [0.2, 0.1]})
    gains.level(ax, 0.05, "here")
    assert [line.get_label() for line in ax.lines][:3] == ["Original", "random", "low-rank"]
    assert ax.texts[0].get_text() == "here"
